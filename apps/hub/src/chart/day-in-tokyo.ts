const DAY_MS = 24 * 60 * 60 * 1_000;

/** Japan Standard Time is UTC+9 the whole year; summer time ended in 1952 (tz database, Asia/Tokyo). */
const TOKYO_OFFSET_MS = 9 * 60 * 60 * 1_000;

/** The day of the practice that `atMs` lies in; `toMs` is the next midnight. */
export function dayInTokyo(atMs: number): { readonly fromMs: number; readonly toMs: number } {
  const fromMs = Math.floor((atMs + TOKYO_OFFSET_MS) / DAY_MS) * DAY_MS - TOKYO_OFFSET_MS;
  return { fromMs, toMs: fromMs + DAY_MS };
}
