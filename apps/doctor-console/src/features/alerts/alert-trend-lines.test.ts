import fc from 'fast-check';
import { expect, it } from 'vitest';
import { linesOf, scaleOf, ticksOf } from './alert-trend-lines.ts';

const PLACE = { left: 44, top: 8, width: 600, height: 200 };

it('draws every point inside of its place, and the limit on the scale', () => {
  const anyPoints = fc.array(
    fc.record({ atMs: fc.integer({ min: 0, max: 3_600_000 }), value: fc.integer({ min: 0, max: 250 }) }),
  );
  fc.assert(
    fc.property(anyPoints, fc.integer({ min: 30, max: 120 }), (points, limit) => {
      const ordered = points.toSorted((one, other) => one.atMs - other.atMs);
      const scale = scaleOf(ordered, limit);
      expect(limit).toBeGreaterThanOrEqual(scale.min);
      expect(limit).toBeLessThanOrEqual(scale.max);
      expect(ticksOf(scale).length).toBeGreaterThanOrEqual(3);
      for (const [x, y] of linesOf(ordered, { ...PLACE, ...scale, fromMs: 0, toMs: 3_600_000 }).flat()) {
        expect(x >= 44 && x <= 644 && y >= 8 && y <= 208).toBe(true);
      }
    }),
  );
});

it('does not join what lies apart: a gap is drawn as a gap', () => {
  const at = (atMs: number) => ({ atMs, value: 95 });
  const lines = linesOf([at(0), at(5_000), at(60_000)], {
    ...PLACE,
    ...scaleOf([at(0)], 90),
    fromMs: 0,
    toMs: 100_000,
  });
  expect(lines.map(line => line.length)).toEqual([2, 1]);
});
