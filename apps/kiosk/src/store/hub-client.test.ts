import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HubClient } from './hub-client.ts';
import { FakeHub, type Interference } from './testing/fake-hub.ts';
import { MORNING_MS } from './testing/people.ts';

let hub: FakeHub;
let nowMs: number;
let client: HubClient;
beforeEach(async () => {
  hub = await FakeHub.start();
  nowMs = MORNING_MS;
  client = new HubClient(new URL(hub.url), () => nowMs);
});
afterEach(() => hub.end());

const EPOCH = '00000000-0000-4000-8000-000000000001';
const askChallenge = () => client.call('device.challenge', { deviceId: 'kiosk-1' });
const html: Interference = (_, response) => {
  response
    .writeHead(200, { 'content-type': 'text/html' })
    .end('<html>Please sign in to the island Wi-Fi</html>');
};
const json =
  (status: number, body: unknown): Interference =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

describe('the hub client', () => {
  it('takes the answer of a hub', async () => {
    expect((await askChallenge()).challenge).toHaveLength(43);
  });

  it.each<[string, Interference]>([
    ['a portal that answers with its page', html],
    ['a portal that redirects', (_, response) => void response.writeHead(302, { location: '/login' }).end()],
    [
      'a body that is shorter than it says',
      (_, response) => {
        response.writeHead(200, { 'content-length': '5000' });
        response.write('{"ok":');
        response.socket?.end();
      },
    ],
    ['a body that is cut JSON', (_, response) => void response.writeHead(200).end('{"ok":true,"bo')],
    ['an answer of another shape', json(200, { challenge: 'x'.repeat(40) })],
    ['a body that does not fit the row', json(200, { ok: true, body: { challenge: 7 } })],
    [
      'an unknown error code',
      json(500, { ok: false, error: { code: 'OOPS', message: '', retryable: false, details: {} } }),
    ],
    ['a connection that is cut', request => void request.socket.destroy()],
    [
      'a bomb',
      (_, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(20_000_000, 32)));
      },
    ],
  ])('takes %s for a link that is down', async (_, interference) => {
    hub.interfere(interference);
    await expect(askChallenge()).rejects.toMatchObject({ code: 'LINK_DOWN' });
    hub.interfere();
    await expect(askChallenge()).resolves.toBeDefined();
  });

  it("passes the hub's own refusal on", async () => {
    const call = client.call('device.enrol', { code: 'wrong-code', publicKey: 'x'.repeat(43), name: 'a' });
    await expect(call).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
  });

  it('tells a proxy that finds us too large from a link that is down', async () => {
    hub.interfere((_, response) => void response.writeHead(413).end('<html>413</html>'));
    await expect(askChallenge()).rejects.toMatchObject({ code: 'TOO_LARGE' });
  });

  it('leaves a hub that is busy alone for as long as it asks, and no longer than a minute', async () => {
    hub.interfere((_, response) => void response.writeHead(503, { 'retry-after': '86400' }).end('busy'));
    await expect(askChallenge()).rejects.toMatchObject({ code: 'LINK_DOWN' });
    hub.interfere();
    nowMs += 59_999;
    await expect(askChallenge()).rejects.toMatchObject({ code: 'LINK_DOWN' });
    expect(hub.requests).toHaveLength(1);
    nowMs += 1;
    await expect(askChallenge()).resolves.toBeDefined();
  });

  it('compresses what is worth it', async () => {
    const operations = Array.from({ length: 50 }, () => ({ padding: 'island' }));
    await expect(client.call('sync.push', { operations })).rejects.toMatchObject({
      code: 'SIGN_IN_REQUIRED',
    });
    await askChallenge();
    expect(hub.requests.map(request => request.encoding)).toEqual(['gzip', undefined]);
  });

  describe('with a hub that says that it takes Brotli', () => {
    const answer: Interference = (_, response) => {
      response
        .writeHead(200, { 'accept-encoding': 'br, gzip' })
        .end(JSON.stringify({ ok: true, body: { epoch: EPOCH, results: [] } }));
    };
    const refusal: Interference = (_, response) => {
      const error = { code: 'BAD_REQUEST', message: '', retryable: false, details: {} };
      response.writeHead(400).end(JSON.stringify({ ok: false, error }));
    };
    const push = () =>
      client.call('sync.push', { operations: Array.from({ length: 50 }, () => ({ padding: 'island' })) });

    it('compresses with that', async () => {
      hub.interfere(answer);
      await push();
      await push();
      expect(hub.requests.map(request => request.encoding)).toEqual(['gzip', 'br']);
    });

    it('goes back to gzip when an older one has taken its place, and asks that again', async () => {
      hub.interfere(answer);
      await push();
      hub.interfere(refusal);
      await expect(push()).rejects.toMatchObject({ code: 'BAD_REQUEST' });
      expect(hub.requests.map(request => request.encoding)).toEqual(['gzip', 'br', 'gzip']);
    });
  });

  it('gives up when its caller does', async () => {
    hub.interfere(() => {});
    const giveUp = new AbortController();
    const call = client.call('device.challenge', { deviceId: 'kiosk-1' }, { signal: giveUp.signal });
    await hub.until(() => hub.requests.length === 1);
    giveUp.abort();
    await expect(call).rejects.toMatchObject({ code: 'LINK_DOWN' });
  });
});
