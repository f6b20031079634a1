import { HubClock, type Sample, STREAM_STALE_AFTER_MS } from '@shimabashi/contracts';
import { FakeClocks } from '@shimabashi/contracts/testing';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sample } from '../../testing/chart.ts';
import { LiveValues, readingOf } from './live-values.ts';

function liveValues(hubAheadMs = 0) {
  const clocks = new FakeClocks();
  const clock = new HubClock(clocks);
  const live = new LiveValues(clock);
  const hubNowMs = () => clocks.wallMs() + hubAheadMs;
  clock.answer(clock.ask(), hubNowMs());
  const unsubscribe = live.subscribe(() => undefined);
  const pass = (ms: number) => {
    clocks.pass(ms);
    vi.advanceTimersByTime(ms);
  };
  const spo2 = () => readingOf(live.getSnapshot(), 'SpO2');
  const up = () => live.setLink({ link: 'up', sinceMs: hubNowMs() });
  return { live, clocks, clock, hubNowMs, pass, spo2, up, unsubscribe };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a live number', () => {
  it('shows with its true age though this machine is an hour slow', () => {
    const { live, up, hubNowMs, spo2 } = liveValues(3_600_000);
    up();
    live.watch('p1');
    live.takeSamples('p1', [sample({ receivedAtMs: hubNowMs() - 1_200 })]);
    expect(spo2()).toMatchObject({ state: 'live', value: 94, ageMs: 1_200 });
  });

  it('goes the moment it is too old, and leaves its time', () => {
    const { live, up, hubNowMs, spo2, pass } = liveValues();
    up();
    live.watch('p1');
    const atMs = hubNowMs();
    live.takeSamples('p1', [sample({ receivedAtMs: atMs })]);
    pass(STREAM_STALE_AFTER_MS);
    expect(spo2().state).toBe('live');
    pass(1);
    expect(spo2()).toEqual({ state: 'stale', last: { value: 94, unit: '%', atHubMs: atMs } });
  });

  it('is old on arrival if it sat in a queue on the way', () => {
    const { live, up, hubNowMs, spo2 } = liveValues();
    up();
    live.watch('p1');
    live.takeSamples('p1', [sample({ receivedAtMs: hubNowMs() - STREAM_STALE_AFTER_MS - 1 })]);
    expect(spo2().state).toBe('stale');
  });

  it('from the future is not young for ever', () => {
    const { live, up, hubNowMs, spo2, pass } = liveValues();
    up();
    live.watch('p1');
    live.takeSamples('p1', [sample({ receivedAtMs: hubNowMs() + 3_600_000 })]);
    pass(STREAM_STALE_AFTER_MS + 1);
    expect(spo2().state).toBe('stale');
    live.takeSamples('p1', [
      sample({ receivedAtMs: hubNowMs(), measured: { status: 'measured', value: 91 }, sequence: 2 }),
    ]);
    expect(spo2()).toMatchObject({ state: 'live', value: 91 });
  });

  it('is withdrawn with the socket, and does not return with it', () => {
    const { live, up, hubNowMs, spo2 } = liveValues();
    up();
    live.watch('p1');
    live.takeSamples('p1', [sample({ receivedAtMs: hubNowMs() })]);
    live.setLink({ link: 'lost', sinceMs: 7 });
    expect(spo2()).toMatchObject({ state: 'unreachable', sinceMs: 7, last: { value: 94 } });
    up();
    expect(spo2().state).toBe('stale');
  });

  it('is withdrawn when the island says so, with since when', () => {
    const { live, up, hubNowMs, spo2 } = liveValues();
    up();
    live.watch('p1');
    live.takeSamples('p1', [sample({ receivedAtMs: hubNowMs() })]);
    live.end('p2');
    expect(spo2().state).toBe('live');
    live.end('p1');
    expect(spo2()).toMatchObject({ state: 'ended', sinceMs: hubNowMs(), last: { value: 94 } });
  });

  it('says the reason when the device gives none', () => {
    const { live, up, hubNowMs, spo2 } = liveValues();
    up();
    live.watch('p1');
    live.takeSamples('p1', [
      sample({ receivedAtMs: hubNowMs(), measured: { status: 'absent', reason: 'sensor-off' } }),
    ]);
    expect(spo2()).toMatchObject({ state: 'absent', reason: 'sensor-off' });
  });

  it('is not overruled by an older one that came later', () => {
    const { live, up, hubNowMs, spo2 } = liveValues();
    up();
    live.watch('p1');
    live.takeSamples('p1', [sample({ receivedAtMs: hubNowMs() })]);
    live.takeSamples('p1', [
      sample({ receivedAtMs: hubNowMs() - 400, measured: { status: 'measured', value: 50 } }),
    ]);
    expect(spo2()).toMatchObject({ value: 94 });
  });

  it('leaves no timer behind when nobody looks', () => {
    const { live, up, hubNowMs, unsubscribe } = liveValues();
    up();
    live.watch('p1');
    live.takeSamples('p1', [sample({ receivedAtMs: hubNowMs() })]);
    unsubscribe();
    expect(vi.getTimerCount()).toBe(0);
  });
});

type Step =
  | { readonly do: 'sample'; readonly patientId: string; readonly agoMs: number; readonly value: number }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'link'; readonly link: 'up' | 'lost' }
  | { readonly do: 'end'; readonly patientId: string }
  | { readonly do: 'watch'; readonly patientId: string | null }
  | { readonly do: 'set-clock'; readonly byMs: number };

const patientId = fc.constantFrom('p1', 'p2');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('sample' as const),
    patientId,
    agoMs: fc.integer({ min: -5_000, max: 6_000 }),
    value: fc.integer({ min: 60, max: 100 }),
  }),
  fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 4_000 }) }),
  fc.record({ do: fc.constant('link' as const), link: fc.constantFrom('up' as const, 'lost' as const) }),
  fc.record({ do: fc.constant('end' as const), patientId }),
  fc.record({ do: fc.constant('watch' as const), patientId: fc.option(patientId) }),
  fc.record({ do: fc.constant('set-clock' as const), byMs: fc.integer({ min: -9_000, max: 9_000 }) }),
);

it('shows a number as now only of the watched patient, over a live line, not withdrawn, and young', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), steps => {
      const { live, clocks, clock, pass, unsubscribe } = liveValues();
      const hub = { offMs: 0 };
      let world = { link: 'connecting', watched: null as string | null };
      const sent = new Map<Sample, { patientId: string; bornMs: number; withdrawn: boolean }>();
      const withdraw = (whose?: string) => {
        for (const each of sent.values())
          if (whose === undefined || each.patientId === whose) each.withdrawn = true;
      };
      for (const each of steps) {
        if (each.do === 'pass') pass(each.ms);
        if (each.do === 'set-clock') {
          clocks.set(clocks.wallMs() + each.byMs);
          hub.offMs -= each.byMs;
        }
        if (each.do === 'link') {
          if (each.link === 'lost') withdraw();
          world = { ...world, link: each.link };
          live.setLink({ link: each.link, sinceMs: clock.hubNowMs() });
          if (each.link === 'up') clock.answer(clock.ask(), clocks.wallMs() + hub.offMs);
        }
        if (each.do === 'watch') {
          withdraw();
          world = { ...world, watched: each.patientId };
          live.watch(each.patientId);
        }
        if (each.do === 'end') {
          if (each.patientId === world.watched) withdraw(each.patientId);
          live.end(each.patientId);
        }
        if (each.do === 'sample') {
          const hubNowMs = clocks.wallMs() + hub.offMs;
          const one = sample({
            receivedAtMs: hubNowMs - each.agoMs,
            measured: { status: 'measured', value: each.value },
          });
          sent.set(one, {
            patientId: each.patientId,
            bornMs: clocks.monotonicMs() - Math.max(0, each.agoMs),
            withdrawn: false,
          });
          live.takeSamples(each.patientId, [one]);
        }
        // What a screen that draws now would get.
        live.setLink({ ...live.getSnapshot().link });
        const reading = readingOf(live.getSnapshot(), 'SpO2');
        if (reading.state !== 'live') continue;
        const origin = sent.get(reading.sample);
        expect(world.link).toBe('up');
        expect(origin).toMatchObject({ patientId: world.watched, withdrawn: false });
        expect(clocks.monotonicMs() - (origin?.bornMs ?? 0)).toBeLessThanOrEqual(STREAM_STALE_AFTER_MS);
      }
      unsubscribe();
    }),
  );
});
