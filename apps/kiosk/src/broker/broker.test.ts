import { describe, expect, it, vi } from 'vitest';
import { type KioskEvent, type ServiceName, type ToService } from '@shimabashi/contracts';
import { createBroker } from './broker.ts';
import { type ServiceProcess } from './supervised-service.ts';

/** Services that the test plays, and a clock that only the test moves. */
function playedKiosk() {
  const started: {
    name: ServiceName;
    sent: ToService[];
    say: (message: unknown) => void;
    die: () => void;
  }[] = [];
  const due: { atMs: number; callback: () => void; cancelled: boolean }[] = [];
  let nowMs = 1_000;
  const broker = createBroker({
    startService: name => {
      let say: (message: unknown) => void = () => {};
      let die: () => void = () => {};
      const sent: ToService[] = [];
      const played: ServiceProcess = {
        send: message => sent.push(message),
        onMessage: listener => (say = listener),
        onExit: listener => (die = listener),
        kill: () => die(),
      };
      started.push({ name, sent, say: message => say(message), die: () => die() });
      return played;
    },
    nowMs: () => nowMs,
    timers: {
      after: (ms, callback) => {
        const timer = { atMs: nowMs + ms, callback, cancelled: false };
        due.push(timer);
        return () => {
          timer.cancelled = true;
        };
      },
    },
    reportUnexpected: vi.fn<(error: unknown, where: string) => void>(),
  });
  const advance = (ms: number) => {
    nowMs += ms;
    for (const timer of due.splice(0)) {
      if (timer.cancelled) continue;
      if (timer.atMs <= nowMs) timer.callback();
      else due.push(timer);
    }
  };
  const newest = (name: ServiceName) => started.filter(service => service.name === name).at(-1)!;
  return { broker, started, advance, newest };
}

const SAMPLE = {
  sampleId: 'd1:1:1',
  deviceId: 'd1',
  parameter: 'SpO2',
  measured: { status: 'measured', value: 97 },
  unit: '%',
  quality: [],
  origin: 'live',
  deviceTime: null,
  receivedAtMs: 1,
  sequence: 1,
  rawHex: '',
} as const;

describe('broker', () => {
  it('sends a row to its owner and brings the answer back', async () => {
    const { broker, newest } = playedKiosk();
    newest('store').say({ type: 'ready' });
    const answer = broker.answer('today.list', {});
    const request = newest('store').sent.at(-1)!;
    expect(request).toMatchObject({ type: 'request', row: 'today.list', body: {} });
    newest('store').say({ type: 'reply', id: 1, result: { ok: true, body: { entries: [] } } });
    await expect(answer).resolves.toEqual({ ok: true, body: { entries: [] } });
  });

  it('says that a service is starting again instead of losing the request', async () => {
    const { broker, newest } = playedKiosk();
    newest('store').say({ type: 'ready' });
    const answer = broker.answer('today.list', {});
    newest('store').die();
    await expect(answer).resolves.toMatchObject({
      ok: false,
      error: { code: 'SERVICE_RESTARTING', retryable: true },
    });
  });

  it('starts a dead service again, sooner than a person notices, and slower if it keeps dying', () => {
    const { advance, started, newest } = playedKiosk();
    newest('store').say({ type: 'ready' });
    newest('store').die();
    advance(50);
    expect(started.filter(service => service.name === 'store')).toHaveLength(2);
    newest('store').die();
    advance(50);
    expect(started.filter(service => service.name === 'store')).toHaveLength(2);
    advance(50);
    expect(started.filter(service => service.name === 'store')).toHaveLength(3);
  });

  it('ends a request that nobody answers', async () => {
    const { broker, newest, advance } = playedKiosk();
    newest('devices').say({ type: 'ready' });
    const answer = broker.answer('devices.list', {});
    advance(10_000);
    await expect(answer).resolves.toMatchObject({ ok: false, error: { code: 'TIMEOUT' } });
  });

  it('ends nothing for a cuff that goes to sleep', () => {
    const { newest } = playedKiosk();
    newest('store').say({ type: 'ready' });
    newest('devices').say({ type: 'ready' });
    const device = {
      deviceId: 'd1',
      name: 'A&D',
      protocol: 'gatt-blood-pressure',
      state: 'connecting',
      sinceMs: 1,
      lastHeardAtMs: 1,
      badFrames: 0,
    };
    newest('devices').say({
      type: 'event',
      event: { event: 'device', device: { ...device, gives: 'spot' } },
    });
    expect(newest('store').sent).not.toContainEqual({ type: 'live-ended' });
    newest('devices').say({ type: 'event', event: { event: 'device', device } });
    expect(newest('store').sent.at(-1)).toEqual({ type: 'live-ended' });
  });

  it('takes what the devices service asks to the store, and the answer back; nobody else asks so', async () => {
    const { broker, newest } = playedKiosk();
    newest('store').say({ type: 'ready' });
    newest('devices').say({ type: 'ready' });
    newest('sound').say({ type: 'ready' });
    const ask = { type: 'ask', id: 7, row: 'records.known', body: {} };
    newest('sound').say({ ...ask, id: 6 });
    newest('devices').say(ask);
    const asked = newest('store').sent.filter(message => message.type === 'request');
    expect(asked).toMatchObject([{ row: 'records.known', body: {} }]);
    newest('store').say({ type: 'reply', id: asked[0]!.id, result: { ok: true, body: { recordIds: [] } } });
    await vi.waitFor(() => {
      expect(newest('devices').sent.at(-1)).toEqual({
        type: 'answer',
        id: 7,
        result: { ok: true, body: { recordIds: [] } },
      });
    });
    await expect(broker.answer('records.known', {})).resolves.toMatchObject({
      error: { code: 'UNKNOWN_ROW' },
    });
  });

  it('passes readings to the screens and to the store, and their withdrawal too', () => {
    const { broker, newest } = playedKiosk();
    const seen: KioskEvent['event'][] = [];
    broker.subscribe(event => seen.push(event.event));
    newest('store').say({ type: 'ready' });
    newest('devices').say({ type: 'ready' });
    newest('devices').say({ type: 'event', event: { event: 'samples', samples: [SAMPLE] } });
    expect(seen).toContain('samples');
    expect(newest('store').sent).toContainEqual({ type: 'samples', samples: [SAMPLE] });
    newest('devices').die();
    expect(newest('store').sent.at(-1)).toEqual({ type: 'live-ended' });
  });

  it('answers for itself, and knows no other rows', async () => {
    const { broker, newest } = playedKiosk();
    newest('store').say({
      type: 'failed',
      error: { code: 'STORE_KEY_WRONG', message: '', retryable: false, details: {} },
    });
    newest('store').die();
    await expect(broker.answer('services.status', {})).resolves.toMatchObject({
      ok: true,
      body: {
        services: [
          { service: 'store', state: 'down', code: 'STORE_KEY_WRONG' },
          { service: 'devices' },
          { service: 'sound' },
        ],
      },
    });
    await expect(broker.answer('chart.erase', {})).resolves.toMatchObject({
      ok: false,
      error: { code: 'UNKNOWN_ROW' },
    });
    await expect(broker.answer('__proto__', {})).resolves.toMatchObject({
      ok: false,
      error: { code: 'UNKNOWN_ROW' },
    });
  });

  it('stops its services, and kills one that does not listen', async () => {
    const { broker, newest, advance, started } = playedKiosk();
    newest('store').say({ type: 'ready' });
    newest('devices').say({ type: 'ready' });
    newest('sound').say({ type: 'ready' });
    const stopped = broker.stop();
    newest('store').die();
    advance(3_000);
    await stopped;
    expect(started).toHaveLength(3);
  });

  it('does not wait for a service that dies without a word, and tries it ever more slowly', async () => {
    const { broker, newest, advance, started } = playedKiosk();
    newest('devices').say({ type: 'ready' });
    newest('sound').say({ type: 'ready' });
    newest('store').die();
    await broker.started();
    const starts = () => started.filter(service => service.name === 'store').length;
    for (let tries = 1; tries < 10; tries += 1) {
      advance(5_000);
      newest('store').say({
        type: 'failed',
        error: { code: 'STORE_KEY_WRONG', message: '', retryable: false, details: {} },
      });
      newest('store').die();
    }
    const before = starts();
    advance(4_999);
    expect(starts()).toBe(before);
    advance(1);
    expect(starts()).toBe(before + 1);
    // While it is tried again, it is still known why it was down.
    await expect(broker.answer('services.status', {})).resolves.toMatchObject({
      body: { services: [{ service: 'store', state: 'starting', code: 'STORE_KEY_WRONG' }, {}, {}] },
    });
  });

  it('gives a store the time to build its file anew, and says that it does', async () => {
    const { broker, newest, advance, started } = playedKiosk();
    newest('devices').say({ type: 'ready' });
    newest('sound').say({ type: 'ready' });
    newest('store').say({ type: 'repairing' });
    await broker.started();
    advance(600_000);
    expect(started).toHaveLength(3);
    await expect(broker.answer('services.status', {})).resolves.toMatchObject({
      body: { services: [{ service: 'store', state: 'starting', code: 'STORE_REPAIRING' }, {}, {}] },
    });
    newest('store').say({ type: 'ready' });
    advance(3_600_000);
    expect(started).toHaveLength(3);
    await expect(broker.answer('services.status', {})).resolves.toMatchObject({
      body: { services: [{ service: 'store', state: 'up', code: null }, {}, {}] },
    });
  });

  it('kills a service that never gets ready, and goes on without it', async () => {
    const { broker, newest, advance, started } = playedKiosk();
    newest('devices').say({ type: 'ready' });
    newest('sound').say({ type: 'ready' });
    advance(29_999);
    expect(started).toHaveLength(3);
    advance(1);
    await broker.started();
    advance(50);
    expect(started).toHaveLength(4);
    newest('store').say({ type: 'ready' });
    advance(60_000);
    expect(started).toHaveLength(4);
  });
});
