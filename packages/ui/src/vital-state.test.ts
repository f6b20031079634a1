import { SAMPLE_HELD_MS, STREAM_STALE_AFTER_MS } from '@shimabashi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type VitalReading, vitalStateOf } from './vital-state.ts';

const NOW = 1_795_000_000_000;
const reading = (ageMs: number, change: Partial<VitalReading> = {}): VitalReading => ({
  measured: { status: 'measured', value: 94 },
  quality: [],
  receivedAtMs: NOW - ageMs,
  ...change,
});

describe('vitalStateOf', () => {
  it('says a number only while it is fresh, from whatever side of now', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), ageMs => {
        const { state } = vitalStateOf({ reading: reading(ageMs), nowMs: NOW });
        expect(state).toBe(Math.abs(ageMs) <= STREAM_STALE_AFTER_MS ? 'live' : 'stale');
      }),
    );
  });

  it('keeps a single measurement with its time while it can be saved, and no longer', () => {
    const spot = (ageMs: number) =>
      vitalStateOf({ reading: reading(ageMs, { measuredAtMs: NOW - ageMs - 5_000 }), nowMs: NOW });
    expect(spot(SAMPLE_HELD_MS)).toEqual({
      state: 'spot',
      value: 94,
      quality: [],
      atMs: NOW - SAMPLE_HELD_MS - 5_000,
    });
    expect(spot(SAMPLE_HELD_MS + 1).state).toBe('stale');
  });

  it('withdraws even a fresh number when nothing can arrive', () => {
    expect(vitalStateOf({ reading: reading(0), goneSinceMs: NOW - 10, nowMs: NOW })).toEqual({
      state: 'gone',
      sinceMs: NOW - 10,
      last: undefined,
    });
  });

  it.each([
    ['nothing yet', { reading: undefined, nowMs: NOW }, 'empty'],
    ['a weak signal', { reading: reading(0, { quality: ['perfusion-low'] }), nowMs: NOW }, 'poor'],
    ['a low battery only', { reading: reading(0, { quality: ['battery-low'] }), nowMs: NOW }, 'live'],
    [
      'a sensor off the finger',
      { reading: reading(0, { measured: { status: 'absent', reason: 'sensor-off' } }), nowMs: NOW },
      'absent',
    ],
    [
      'a value by hand',
      { reading: undefined, byHand: { value: 20, atMs: NOW - 9e6, by: '汐入' }, nowMs: NOW },
      'by-hand',
    ],
  ] as const)('%s', (_case, input, state) => {
    expect(vitalStateOf(input).state).toBe(state);
  });
});
