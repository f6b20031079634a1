import { createECDH, createPublicKey, randomBytes, verify } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import ece from 'http_ece';
import webPush from 'web-push';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPushHosts } from './push-hosts.ts';
import { answerOf, sendPush } from './push-sender.ts';

const KEYS = webPush.generateVAPIDKeys();
const SUBJECT = 'mailto:alerts@hospital.example';

let server: Server;
let origin: string;
let status: number;
let headersBack: Record<string, string>;
let heard: { path: string; headers: IncomingHttpHeaders; body: Buffer }[];

beforeEach(async () => {
  heard = [];
  [status, headersBack] = [201, {}];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', chunk => void chunks.push(chunk as Buffer));
    request.on('end', () => {
      heard.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) });
      response.writeHead(status, headersBack).end();
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});
afterEach(() => new Promise(resolve => server.close(resolve)));

function browser() {
  const ecdh = createECDH('prime256v1');
  ecdh.generateKeys();
  return { ecdh, auth: randomBytes(16) };
}

function send(endpoint: string, { ecdh, auth }: ReturnType<typeof browser>, allowed = [origin]) {
  return sendPush(
    { hosts: createPushHosts(allowed), keys: KEYS, subject: SUBJECT, nowMs: () => Date.now() },
    {
      endpoint,
      subscription: { endpoint, p256dh: ecdh.getPublicKey('base64url'), auth: auth.toString('base64url') },
    },
    { payload: '汐見島診療所', topic: 'a-topic', ttlSeconds: 61 },
  );
}

describe('a push', () => {
  it('is encrypted for one browser, and for no other secret', async () => {
    const receiver = browser();
    expect(await send(`${origin}/push/1`, receiver)).toEqual({ kind: 'sent' });
    const [{ headers, body }] = heard as [(typeof heard)[0]];
    expect(headers).toMatchObject({
      'content-encoding': 'aes128gcm',
      ttl: '61',
      urgency: 'high',
      topic: 'a-topic',
    });
    expect(body.includes('汐見島')).toBe(false);
    const read = (auth: Buffer) =>
      ece
        .decrypt(body, {
          version: 'aes128gcm',
          privateKey: receiver.ecdh,
          authSecret: auth.toString('base64url'),
        })
        .toString();
    expect(read(receiver.auth)).toBe('汐見島診療所');
    const other = Buffer.from(receiver.auth);
    other[7]! ^= 1;
    expect(() => read(other)).toThrow('unable to authenticate data');
  });

  it('is signed for this push service, by our key, with somebody to write to', async () => {
    await send(`${origin}/push/1`, browser());
    const { authorization = '' } = heard[0]!.headers;
    const [, token = '', key] = /^vapid t=([^,]+), k=(.+)$/.exec(authorization) ?? [];
    expect(key).toBe(KEYS.publicKey);
    const [head = '', claims = '', signature = ''] = token.split('.');
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      aud: origin,
      sub: SUBJECT,
    });
    const point = Buffer.from(KEYS.publicKey, 'base64url');
    const [x, y] = [point.subarray(1, 33), point.subarray(33)].map(part => part.toString('base64url'));
    const publicKey = createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x: x!, y: y! } });
    const isOurs = verify(
      'sha256',
      Buffer.from(`${head}.${claims}`),
      { key: publicKey, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    );
    expect(isOurs).toBe(true);
  });

  it('goes nowhere but to a listed push service', async () => {
    expect(await send(`${origin}/push/1`, browser(), ['push.example'])).toEqual({ kind: 'gone' });
    expect(heard).toEqual([]);
  });

  it('is not sent to an inner address behind a listed name', async () => {
    const { port } = new URL(origin);
    const listed = { hosts: { allows: () => true, mayConnect: () => false } };
    const receiver = browser();
    const endpoint = `http://localhost:${port}/push/1`;
    const answer = await sendPush(
      { ...listed, keys: KEYS, subject: SUBJECT, nowMs: () => Date.now() },
      {
        endpoint,
        subscription: {
          endpoint,
          p256dh: receiver.ecdh.getPublicKey('base64url'),
          auth: receiver.auth.toString('base64url'),
        },
      },
      { payload: 'x', topic: 't', ttlSeconds: 1 },
    );
    expect(answer).toEqual({ kind: 'later', retryAfterMs: null });
    expect(heard).toEqual([]);
  });

  it('does not follow where it is sent on to', async () => {
    [status, headersBack] = [307, { location: `${origin}/elsewhere` }];
    expect(await send(`${origin}/push/1`, browser())).toEqual({ kind: 'refused' });
    expect(heard.map(({ path }) => path)).toEqual(['/push/1']);
  });

  it('is tried later where nobody answers', async () => {
    expect(await send('http://127.0.0.1:1/push/1', browser(), ['http://127.0.0.1:1'])).toEqual({
      kind: 'later',
      retryAfterMs: null,
    });
  });
});

it.each([
  [201, undefined, { kind: 'sent' }],
  [404, undefined, { kind: 'gone' }],
  [410, undefined, { kind: 'gone' }],
  [429, '30', { kind: 'later', retryAfterMs: 30_000 }],
  [503, 'Thu, 01 Jan 1970 00:00:09 GMT', { kind: 'later', retryAfterMs: 8_000 }],
  [503, 'Thu, 01 Jan 1970 00:00:00 GMT', { kind: 'later', retryAfterMs: 0 }],
  [500, 'soon', { kind: 'later', retryAfterMs: null }],
  [413, undefined, { kind: 'refused' }],
  [403, undefined, { kind: 'refused' }],
])('understands %i with Retry-After %s', (code, retryAfter, answer) => {
  expect(answerOf(code, retryAfter, 1_000)).toEqual(answer);
});
