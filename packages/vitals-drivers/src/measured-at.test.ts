import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measuredAtMs } from './measured-at.ts';

/** 2026-11-22 09:05:00.4 in Tokyo. */
const NOW = Date.UTC(2026, 10, 22, 0, 5, 0, 400);
const at = (deviceTime: string | null, clockOffsetMs?: number | null) =>
  measuredAtMs(
    { origin: 'stored', deviceTime },
    { receivedAtMs: NOW, timeZone: 'Asia/Tokyo', clockOffsetMs },
  );

describe('when a single measurement was taken', () => {
  it('is now, for one that is sent as it is taken', () => {
    const known = { receivedAtMs: NOW, timeZone: undefined, clockOffsetMs: null };
    expect(measuredAtMs({ origin: 'live', deviceTime: null }, known)).toBe(NOW);
  });

  it.each([
    ['of a clock that is right', '2026-11-22T09:03:00', 0, Date.UTC(2026, 10, 22, 0, 3)],
    ['of a clock that does not tell', '2026-11-22T09:03:00', undefined, Date.UTC(2026, 10, 22, 0, 3)],
    ['of a clock that is two minutes fast', '2026-11-22T09:06:00', 120_000, Date.UTC(2026, 10, 22, 0, 4)],
    // It may have been set since: the earlier of both.
    ['of a clock that is slow', '2026-11-22T09:03:00', -120_000, Date.UTC(2026, 10, 22, 0, 3)],
    ['a little ahead of ours', '2026-11-22T09:05:59', undefined, Date.UTC(2026, 10, 22, 0, 5)],
  ])('is what the record says, %s', (_, deviceTime, offsetMs, expected) => {
    expect(at(deviceTime, offsetMs)).toBe(expected);
  });

  it.each([
    ['without a time', null, 0],
    ['of a clock that is not set', '2026-11-22T09:03:00', null],
    ['from the future', '2026-11-22T09:07:00', 0],
    ['of no day', '2026-02-31T25:00:00', 0],
  ])('is not known of a record %s', (_, deviceTime, offsetMs) => {
    expect(at(deviceTime, offsetMs)).toBeUndefined();
  });

  it('is not known where the zone of the clock is not', () => {
    const known = { receivedAtMs: NOW, timeZone: undefined, clockOffsetMs: 0 };
    expect(measuredAtMs({ origin: 'stored', deviceTime: '2026-11-22T09:03:00' }, known)).toBeUndefined();
  });

  it('is never later than it can have been, whenever the clock was set', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 86_400_000 }),
        fc.integer({ min: -86_400, max: 86_400 }).map(seconds => seconds * 1_000),
        fc.boolean(),
        (agoMs, offsetMs, wasSet) => {
          const shownMs = NOW - agoMs + (wasSet ? 0 : offsetMs) + 9 * 3_600_000;
          const deviceTime = new Date(shownMs).toISOString().slice(0, 19);
          expect(at(deviceTime, offsetMs) ?? 0).toBeLessThanOrEqual(NOW - agoMs);
        },
      ),
    );
  });
});
