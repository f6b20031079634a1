import {
  AppError,
  type AppErrorCode,
  type KioskApi,
  KioskEvent,
  type KioskListener,
  kioskContract,
  type RowResult,
  toWireError,
  WireError,
} from '@shimabashi/contracts';
import * as z from 'zod';

/** What a page has, injected so that tests play it. */
export interface LoopbackDeps {
  /** `http://127.0.0.1:<port>`, where the page itself came from. */
  readonly origin: string;
  readonly fetch: typeof fetch;
  readonly openSocket: (url: string) => SocketLike;
  readonly setTimer: (run: () => void, delayMs: number) => () => void;
}

/** The part of WebSocket that is used here. */
export interface SocketLike {
  onopen: (() => void) | null;
  onmessage: ((message: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
  close(): void;
}

/** Longest wait for one answer. A save is 50 ms; a restart of a service is about a second. */
const ANSWER_TIMEOUT_MS = 10_000;
/** Between attempts to open the events door again: quick at first, then calm. */
const REOPEN_DELAYS_MS = [250, 500, 1_000] as const;

const Answer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), body: z.unknown() }),
  z.object({ ok: z.literal(false), error: WireError }),
]);

/**
 * Trades the one-time token of the URL's fragment for the door's cookie.
 *
 * @returns whether a token was taken; without one, the cookie of an earlier start may still be good.
 */
export async function tradeToken(
  fragment: string,
  deps: Pick<LoopbackDeps, 'origin' | 'fetch'>,
): Promise<void> {
  const token = new URLSearchParams(fragment.replace(/^#/, '')).get('token');
  if (token === null) return;
  await deps.fetch(`${deps.origin}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
    credentials: 'same-origin',
  });
}

/** `window.kiosk` over the loopback door: `POST /api/<row>` and the `/events` socket (D2). */
export function createLoopbackApi(deps: LoopbackDeps): KioskApi {
  const rows = Object.keys(kioskContract).map(row => [
    row,
    (request: unknown) => callRow(deps, row as keyof typeof kioskContract, request),
  ]);
  return {
    ...(Object.fromEntries(rows) as Omit<KioskApi, 'subscribe'>),
    subscribe: listener => subscribe(deps, listener),
  };
}

async function callRow(
  deps: LoopbackDeps,
  row: keyof typeof kioskContract,
  request: unknown,
): Promise<RowResult> {
  try {
    const response = await deps.fetch(`${deps.origin}/api/${row}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
      credentials: 'same-origin',
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    const answer = Answer.safeParse(await response.json());
    if (!answer.success) return failure('INTERNAL');
    if (!answer.data.ok) return answer.data;
    const body = kioskContract[row].response.safeParse(answer.data.body);
    return body.success ? { ok: true, body: body.data } : failure('INTERNAL');
  } catch (error) {
    // What fetch throws: our own time limit, or a door that nobody holds open.
    const timedOut = error instanceof DOMException && error.name === 'TimeoutError';
    return failure(timedOut ? 'TIMEOUT' : 'SERVICE_RESTARTING');
  }
}

function failure(code: AppErrorCode): RowResult {
  return { ok: false, error: toWireError(new AppError(code, 'The door gave no answer of ours.')) };
}

/** Keeps the events door open until the returned function is called. */
function subscribe(deps: LoopbackDeps, listener: KioskListener): () => void {
  let ended = false;
  let attempts = 0;
  let socket: SocketLike | undefined;
  let cancelTimer: (() => void) | undefined;

  const open = () => {
    const opened = deps.openSocket(`${deps.origin.replace(/^http/, 'ws')}/events`);
    socket = opened;
    opened.onopen = () => {
      attempts = 0;
      listener.onDoor('open');
    };
    opened.onmessage = message => {
      const event = parseEvent(message.data);
      // An event that does not fit is from another version: nothing on this screen can be trusted.
      if (event === undefined) opened.close();
      else listener.onEvent(event);
    };
    opened.onclose = () => {
      if (ended) return;
      listener.onDoor('lost');
      const delayMs = REOPEN_DELAYS_MS[Math.min(attempts, REOPEN_DELAYS_MS.length - 1)] ?? 1_000;
      attempts += 1;
      cancelTimer = deps.setTimer(open, delayMs);
    };
  };
  open();
  return () => {
    ended = true;
    cancelTimer?.();
    socket?.close();
  };
}

function parseEvent(data: unknown): KioskEvent | undefined {
  if (typeof data !== 'string') return undefined;
  try {
    const event = KioskEvent.safeParse(JSON.parse(data));
    return event.success ? event.data : undefined;
  } catch {
    return undefined;
  }
}
