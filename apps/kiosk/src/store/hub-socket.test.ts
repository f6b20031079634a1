import { getEventListeners, once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SAMPLES_PER_MESSAGE_MAX, type Visit } from '@shimabashi/contracts';
import { HubSocket, SILENT_AFTER_MS } from './hub-socket.ts';
import { sampleAt } from './testing/kiosk.ts';
import { ManualTimers } from './testing/manual-timers.ts';
import { MORNING_MS } from './testing/people.ts';

const VISIT: Visit = { encounterId: 'encounter-1', patientId: 'patient-1', openedAtMs: MORNING_MS };

let server: WebSocketServer;
let timers: ManualTimers;
let closed: PromiseWithResolvers<string>;
beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  timers = new ManualTimers();
  closed = Promise.withResolvers();
});
afterEach(() => {
  for (const client of server.clients) client.terminate();
  server.close();
});

async function connected(): Promise<{ kiosk: HubSocket; hub: WebSocket }> {
  const connection = once(server, 'connection') as Promise<[WebSocket]>;
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const deps = {
    handshakeLimitMs: 2_000,
    nowMs: () => MORNING_MS,
    timers,
    onPoke: () => {},
    onNews: () => {},
    onClosed: closed.resolve,
  };
  const kiosk = await HubSocket.connect(url, 'token', deps, new AbortController().signal);
  const [hub] = await connection;
  return { kiosk, hub };
}

async function nextMessage(hub: WebSocket): Promise<unknown> {
  const [data] = (await once(hub, 'message')) as [Buffer];
  return JSON.parse(data.toString('utf8'));
}

describe('the socket to the hub', () => {
  it('is given up after six seconds in which the hub asked nothing', async () => {
    const { hub } = await connected();
    timers.advance(SILENT_AFTER_MS - 1);
    hub.send(JSON.stringify({ type: 'ask', askedAtMs: 5 }));
    expect(await nextMessage(hub)).toEqual({ type: 'echo', askedAtMs: 5, otherAtMs: MORNING_MS });
    timers.advance(SILENT_AFTER_MS - 1);
    expect(hub.readyState).toBe(hub.OPEN);
    timers.advance(1);
    expect(await closed.promise).toBe('silent');
  });

  it('does not take chatter for a heartbeat', async () => {
    const { hub } = await connected();
    hub.send(JSON.stringify({ type: 'poke' }));
    hub.send('still here');
    // Answered by the library after what came before it.
    hub.ping();
    await once(hub, 'pong');
    timers.advance(SILENT_AFTER_MS);
    expect(await closed.promise).toBe('silent');
  });

  it('sends no more samples in one message than the contract allows', async () => {
    const { kiosk, hub } = await connected();
    const samples = Array.from({ length: SAMPLES_PER_MESSAGE_MAX + 1 }, (_, index) =>
      sampleAt(MORNING_MS + index),
    );
    const heard: unknown[] = [];
    hub.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString('utf8'))));
    kiosk.sendSamples(VISIT, samples);
    kiosk.close();
    await once(hub, 'close');
    expect(heard).toMatchObject([
      { samples: samples.slice(0, SAMPLES_PER_MESSAGE_MAX) },
      { samples: samples.slice(SAMPLES_PER_MESSAGE_MAX) },
    ]);
  });

  it('drops live numbers when the line is stuck, instead of queueing them', async () => {
    const { kiosk, hub } = await connected();
    hub.pause();
    const full = Array.from({ length: SAMPLES_PER_MESSAGE_MAX }, (_, index) =>
      sampleAt(MORNING_MS + index, { rawHex: '00'.repeat(1_000) }),
    );
    // Enough to fill every buffer of the system, if it were queued: some hundred megabytes.
    for (let round = 0; round < 2_000; round += 1) kiosk.sendSamples(VISIT, full);
    expect(kiosk.unsentBytes).toBeLessThan(65_536 + 300_000);
  });

  it('says when the hub wants a new sign-in', async () => {
    const { hub } = await connected();
    hub.close(4401);
    expect(await closed.promise).toBe('sign-in-required');
  });

  it('is no link where nobody listens', async () => {
    const deps = {
      handshakeLimitMs: 2_000,
      nowMs: () => MORNING_MS,
      timers,
      onPoke: () => {},
      onNews: () => {},
      onClosed: closed.resolve,
    };
    const nowhere = HubSocket.connect(new URL('http://127.0.0.1:1'), 't', deps, new AbortController().signal);
    await expect(nowhere).rejects.toMatchObject({ code: 'LINK_DOWN' });
    expect(await closed.promise).toBe('closed');
  });

  it('leaves nothing on the signal of the store when nobody answers', async () => {
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.close();
    await once(server, 'close');
    const { signal } = new AbortController();
    const deps = {
      handshakeLimitMs: 2_000,
      nowMs: () => MORNING_MS,
      timers,
      onPoke: () => {},
      onNews: () => {},
      onClosed: closed.resolve,
    };
    await expect(HubSocket.connect(url, 'token', deps, signal)).rejects.toMatchObject({ code: 'LINK_DOWN' });
    await closed.promise;
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});
