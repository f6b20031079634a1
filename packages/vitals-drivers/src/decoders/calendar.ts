/** A moment as a device's clock says it. Months and days count from 1. */
export interface LocalMoment {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second?: number;
}

/** `YYYY-MM-DDTHH:MM:SS`, local to the device; null when no calendar has that moment. */
export function localTimeOf({ year, month, day, hour, minute, second = 0 }: LocalMoment): string | null {
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const isMoment =
    year >= 1_582 &&
    year <= 9_999 &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second;
  return isMoment ? date.toISOString().slice(0, 19) : null;
}
