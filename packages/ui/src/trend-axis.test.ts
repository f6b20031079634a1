import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisTicks } from './trend-axis.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** 9:05 of 24 November 2026 in Tokyo. */
const NOW = Date.UTC(2026, 10, 24, 0, 5);
const labels = (spanMs: number, most: number, locale: 'ja' | 'en' = 'ja') =>
  axisTicks({ fromMs: NOW - spanMs, toMs: NOW, most, locale }).map(({ label }) => label);

describe('axisTicks', () => {
  it('says the hour, and the day where it begins', () => {
    expect(labels(DAY, 5)).toEqual(['12:00\n11/23', '18:00', '0:00\n11/24', '6:00']);
    expect(labels(DAY, 4, 'en')).toEqual(['12:00\n23 Nov', '18:00', '0:00\n24 Nov', '6:00']);
  });

  it('says the month, and the year where it begins', () => {
    expect(labels(365 * DAY, 13)).toEqual([
      '12月\n2025年',
      '1月\n2026年',
      ...[2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map(month => `${month}月`),
    ]);
    expect(labels(365 * DAY, 5, 'en')).toEqual(['Jan\n2026', 'Apr', 'Jul', 'Oct']);
    expect(labels(5 * 365 * DAY, 6)).toEqual(['2022年', '2023年', '2024年', '2025年', '2026年']);
  });

  it('gives distinct round times inside the span, not more than there is room for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_000_000_000_000 }),
        fc.integer({ min: HOUR, max: 30 * 365 * DAY }),
        fc.integer({ min: 3, max: 20 }),
        (fromMs, spanMs, most) => {
          const toMs = fromMs + spanMs;
          const times = axisTicks({ fromMs, toMs, most, locale: 'ja' }).map(({ atMs }) => atMs);
          // Months differ in length: one more may fit than their average says.
          expect(times.length).toBeLessThanOrEqual(most + 1);
          expect(new Set(times).size).toBe(times.length);
          for (const atMs of times) {
            expect(atMs).toBeGreaterThanOrEqual(fromMs);
            expect(atMs).toBeLessThanOrEqual(toMs);
            expect(atMs % HOUR).toBe(0);
          }
        },
      ),
    );
  });
});
