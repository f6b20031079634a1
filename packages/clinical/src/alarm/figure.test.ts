import { expect, it } from 'vitest';
import { SOUNDS, soundOf } from './figure.ts';

it('is never silent for three seconds at high priority, not from one burst to the next', () => {
  const { pulses, lengthMs } = SOUNDS.high;
  const ends = pulses.map(({ atMs, forMs }) => atMs + forMs);
  const nextBegins = [...pulses.slice(1).map(({ atMs }) => atMs), lengthMs];
  for (const [index, endMs] of ends.entries()) expect(nextBegins[index]! - endMs).toBeLessThan(3_000);
  expect(pulses).toHaveLength(10);
});

it('has for every alarm a fundamental and four harmonics that the standard names, and none for the ring', () => {
  for (const name of ['high', 'medium', 'low'] as const) {
    for (const { frequencyHz } of SOUNDS[name].pulses) {
      expect(frequencyHz).toBeGreaterThanOrEqual(150);
      expect(frequencyHz).toBeLessThanOrEqual(1_000);
      const inBand = SOUNDS[name].harmonics.filter(harmonic => harmonic * frequencyHz <= 4_000);
      expect(inBand.length).toBeGreaterThanOrEqual(4);
    }
  }
  expect(SOUNDS.ring.harmonics).toEqual([]);
});

it('lets the most urgent alarm be heard before all others, and any alarm before a call', () => {
  expect(soundOf(['low', 'high', 'medium'], true)).toBe('high');
  expect(soundOf(['low'], true)).toBe('low');
  expect(soundOf([], true)).toBe('ring');
  expect(soundOf([], false)).toBeUndefined();
});
