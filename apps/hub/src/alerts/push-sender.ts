import { lookup as lookUp } from 'node:dns';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import webPush from 'web-push';
import { type DuePush, type VapidKeys } from './alert-store.ts';
import { type PushHosts } from './push-hosts.ts';
import { type PushAnswer } from './push-outbox.ts';

/** No push service takes longer; the next try is better than waiting on. */
const ANSWER_WITHIN_MS = 10_000;

export interface PushSenderDeps {
  readonly hosts: PushHosts;
  readonly keys: VapidKeys;
  /** Whom the push service may write to (RFC 8292, 2.1): a `mailto:` that is read. */
  readonly subject: string;
  readonly nowMs: () => number;
}

export interface PushContent {
  readonly payload: string;
  readonly topic: string;
  readonly ttlSeconds: number;
}

/**
 * Sends one message to one browser: encrypted for it (RFC 8291, aes128gcm), signed by our key
 * (RFC 8292), urgent, short-lived.
 *
 * The connection goes to an address that was checked after it was resolved, and nowhere else: no
 * redirect is followed.
 */
export async function sendPush(
  deps: PushSenderDeps,
  push: Pick<DuePush, 'endpoint' | 'subscription'>,
  content: PushContent,
): Promise<PushAnswer> {
  const { endpoint, subscription } = push;
  if (subscription === null || !deps.hosts.allows(endpoint)) return { kind: 'gone' };
  const { headers, body } = webPush.generateRequestDetails(
    { endpoint, keys: { p256dh: subscription.p256dh, auth: subscription.auth } },
    content.payload,
    {
      vapidDetails: { subject: deps.subject, ...deps.keys },
      contentEncoding: 'aes128gcm',
      TTL: content.ttlSeconds,
      urgency: 'high',
      topic: content.topic,
    },
  );
  try {
    const { statusCode, retryAfter } = await post(deps.hosts, endpoint, { headers, body });
    return answerOf(statusCode, retryAfter, deps.nowMs());
  } catch {
    // Not reached, or not in time.
    return { kind: 'later', retryAfterMs: null };
  }
}

/** What a push service's status means for us. Source: RFC 8030, sections 5 and 7.3; RFC 6585, section 4. */
export function answerOf(statusCode: number, retryAfter: string | undefined, nowMs: number): PushAnswer {
  if (statusCode >= 200 && statusCode < 300) return { kind: 'sent' };
  if (statusCode === 404 || statusCode === 410) return { kind: 'gone' };
  if (statusCode === 408 || statusCode === 429 || statusCode >= 500) {
    return { kind: 'later', retryAfterMs: retryAfterMs(retryAfter, nowMs) };
  }
  return { kind: 'refused' };
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function retryAfterMs(text: string | undefined, nowMs: number): number | null {
  if (text === undefined) return null;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs);
}

function post(
  hosts: PushHosts,
  endpoint: string,
  { headers, body }: { readonly headers: object; readonly body: Buffer },
): Promise<{ readonly statusCode: number; readonly retryAfter: string | undefined }> {
  const url = new URL(endpoint);
  const options: RequestOptions = {
    method: 'POST',
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    lookup: checkedLookup(hosts, endpoint),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  };
  // An address in figures is connected to without a look-up.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !hosts.mayConnect(endpoint, host)) {
    return Promise.reject(new Error('An address that nothing is sent to.'));
  }
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(url, options, (response: IncomingMessage) => {
      response.resume();
      response.on('error', reject);
      resolve({ statusCode: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] });
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** Resolves a name to those of its addresses that may be connected to, and fails where there is none. */
function checkedLookup(hosts: PushHosts, endpoint: string): LookupFunction {
  return (hostname, options, callback) => {
    lookUp(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) {
        callback(error, '');
        return;
      }
      const addresses = found.filter(({ address }) => hosts.mayConnect(endpoint, address));
      const [first] = addresses;
      if (first === undefined) callback(new Error('No address that may be connected to.'), '');
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
