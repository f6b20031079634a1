import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { Allowance } from './allowance.ts';

it('never allows more than the burst and the rate, and never less to who keeps to the rate', () => {
  const waits = fc.array(fc.integer({ min: -500, max: 3_000 }), { maxLength: 200 });
  fc.assert(
    fc.property(
      waits,
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 20 }),
      (steps, burst, perSecond) => {
        let nowMs = 1_000_000;
        let passedMs = 0;
        let allowed = 0;
        const allowance = new Allowance({ burst, perSecond, nowMs: () => nowMs });
        for (const step of steps) {
          nowMs += step;
          passedMs += Math.max(0, step);
          const taken = allowance.take();
          if (taken) allowed += 1;
          expect(taken || step * perSecond < 1_000).toBe(true);
          expect(allowed).toBeLessThanOrEqual(burst + (passedMs / 1_000) * perSecond + 1e-6);
        }
      },
    ),
  );
});
