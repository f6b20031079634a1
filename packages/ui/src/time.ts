import { type I18n } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { AGE_NOW_MS } from '@shimabashi/contracts';
import { type AppLocale, localeOf } from './i18n.ts';

/** The zone of the practice, whatever the machine says (architecture, D12). */
export const PRACTICE_ZONE = 'Asia/Tokyo';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const TOKYO_AHEAD_MS = 9 * HOUR_MS;

/** `YYYY-MM-DD` in the zone of the practice. */
export function practiceDay(atMs: number): string {
  const { year, month, day } = zonedParts(atMs);
  return `${year}-${month}-${day}`;
}

/** `9:05`. */
export function formatClock(atMs: number): string {
  const { hour, minute } = zonedParts(atMs);
  return `${Number(hour)}:${minute}`;
}

/** `11月24日（火）`, `Tue 24 Nov`. */
export function formatDay(atMs: number, locale: AppLocale): string {
  const day = dayFormat(locale).formatToParts(atMs);
  const part = (type: Intl.DateTimeFormatPartTypes) => day.find(each => each.type === type)?.value ?? '';
  return locale === 'ja'
    ? `${part('month')}月${part('day')}日（${part('weekday')}）`
    : `${part('weekday')} ${part('day')} ${part('month')}`;
}

/** The clock of today, else with its day, else with its year: never a time that could be of another day. */
export function formatMoment(atMs: number, nowMs: number, locale: AppLocale): string {
  const clock = formatClock(atMs);
  return practiceDay(atMs) === practiceDay(nowMs) ? clock : `${formatPastDay(atMs, nowMs, locale)} ${clock}`;
}

/** The clock of today, the day of before: where there is room for one of the two. */
export function formatWhen(atMs: number, nowMs: number, locale: AppLocale): string {
  return practiceDay(atMs) === practiceDay(nowMs) ? formatClock(atMs) : formatPastDay(atMs, nowMs, locale);
}

/** `11/10`, `10 Nov`; of another year `2025/11/10`, `10 Nov 2025`. */
export function formatPastDay(atMs: number, nowMs: number, locale: AppLocale): string {
  const { year, month, day } = zonedParts(atMs);
  const short = locale === 'ja' ? `${Number(month)}/${Number(day)}` : shortDay(atMs);
  if (year === zonedParts(nowMs).year) return short;
  return locale === 'ja' ? `${year}/${short}` : `${short} ${year}`;
}

/**
 * How old a datum is: 今, n秒前, n分前, then its clock time. Source: design language, section 8.
 *
 * `nowMs` may lie before `atMs` by the little that two clocks of one machine differ.
 */
export function formatAge(i18n: I18n, atMs: number, nowMs: number): string {
  const ageMs = nowMs - atMs;
  if (ageMs <= AGE_NOW_MS) return i18n._(msg`今`);
  if (ageMs < MINUTE_MS) {
    const seconds = Math.floor(ageMs / SECOND_MS);
    return i18n._(msg`${seconds}秒前`);
  }
  if (ageMs < HOUR_MS) {
    const minutes = Math.floor(ageMs / MINUTE_MS);
    return i18n._(msg`${minutes}分前`);
  }
  return formatMoment(atMs, nowMs, localeOf(i18n));
}

/** `0:07`, `12:30`, `1:02:30`: how long something has lasted, to the second. */
export function formatStopwatch(lastedMs: number): string {
  const seconds = Math.max(0, Math.floor(lastedMs / SECOND_MS));
  const two = (part: number) => String(part).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes}:${two(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

/** How long something has lasted: `42分`, `2時間5分`, `3日`. */
export function formatDuration(i18n: I18n, lastedMs: number): string {
  const minutesInAll = Math.max(0, Math.floor(lastedMs / MINUTE_MS));
  if (minutesInAll < 1) return i18n._(msg`1分たらず`);
  if (minutesInAll < 60) {
    return i18n._(msg`${minutesInAll}分`);
  }
  const hoursInAll = Math.floor(minutesInAll / 60);
  const minutes = minutesInAll % 60;
  if (hoursInAll < 24) {
    return i18n._(msg`${hoursInAll}時間${minutes}分`);
  }
  const days = Math.floor(hoursInAll / 24);
  return i18n._(msg`${days}日`);
}

/** Whole years on `todayYmd`. Both are `YYYY-MM-DD`; undefined if the birth date is not a whole date. */
export function ageInYears(birthDate: string, todayYmd: string): number | undefined {
  if (!WHOLE_DATE.test(birthDate) || !WHOLE_DATE.test(todayYmd)) return undefined;
  const years = Number(todayYmd.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return todayYmd.slice(5) < birthDate.slice(5) ? years - 1 : years;
}

/** `昭和20年5月3日（81歳）`, `3 May 1945 (81)`. A date that is not whole is shown as it was recorded. */
export function formatBirthDate(birthDate: string, nowMs: number, locale: AppLocale): string {
  const date = formatEraDate(birthDate, locale);
  const age = ageInYears(birthDate, practiceDay(nowMs));
  if (age === undefined) return date;
  return locale === 'ja' ? `${date}（${age}歳）` : `${date} (${age})`;
}

/** `昭和20年5月3日`, `3 May 1945`. */
export function formatEraDate(date: string, locale: AppLocale): string {
  if (!WHOLE_DATE.test(date)) return date;
  // A date has no zone: noon in UTC is the same day in the zone that it is written in here.
  const noon = new Date(`${date}T12:00:00Z`);
  if (Number.isNaN(noon.getTime())) return date;
  return ERA_DATE[locale].format(noon);
}

/** `平成21年`, `2009`. For a date of which only the year matters. */
export function formatEraYear(date: string, locale: AppLocale): string {
  const whole = WHOLE_DATE.test(date) ? date : `${date.slice(0, 4)}-07-01`;
  const noon = new Date(`${whole}T12:00:00Z`);
  if (Number.isNaN(noon.getTime())) return date;
  return ERA_YEAR[locale].format(noon);
}

const WHOLE_DATE = /^\d{4}-\d{2}-\d{2}$/;

const ERA_DATE: Record<AppLocale, Intl.DateTimeFormat> = {
  ja: new Intl.DateTimeFormat('ja-JP-u-ca-japanese', {
    era: 'long',
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    timeZone: 'UTC',
  }),
  en: new Intl.DateTimeFormat('en-GB', { year: 'numeric', month: 'short', day: 'numeric', timeZone: 'UTC' }),
};
const ERA_YEAR: Record<AppLocale, Intl.DateTimeFormat> = {
  ja: new Intl.DateTimeFormat('ja-JP-u-ca-japanese', { era: 'long', year: 'numeric', timeZone: 'UTC' }),
  en: new Intl.DateTimeFormat('en-GB', { year: 'numeric', timeZone: 'UTC' }),
};

const DAY: Record<AppLocale, Intl.DateTimeFormat> = {
  ja: new Intl.DateTimeFormat('ja-JP', {
    month: 'numeric',
    day: 'numeric',
    weekday: 'short',
    timeZone: PRACTICE_ZONE,
  }),
  en: new Intl.DateTimeFormat('en-GB', {
    month: 'short',
    day: 'numeric',
    weekday: 'short',
    timeZone: PRACTICE_ZONE,
  }),
};
const SHORT_DAY = new Intl.DateTimeFormat('en-GB', {
  month: 'short',
  day: 'numeric',
  timeZone: PRACTICE_ZONE,
});

function dayFormat(locale: AppLocale): Intl.DateTimeFormat {
  return DAY[locale];
}

function shortDay(atMs: number): string {
  return SHORT_DAY.format(atMs);
}

/**
 * Without `Intl`, whose parts take long: a chart formats hundreds of moments each time it is drawn. Japan
 * has had no summer time since 1951 (IANA tz database, Asia/Tokyo).
 */
function zonedParts(atMs: number): Record<'year' | 'month' | 'day' | 'hour' | 'minute', string> {
  const there = new Date(atMs + TOKYO_AHEAD_MS);
  const two = (part: number) => String(part).padStart(2, '0');
  return {
    year: String(there.getUTCFullYear()),
    month: two(there.getUTCMonth() + 1),
    day: two(there.getUTCDate()),
    hour: two(there.getUTCHours()),
    minute: two(there.getUTCMinutes()),
  };
}
