import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pauseMs } from './device-loop.ts';

describe('pauseMs', () => {
  it('begins at half a second, grows, and ends at five seconds', () => {
    expect([0, 1, 2, 3, 4, 50].map(failures => pauseMs(failures, 0))).toEqual([
      500, 1_000, 2_000, 4_000, 5_000, 5_000,
    ]);
  });

  it('is never shorter than half a second and never longer than five', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0, max: 0.999, noNaN: true }), (failures, random) => {
        expect(pauseMs(failures, random)).toBeGreaterThanOrEqual(500);
        expect(pauseMs(failures, random)).toBeLessThanOrEqual(5_000);
      }),
    );
  });
});
