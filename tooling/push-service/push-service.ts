import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { checkVapid } from './vapid.ts';

/** A message as the service holds it: what it can see. It cannot read it. */
export interface PushMessage {
  readonly body: Buffer;
  readonly topic: string | undefined;
  readonly urgency: string;
  readonly ttlSeconds: number;
}

/** A push service of our own (RFC 8030) on this machine, for tests: no real one is reachable there. */
export interface PushService {
  readonly origin: string;
  /** A new place to push to, for the application server with this VAPID key only. */
  subscribe(vapidKey: string): string;
  /** From now on this subscription is gone (410). */
  expire(endpoint: string): void;
  /** The next `count` messages are answered so, and not taken. */
  fail(status: number, options?: { readonly count?: number; readonly retryAfter?: string }): void;
  /** The oldest message of this place, as soon as there is one. Taking it removes it. */
  next(endpoint: string, limitMs?: number): Promise<PushMessage>;
  /** How many were taken in and not fetched yet. */
  waiting(endpoint: string): number;
  /** Every answer that was given, in order. */
  readonly answers: readonly { readonly status: number; readonly problem?: string }[];
  close(): Promise<void>;
}

interface Place {
  readonly vapidKey: string;
  gone: boolean;
  messages: (PushMessage & { readonly expiresAtMs: number })[];
  waiting: (() => void)[];
}

/** RFC 8030, 7.2: a service has to take this many, and need not take more. */
const BODY_BYTES_MAX = 4_096;

interface Answer {
  readonly status: number;
  readonly problem?: string;
  readonly retryAfter?: string;
}

export async function startPushService(): Promise<PushService> {
  const places = new Map<string, Place>();
  const answers: Answer[] = [];
  const failures: Answer[] = [];
  let origin = '';

  const server = createServer((request, response) => {
    void bodyOf(request).then(body => {
      const answer = failures.shift() ?? take(places.get(request.url ?? ''), request, body, origin);
      answers.push(answer);
      if (answer.retryAfter !== undefined) response.setHeader('retry-after', answer.retryAfter);
      if (answer.status === 201) response.setHeader('location', `${origin}/message/${answers.length}`);
      response.writeHead(answer.status).end(answer.problem ?? '');
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The push service does not listen.');
  origin = `http://127.0.0.1:${address.port}`;

  const placeOf = (endpoint: string): Place => {
    const place = places.get(new URL(endpoint).pathname);
    if (place === undefined) throw new Error('There is no such subscription.');
    return place;
  };
  return {
    origin,
    answers,
    subscribe(vapidKey) {
      const path = `/push/${randomBytes(16).toString('base64url')}`;
      places.set(path, { vapidKey, gone: false, messages: [], waiting: [] });
      return `${origin}${path}`;
    },
    expire(endpoint) {
      placeOf(endpoint).gone = true;
    },
    fail(status, { count = 1, retryAfter } = {}) {
      const answer = { status, problem: 'as asked', ...(retryAfter === undefined ? {} : { retryAfter }) };
      for (let time = 0; time < count; time += 1) failures.push(answer);
    },
    next: (endpoint, limitMs = 10_000) => nextMessage(placeOf(endpoint), limitMs),
    waiting: endpoint => placeOf(endpoint).messages.length,
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

/** Judges one message and keeps it. Statuses as in RFC 8030, sections 5 and 7. */
function take(place: Place | undefined, request: IncomingMessage, body: Buffer, origin: string): Answer {
  const header = (name: string): string | undefined => request.headers[name]?.toString();
  if (place === undefined) return { status: 404, problem: 'no such subscription' };
  if (place.gone) return { status: 410, problem: 'the subscription is gone' };
  if (request.method !== 'POST') return { status: 405, problem: 'a message is posted' };
  const nowMs = Date.now();
  const sender = checkVapid(header('authorization'), { audience: origin, nowS: nowMs / 1_000 });
  if ('problem' in sender) return { status: 401, problem: sender.problem };
  if (sender.key !== place.vapidKey) return { status: 403, problem: 'subscribed for another sender' };

  const ttl = header('ttl');
  const topic = header('topic');
  const urgency = header('urgency') ?? 'normal';
  if (ttl === undefined || !/^\d+$/.test(ttl)) return { status: 400, problem: 'no TTL' };
  if (topic !== undefined && !/^[\w-]{1,32}$/.test(topic)) return { status: 400, problem: 'a wrong topic' };
  if (!['very-low', 'low', 'normal', 'high'].includes(urgency)) {
    return { status: 400, problem: 'a wrong urgency' };
  }
  if (header('content-encoding') !== 'aes128gcm') return { status: 415, problem: 'not aes128gcm' };
  if (body.length > BODY_BYTES_MAX) return { status: 413, problem: 'too large' };

  const ttlSeconds = Number(ttl);
  const message = { body, topic, urgency, ttlSeconds, expiresAtMs: nowMs + ttlSeconds * 1_000 };
  // A message of the same topic takes the place of one that was not fetched yet (RFC 8030, 5.4).
  place.messages = place.messages.filter(held => topic === undefined || held.topic !== topic);
  place.messages.push(message);
  place.waiting.shift()?.();
  return { status: 201 };
}

async function nextMessage(place: Place, limitMs: number): Promise<PushMessage> {
  const endAtMs = Date.now() + limitMs;
  for (;;) {
    place.messages = place.messages.filter(({ expiresAtMs }) => expiresAtMs > Date.now());
    const message = place.messages.shift();
    if (message !== undefined) return message;
    const leftMs = endAtMs - Date.now();
    if (leftMs <= 0) throw new Error(`No push message within ${limitMs} ms.`);
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, leftMs);
      place.waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
