import { describe, expect, it } from 'vitest';
import { LineTrouble } from './line-trouble.ts';
import { type Scenario } from './scenarios.ts';

const FRAME = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);

/** What a line with a frame a second carries in so many seconds. */
function carried(scenario: Scenario, seconds: number, seed = 1) {
  const line = new LineTrouble(scenario, seed, 1);
  return Array.from({ length: seconds }, () => line.carry(FRAME));
}

const bytesOf = (frames: ReturnType<typeof carried>) =>
  frames.reduce((sum, { bytes }) => sum + bytes.length, 0);

describe('a line in trouble', () => {
  it('carries a scenario of the patient as it is', () => {
    expect(carried('fever', 3)).toEqual(Array.from({ length: 3 }, () => ({ bytes: FRAME, hangUp: false })));
  });

  it('flips, loses and doubles one byte in two hundred, the same ones for the same seed', () => {
    const flipped = carried('bit-flips', 2_000).flatMap(({ bytes }) => [...bytes]);
    const wrong = flipped.filter((byte, at) => byte !== FRAME[at % FRAME.length]).length;
    expect(wrong).toBeGreaterThan(60);
    expect(wrong).toBeLessThan(140);
    expect(bytesOf(carried('dropped-bytes', 2_000))).toBeLessThan(20_000 - 60);
    expect(bytesOf(carried('duplicated-bytes', 2_000))).toBeGreaterThan(20_000 + 60);
    expect(carried('bit-flips', 200, 5)).toEqual(carried('bit-flips', 200, 5));
    expect(carried('bit-flips', 200, 5)).not.toEqual(carried('bit-flips', 200, 6));
  });

  it('hangs up once, is silent, and comes back', () => {
    const frames = carried('reconnect', 40);
    expect(frames.flatMap(({ hangUp }, at) => (hangUp ? [at] : []))).toEqual([14, 33]);
    expect(frames.slice(14, 18).every(({ bytes }) => bytes.length === 0)).toBe(true);
    expect(frames[18]?.bytes).toEqual(FRAME);
  });

  it('stalls with the line open', () => {
    const frames = carried('stall', 20);
    expect(frames.some(({ hangUp }) => hangUp)).toBe(false);
    expect(bytesOf(frames)).toBe(15 * FRAME.length);
  });

  it('holds everything back and loses nothing', () => {
    const frames = carried('stored-burst', 16);
    expect(frames.flatMap(({ bytes }, at) => (bytes.length > 0 ? [[at, bytes.length]] : []))).toEqual([
      [7, 80],
      [15, 80],
    ]);
  });
});
