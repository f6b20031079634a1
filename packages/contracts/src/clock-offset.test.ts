import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClockOffset } from './clock-offset.ts';

describe('ClockOffset', () => {
  it('knows nothing before the first echo', () => {
    expect(new ClockOffset().toOurs(1_000)).toBeUndefined();
  });

  it('is wrong by at most half the fastest round trip, however far apart the clocks are', () => {
    const echo = fc.record({ thereMs: fc.nat(5_000), backMs: fc.nat(5_000) });
    fc.assert(
      fc.property(
        fc.integer({ min: -4e10, max: 4e10 }),
        fc.array(echo, { minLength: 1, maxLength: 20 }),
        (aheadMs, echoes) => {
          const offset = new ClockOffset();
          let nowMs = 1_700_000_000_000;
          for (const { thereMs, backMs } of echoes) {
            offset.add({
              askedAtMs: nowMs,
              otherAtMs: nowMs + thereMs + aheadMs,
              answeredAtMs: nowMs + thereMs + backMs,
            });
            nowMs += 10_000;
          }
          const fastest = Math.min(...echoes.slice(-8).map(({ thereMs, backMs }) => thereMs + backMs));
          expect(Math.abs(offset.toOurs(nowMs + aheadMs)! - nowMs)).toBeLessThanOrEqual(fastest / 2);
        },
      ),
    );
  });

  it('does not believe an echo during which its own clock was set back', () => {
    const offset = new ClockOffset();
    offset.add({ askedAtMs: 5_000, otherAtMs: 5_000, answeredAtMs: 1_000 });
    expect(offset.toOurs(1)).toBeUndefined();
  });
});
