import { type NumericReading } from './decoder.ts';
import { wallMs } from './wall-time.ts';

/** A device's clock may be ahead of ours by so much without being wrong, in milliseconds. */
const AHEAD_MS = 60_000;

/**
 * When a single measurement was taken, in host time; undefined where that cannot be told.
 *
 * A record says what the device's clock showed, and that clock may have been set since, by us or by a
 * person. So of what it says and what its clock's error makes of it the earlier counts: whoever binds the
 * record to a visit then errs only towards "before the visit", which is nobody's.
 */
export function measuredAtMs(
  reading: Pick<NumericReading, 'origin' | 'deviceTime'>,
  known: {
    readonly receivedAtMs: number;
    /** IANA name of the zone that the device's clock shows. */
    readonly timeZone: string | undefined;
    /** How fast its clock is; undefined where it has not told, null when it is not set. */
    readonly clockOffsetMs: number | null | undefined;
  },
): number | undefined {
  const { receivedAtMs, timeZone, clockOffsetMs } = known;
  if (reading.origin === 'live') return receivedAtMs;
  if (reading.deviceTime === null || timeZone === undefined || clockOffsetMs === null) return undefined;
  const shownMs = Date.parse(`${reading.deviceTime}Z`);
  if (Number.isNaN(shownMs)) return undefined;
  const ageMs = wallMs(receivedAtMs, timeZone) - shownMs + Math.max(clockOffsetMs ?? 0, 0);
  if (ageMs < -AHEAD_MS) return undefined;
  // A device's clock has whole seconds: the earliest moment that it may mean.
  const atMs = Math.floor((receivedAtMs - Math.max(ageMs, 0)) / 1_000) * 1_000;
  return atMs < 0 ? undefined : atMs;
}
