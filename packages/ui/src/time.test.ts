import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wordsIn } from './testing/draw.tsx';
import {
  ageInYears,
  formatAge,
  formatBirthDate,
  formatClock,
  formatDay,
  formatDuration,
  formatEraDate,
  formatEraYear,
  formatMoment,
  formatWhen,
  practiceDay,
} from './time.ts';

/** 2026-11-24, 9:05 in Tokyo. */
const NOW = Date.UTC(2026, 10, 24, 0, 5);
const MINUTE = 60_000;
const DAY = 86_400_000;

describe('times of the practice', () => {
  it('are those of Tokyo, whatever the machine says', () => {
    expect(formatClock(NOW)).toBe('9:05');
    expect(formatDay(NOW, 'ja')).toBe('11月24日（火）');
    expect(formatDay(NOW, 'en')).toBe('Tue 24 Nov');
    expect(practiceDay(Date.UTC(2026, 10, 23, 15))).toBe('2026-11-24');
    expect(formatClock(Date.UTC(2026, 10, 23, 15))).toBe('0:00');
  });

  it('are those that the time zone database has, since its last summer time', () => {
    const tokyo = new Intl.DateTimeFormat('sv-SE', {
      dateStyle: 'short',
      timeStyle: 'short',
      timeZone: 'Asia/Tokyo',
    });
    const moment = fc.integer({ min: Date.UTC(1952, 0, 1), max: Date.UTC(2100, 0, 1) });
    fc.assert(
      fc.property(moment, atMs => {
        const [day, clock] = tokyo.format(atMs).split(' ');
        expect(practiceDay(atMs)).toBe(day);
        expect(formatClock(atMs).padStart(5, '0')).toBe(clock);
      }),
    );
  });

  it('carry their day when it is not today, and their year when it is not this one', () => {
    expect(formatMoment(NOW - MINUTE, NOW, 'ja')).toBe('9:04');
    expect(formatMoment(NOW - DAY, NOW, 'ja')).toBe('11/23 9:05');
    expect(formatMoment(NOW - DAY, NOW, 'en')).toBe('23 Nov 9:05');
    expect(formatMoment(NOW - 400 * DAY, NOW, 'ja')).toBe('2025/10/20 9:05');
    expect(formatWhen(NOW - 400 * DAY, NOW, 'en')).toBe('20 Oct 2025');
    expect(formatWhen(NOW - MINUTE, NOW, 'en')).toBe('9:04');
  });
});

describe('birth dates', () => {
  it.each([
    ['1945-05-03', '昭和20年5月3日（81歳）', '3 May 1945 (81)'],
    ['1926-12-24', '大正15年12月24日（99歳）', '24 Dec 1926 (99)'],
    ['1926-12-25', '昭和元年12月25日（99歳）', '25 Dec 1926 (99)'],
    ['1989-01-08', '平成元年1月8日（37歳）', '8 Jan 1989 (37)'],
    ['2026-11-24', '令和8年11月24日（0歳）', '24 Nov 2026 (0)'],
  ])('%s is said in era and western form', (date, ja, en) => {
    expect(formatBirthDate(date, NOW, 'ja')).toBe(ja);
    expect(formatBirthDate(date, NOW, 'en')).toBe(en);
  });

  it('are shown as recorded when they are not whole, and never with a guessed age', () => {
    expect(formatBirthDate('1945', NOW, 'ja')).toBe('1945');
    expect(formatBirthDate('1945-05', NOW, 'ja')).toBe('1945-05');
    expect(formatBirthDate('', NOW, 'en')).toBe('');
    expect(formatEraDate('1945-99-99', 'ja')).toBe('1945-99-99');
  });

  it('give an age that grows on the birthday and not before', () => {
    expect(ageInYears('1945-11-24', '2026-11-23')).toBe(80);
    expect(ageInYears('1945-11-24', '2026-11-24')).toBe(81);
  });

  it('name only the year where only that matters', () => {
    expect(formatEraYear('2009-05-01', 'ja')).toBe('平成21年');
    expect(formatEraYear('2009', 'en')).toBe('2009');
  });
});

describe('ages of data', () => {
  it.each([
    [0, '今', 'now'],
    [2_000, '今', 'now'],
    [2_001, '2秒前', '2 s ago'],
    [59_999, '59秒前', '59 s ago'],
    [60_000, '1分前', '1 min ago'],
    [59 * MINUTE, '59分前', '59 min ago'],
    [60 * MINUTE, '8:05', '8:05'],
    [DAY, '11/23 9:05', '23 Nov 9:05'],
  ])('of %d ms', (ageMs, ja, en) => {
    expect(formatAge(wordsIn('ja'), NOW - ageMs, NOW)).toBe(ja);
    expect(formatAge(wordsIn('en'), NOW - ageMs, NOW)).toBe(en);
  });

  it('are "now" for two seconds and never after', () => {
    const ja = wordsIn('ja');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 * DAY }), ageMs => {
        expect(formatAge(ja, NOW - ageMs, NOW) === '今').toBe(ageMs <= 2_000);
      }),
    );
  });

  it('of what lasts are minutes, hours, days', () => {
    const ja = wordsIn('ja');
    const lasted = [30_000, 42 * MINUTE, 125 * MINUTE, 3 * DAY].map(ms => formatDuration(ja, ms));
    expect(lasted).toEqual(['1分たらず', '42分', '2時間5分', '3日']);
  });
});
