import { type AppLocale } from './i18n.ts';
import { formatClock, PRACTICE_ZONE } from './time.ts';

/** A mark of a time axis: a round time of the practice, and what stands beneath it. */
export interface AxisTick {
  readonly atMs: number;
  /** One line; a second one with the day or the year, where it begins. */
  readonly label: string;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MONTH_MS = 30.4 * DAY_MS;

interface Step {
  readonly unit: 'hours' | 'days' | 'months';
  readonly count: number;
  readonly aboutMs: number;
}
const step = (unit: Step['unit'], ms: number) => (count: number) => ({ unit, count, aboutMs: count * ms });
const STEPS: readonly Step[] = [
  ...[1, 2, 3, 6, 12].map(step('hours', HOUR_MS)),
  ...[1, 2, 4, 7, 14].map(step('days', DAY_MS)),
  ...[1, 2, 3, 6, 12, 24, 60, 120].map(step('months', MONTH_MS)),
];

/** Marks at round times, as close as `most` of them allows. The year stands once: where it begins. */
export function axisTicks(options: {
  readonly fromMs: number;
  readonly toMs: number;
  /** How many labels have room beside each other. */
  readonly most: number;
  readonly locale: AppLocale;
}): readonly AxisTick[] {
  const { fromMs, toMs, most, locale } = options;
  const chosen = STEPS.find(({ aboutMs }) => (toMs - fromMs) / aboutMs <= most) ?? STEPS.at(-1)!;
  const times = chosen.unit === 'months' ? monthTimes(chosen, fromMs, toMs) : evenTimes(chosen, fromMs, toMs);
  return times.map((atMs, place) => ({ atMs, label: labelOf(chosen, atMs, place === 0, locale) }));
}

/** Japan has had one offset all year since 1952, so that a wall clock is a sum. */
const OFFSET_MS = 9 * HOUR_MS;

function evenTimes({ aboutMs }: Step, fromMs: number, toMs: number): number[] {
  const times: number[] = [];
  for (
    let wallMs = Math.ceil((fromMs + OFFSET_MS) / aboutMs) * aboutMs;
    wallMs <= toMs + OFFSET_MS;
    wallMs += aboutMs
  )
    times.push(wallMs - OFFSET_MS);
  return times;
}

function monthTimes({ count }: Step, fromMs: number, toMs: number): number[] {
  const times: number[] = [];
  for (let month = Math.floor(monthOf(fromMs) / count) * count; ; month += count) {
    const atMs = Date.UTC(Math.floor(month / 12), month % 12, 1) - OFFSET_MS;
    if (atMs > toMs) return times;
    if (atMs >= fromMs) times.push(atMs);
  }
}

/** Months since the year 0. */
function monthOf(atMs: number): number {
  const wall = new Date(atMs + OFFSET_MS);
  return wall.getUTCFullYear() * 12 + wall.getUTCMonth();
}

function labelOf({ unit, count }: Step, atMs: number, first: boolean, locale: AppLocale): string {
  switch (unit) {
    case 'hours': {
      const beginsDay = (atMs + OFFSET_MS) % DAY_MS === 0;
      return first || beginsDay ? `${formatClock(atMs)}\n${DAY[locale].format(atMs)}` : formatClock(atMs);
    }
    case 'days':
      return DAY[locale].format(atMs);
    case 'months': {
      const year = YEAR[locale].format(atMs);
      if (count % 12 === 0) return year;
      const month = MONTH[locale].format(atMs);
      return first || monthOf(atMs) % 12 === 0 ? `${month}\n${year}` : month;
    }
  }
}

const perLocale = (
  options: Intl.DateTimeFormatOptions,
): Readonly<Record<AppLocale, Intl.DateTimeFormat>> => ({
  ja: new Intl.DateTimeFormat('ja-JP', { ...options, timeZone: PRACTICE_ZONE }),
  en: new Intl.DateTimeFormat('en-GB', { ...options, timeZone: PRACTICE_ZONE }),
});
const DAY: Readonly<Record<AppLocale, Intl.DateTimeFormat>> = {
  ja: perLocale({ month: 'numeric', day: 'numeric' }).ja,
  en: perLocale({ month: 'short', day: 'numeric' }).en,
};
const MONTH = perLocale({ month: 'short' });
const YEAR = perLocale({ year: 'numeric' });
