import {
  type AbsentReason,
  type Measured,
  type QualityFlag,
  SAMPLE_HELD_MS,
  STREAM_STALE_AFTER_MS,
} from '@shimabashi/contracts';
import { isPoor } from './parameters.tsx';

/** The newest sample of a parameter, as far as a tile needs it. A `Sample` of contracts fits. */
export interface VitalReading {
  readonly measured: Measured;
  readonly quality: readonly QualityFlag[];
  /** In the time of `nowMs`. */
  readonly receivedAtMs: number;
  /** Only of a single measurement: when it was taken. */
  readonly measuredAtMs?: number | undefined;
}

/** A number and when it was true. */
export interface PastValue {
  readonly value: number;
  readonly atMs: number;
}

export interface VitalInput {
  /** Undefined until the first sample arrives. */
  readonly reading: VitalReading | undefined;
  /** The last number there was, for the small line of a tile without one. */
  readonly lastValue?: PastValue | undefined;
  /** Since when nothing can arrive (device gone, line lost): every value is withdrawn. */
  readonly goneSinceMs?: number | null | undefined;
  /** Entered by a person, when there is no device: stands with its time, never as live. */
  readonly byHand?: (PastValue & { readonly by: string }) | undefined;
  /** Passed in, so that every part of a screen agrees on what time it is. */
  readonly nowMs: number;
}

/**
 * What a tile may say. Only `live` and `poor` carry a number as the present one; `spot` is a single
 * measurement, which stands with its time until it is saved or too old.
 */
export type VitalState =
  | { readonly state: 'empty' }
  | {
      readonly state: 'live' | 'poor' | 'spot';
      readonly value: number;
      readonly quality: readonly QualityFlag[];
      readonly atMs: number;
    }
  | { readonly state: 'absent'; readonly reason: AbsentReason }
  | { readonly state: 'stale'; readonly last: PastValue | undefined }
  | { readonly state: 'gone'; readonly sinceMs: number; readonly last: PastValue | undefined }
  | { readonly state: 'by-hand'; readonly value: number; readonly atMs: number; readonly by: string };

/**
 * Decides what may be said of one parameter now.
 *
 * A streamed number is stale after `STREAM_STALE_AFTER_MS`, and also when it seems to come from the
 * future by more than that: the clock was set back, and its true age is unknown.
 */
export function vitalStateOf({ reading, lastValue, goneSinceMs, byHand, nowMs }: VitalInput): VitalState {
  if (goneSinceMs !== undefined && goneSinceMs !== null) {
    return { state: 'gone', sinceMs: goneSinceMs, last: lastValue };
  }
  if (reading === undefined) {
    return byHand === undefined ? { state: 'empty' } : { state: 'by-hand', ...byHand };
  }
  const { measured, quality, receivedAtMs, measuredAtMs } = reading;
  const staleAfterMs = measuredAtMs === undefined ? STREAM_STALE_AFTER_MS : SAMPLE_HELD_MS;
  if (Math.abs(nowMs - receivedAtMs) > staleAfterMs) return { state: 'stale', last: lastValue };
  if (measured.status === 'absent') return { state: 'absent', reason: measured.reason };
  if (measuredAtMs !== undefined) {
    return { state: 'spot', value: measured.value, quality, atMs: measuredAtMs };
  }
  return {
    state: isPoor(quality) ? 'poor' : 'live',
    value: measured.value,
    quality,
    atMs: receivedAtMs,
  };
}
