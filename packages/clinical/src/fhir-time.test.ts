import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ageOn, epochMsOf, instantOf, isFullDate, practiceDayOf } from './fhir-time.ts';

/** 0001-01-01 to 9999-12-31. */
const anyEpochMs = fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 });

describe('instantOf and epochMsOf', () => {
  it('agree with the platform for every moment', () => {
    fc.assert(
      fc.property(anyEpochMs, epochMs => {
        const text = new Date(epochMs).toISOString();
        expect(instantOf(epochMs)).toBe(text);
        expect(epochMsOf(text)).toBe(epochMs);
      }),
    );
  });

  it.each([
    ['2026-11-22T09:05:00+09:00', Date.UTC(2026, 10, 22, 0, 5)],
    ['2026-11-22T09:05:00.5-03:30', Date.UTC(2026, 10, 22, 12, 35, 0, 500)],
    ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
  ])('reads %s', (text, epochMs) => {
    expect(epochMsOf(text)).toBe(epochMs);
  });

  it.each([
    '',
    '2026',
    '2026-11-22',
    '2026-11-22T09:05:00',
    '2026-13-01T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-11-22T24:00:00Z',
    '2026-11-22T09:60:00Z',
    '2026-11-22T09:05:00+15:00',
    '2026-11-22 09:05:00Z',
  ])('makes no moment of "%s"', text => {
    expect(epochMsOf(text)).toBeUndefined();
  });
});

describe('practiceDayOf', () => {
  it('turns the day at midnight in Tokyo', () => {
    const midnightMs = Date.UTC(2026, 10, 21, 15);
    expect(practiceDayOf(midnightMs - 1).date).toBe('2026-11-21');
    expect(practiceDayOf(midnightMs)).toEqual({
      date: '2026-11-22',
      fromMs: midnightMs,
      toMs: midnightMs + 86_400_000,
    });
  });

  it('holds the moment it was asked for', () => {
    fc.assert(
      fc.property(anyEpochMs, epochMs => {
        const { fromMs, toMs } = practiceDayOf(epochMs);
        expect(fromMs <= epochMs && epochMs < toMs).toBe(true);
      }),
    );
  });
});

describe('ageOn', () => {
  it.each([
    ['1942-03-04', '2026-03-03', 83],
    ['1942-03-04', '2026-03-04', 84],
    ['2000-02-29', '2026-02-28', 25],
    ['2000-02-29', '2026-03-01', 26],
    ['2026-11-22', '2026-11-22', 0],
  ])('of who was born on %s is on %s %i', (birthDate, date, age) => {
    expect(ageOn(birthDate, date)).toBe(age);
  });

  it.each(['', '1942', '1942-03', '1942-02-30', '2030-01-01', '昭和17年'])(
    'is not known from "%s"',
    birthDate => {
      expect(ageOn(birthDate, '2026-11-22')).toBeNull();
    },
  );
});

it('knows which dates exist', () => {
  expect(isFullDate('2024-02-29')).toBe(true);
  expect(isFullDate('1900-02-29')).toBe(false);
});
