import { type KioskEvent } from '@shimabashi/contracts';
import { describe, expect, it, vi } from 'vitest';
import { createLoopbackApi, type LoopbackDeps, type SocketLike, tradeToken } from './loopback-api.ts';

class PlayedSocket implements SocketLike {
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly close = vi.fn<() => void>(() => this.onclose?.());
}

function play(answer: () => Promise<Response> = async () => Response.json({ ok: true, body: {} })) {
  const sockets: PlayedSocket[] = [];
  const timers: { run: () => void; delayMs: number }[] = [];
  const requests: { url: string; init: RequestInit }[] = [];
  const deps: LoopbackDeps = {
    origin: 'http://127.0.0.1:47101',
    fetch: (async (url: string, init: RequestInit) => {
      requests.push({ url, init });
      return answer();
    }) as typeof fetch,
    openSocket: url => {
      expect(url).toBe('ws://127.0.0.1:47101/events');
      const socket = new PlayedSocket();
      sockets.push(socket);
      return socket;
    },
    setTimer: (run, delayMs) => {
      timers.push({ run, delayMs });
      return () => timers.pop();
    },
  };
  return { deps, api: createLoopbackApi(deps), sockets, timers, requests };
}

describe('rows over the loopback door', () => {
  it('are posted to their path, nothing of the patient in the address', async () => {
    const { api, requests } = play(async () => Response.json({ ok: true, body: { patients: [] } }));
    const answer = await api['patients.find']({ text: 'シマダ', limit: 5 });
    expect(answer).toEqual({ ok: true, body: { patients: [] } });
    expect(requests[0]?.url).toBe('http://127.0.0.1:47101/api/patients.find');
    expect(requests[0]?.init).toMatchObject({ method: 'POST', body: '{"text":"シマダ","limit":5}' });
  });

  it.each([
    ['a refusal of the table', async () => refused(), 'SIGN_IN_REQUIRED'],
    ['nobody at the door', () => Promise.reject(new TypeError('fetch failed')), 'SERVICE_RESTARTING'],
    ['no answer in time', () => Promise.reject(new DOMException('late', 'TimeoutError')), 'TIMEOUT'],
    ['a page instead of an answer', async () => new Response('<html>'), 'SERVICE_RESTARTING'],
    ['an answer of another shape', async () => Response.json({ hello: 1 }), 'INTERNAL'],
    ['a body that does not fit', async () => Response.json({ ok: true, body: { visit: 7 } }), 'INTERNAL'],
  ])('make a value of %s', async (_case, answer, code) => {
    const { api } = play(answer);
    await expect(api['visits.current']({})).resolves.toMatchObject({ ok: false, error: { code } });
  });

  const refused = () =>
    Response.json(
      { ok: false, error: { code: 'SIGN_IN_REQUIRED', message: '', retryable: false, details: {} } },
      { status: 401 },
    );
});

describe('events over the loopback door', () => {
  const EVENT: KioskEvent = { event: 'chart-changed', patientId: 'p1' };
  const listen = () => {
    const played = play();
    const events: KioskEvent[] = [];
    const doors: string[] = [];
    const unsubscribe = played.api.subscribe({
      onEvent: event => events.push(event),
      onDoor: state => doors.push(state),
    });
    return { ...played, events, doors, unsubscribe };
  };

  it('arrive in order', () => {
    const { sockets, events, doors } = listen();
    sockets[0]?.onopen?.();
    sockets[0]?.onmessage?.({ data: JSON.stringify(EVENT) });
    expect(events).toEqual([EVENT]);
    expect(doors).toEqual(['open']);
  });

  it('are asked for again when the door is lost: quickly, then each second', () => {
    const { sockets, timers, doors } = listen();
    for (let attempt = 0; attempt < 4; attempt += 1) {
      sockets[attempt]?.onclose?.();
      timers[attempt]?.run();
    }
    expect(timers.map(timer => timer.delayMs)).toEqual([250, 500, 1_000, 1_000]);
    expect(doors).toEqual(['lost', 'lost', 'lost', 'lost']);
    sockets[4]?.onopen?.();
    sockets[4]?.onclose?.();
    expect(timers[4]?.delayMs).toBe(250);
  });

  it.each([['{'], ['{"event":"surprise"}'], [new ArrayBuffer(2)]])(
    'that do not fit close the door: %s',
    data => {
      const { sockets, events, doors } = listen();
      sockets[0]?.onmessage?.({ data });
      expect(events).toEqual([]);
      expect(doors).toEqual(['lost']);
    },
  );

  it('end for good when nobody listens any more', () => {
    const { sockets, timers, doors, unsubscribe } = listen();
    unsubscribe();
    expect(sockets[0]?.close).toHaveBeenCalled();
    expect(timers).toEqual([]);
    expect(doors).toEqual([]);
  });
});

describe('tradeToken', () => {
  it('trades the token of the fragment, and asks for nothing without one', async () => {
    const { deps, requests } = play(async () => new Response(null, { status: 204 }));
    await tradeToken('', deps);
    expect(requests).toEqual([]);
    await tradeToken('#token=abc_-1', deps);
    expect(requests[0]?.url).toBe('http://127.0.0.1:47101/session');
    expect(requests[0]?.init.body).toBe('{"token":"abc_-1"}');
  });
});
