import { assert } from '@shimabashi/contracts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Japan has had no summer time since 1951 (IANA tz database, Asia/Tokyo), so the offset is a constant. */
const TOKYO_AHEAD_MS = 9 * HOUR_MS;

/**
 * A FHIR `instant`, or a `dateTime` with a time and zone, as milliseconds since the epoch.
 *
 * Undefined for anything else: a date without a time is not a moment, and is never turned into one.
 * Source: FHIR R4, 2.24.0.1. A leap second (`:60`) is the first of the next minute.
 */
export function epochMsOf(text: string): number | undefined {
  const parts = INSTANT.exec(text);
  if (parts === null) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as Six;
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const fractionMs = Math.floor(Number(`0${parts[7] ?? ''}`) * SECOND_MS);
  const zoneMs = zoneOffsetMs(parts[8] ?? 'Z');
  if (zoneMs === undefined) return undefined;
  const localMs =
    daysSinceEpoch(year, month, day) * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS;
  return localMs + fractionMs - zoneMs;
}

type Six = [number, number, number, number, number, number];
const INSTANT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

function zoneOffsetMs(zone: string): number | undefined {
  if (zone === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 14 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * HOUR_MS + minutes * MINUTE_MS);
}

/** Milliseconds since the epoch as a FHIR `instant` in UTC with milliseconds. Years 0001 to 9999. */
export function instantOf(epochMs: number): string {
  assert(Number.isInteger(epochMs), 'a moment is a whole number of milliseconds');
  const days = Math.floor(epochMs / DAY_MS);
  const ofDayMs = epochMs - days * DAY_MS;
  const time = [
    Math.floor(ofDayMs / HOUR_MS),
    Math.floor((ofDayMs % HOUR_MS) / MINUTE_MS),
    Math.floor((ofDayMs % MINUTE_MS) / SECOND_MS),
  ].map(part => padded(part, 2));
  return `${dateOfDays(days)}T${time.join(':')}.${padded(ofDayMs % SECOND_MS, 3)}Z`;
}

/** A day of the practice: its date in Tokyo and its bounds (end excluded), whatever the machine's zone. */
export interface PracticeDay {
  /** YYYY-MM-DD. */
  readonly date: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The day in Tokyo that holds a moment. */
export function practiceDayOf(epochMs: number): PracticeDay {
  const days = Math.floor((epochMs + TOKYO_AHEAD_MS) / DAY_MS);
  const fromMs = days * DAY_MS - TOKYO_AHEAD_MS;
  return { date: dateOfDays(days), fromMs, toMs: fromMs + DAY_MS };
}

/** Whether the text is a full date (YYYY-MM-DD) that exists. */
export function isFullDate(text: string): boolean {
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (parts === null) return false;
  const [year, month, day] = parts.slice(1).map(Number) as [number, number, number];
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

/**
 * Whole years of life on a day, or null when the birth date is not fully known.
 *
 * The birthday counts, as people count and as it is printed on cards; the law's day earlier
 * (年齢計算ニ関スル法律) is for deadlines, not for this. Who was born on 29 February turns on 1 March.
 */
export function ageOn(birthDate: string, date: string): number | null {
  if (!isFullDate(birthDate) || !isFullDate(date) || date < birthDate) return null;
  const years = Number(date.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return date.slice(5) < birthDate.slice(5) ? years - 1 : years;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

// The two below count days in eras of 400 years that begin on 1 March, so that a leap day is last.
// Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil, civil_from_days.
const DAYS_PER_ERA = 146_097;
const EPOCH_OFFSET_DAYS = 719_468;

function daysSinceEpoch(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_PER_ERA + dayOfEra - EPOCH_OFFSET_DAYS;
}

function dateOfDays(days: number): string {
  const shifted = days + EPOCH_OFFSET_DAYS;
  const era = Math.floor(shifted / DAYS_PER_ERA);
  const dayOfEra = shifted - era * DAYS_PER_ERA;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / (DAYS_PER_ERA - 1))) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
}

function padded(part: number, width: number): string {
  return String(part).padStart(width, '0');
}
