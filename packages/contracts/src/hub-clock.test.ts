import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeClocks } from './testing/fake-clocks.ts';
import { HubClock } from './hub-clock.ts';

describe('the time of the hub', () => {
  it('is unknown before the hub has said anything', () => {
    const clock = new HubClock(new FakeClocks());
    expect(clock.ageMs(1_000)).toBeUndefined();
  });

  it('tells the true age to within half a round trip, however wrong this clock is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -3_600_000, max: 3_600_000 }),
        fc.integer({ min: 0, max: 2_000 }),
        fc.integer({ min: 0, max: 2_000 }),
        fc.integer({ min: 0, max: 60_000 }),
        (offMs, upMs, downMs, ageMs) => {
          const hub = { nowMs: 1_795_000_000_000 };
          const clocks = new FakeClocks(hub.nowMs + offMs);
          const clock = new HubClock(clocks);
          const askedAtMs = clock.ask();
          clocks.pass(upMs);
          const hubAtMs = hub.nowMs + upMs;
          clocks.pass(downMs);
          clock.answer(askedAtMs, hubAtMs);
          const nowAtHubMs = hubAtMs + downMs;
          const error = Math.abs((clock.ageMs(nowAtHubMs - ageMs) ?? Number.NaN) - ageMs);
          expect(error).toBeLessThanOrEqual((upMs + downMs) / 2 + 1);
        },
      ),
    );
  });

  it('knows no age after this clock was set, until the hub answers a new question', () => {
    const clocks = new FakeClocks();
    const clock = new HubClock(clocks);
    const hubMs = clocks.wallMs() + 5_000;
    clock.answer(clock.ask(), hubMs);
    expect(clock.ageMs(hubMs)).toBe(0);

    const before = clock.ask();
    clocks.set(clocks.wallMs() - 3_600_000);
    expect(clock.ageMs(hubMs)).toBeUndefined();
    clock.answer(before, hubMs); // Asked by the clock as it was: says nothing.
    expect(clock.ageMs(hubMs)).toBeUndefined();

    clock.answer(clock.ask(), hubMs);
    expect(clock.ageMs(hubMs)).toBe(0);
    expect(clock.hubNowMs()).toBe(hubMs);
  });

  it('does not change an age by a clock that is put right by a little', () => {
    const clocks = new FakeClocks();
    const clock = new HubClock(clocks);
    const hubMs = clocks.wallMs();
    clock.answer(clock.ask(), hubMs);
    clocks.pass(1_000);
    clocks.set(clocks.wallMs() - 400);
    expect(clock.ageMs(hubMs)).toBe(1_000);
  });

  it('takes an answer only once and only to what was asked', () => {
    const clocks = new FakeClocks();
    const clock = new HubClock(clocks);
    clock.answer(12_345, 99);
    expect(clock.ageMs(0)).toBeUndefined();
  });
});
