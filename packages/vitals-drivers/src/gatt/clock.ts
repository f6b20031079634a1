import { parseCurrentTime, parseDateTime } from '../decoders/gatt/clock.ts';
import { ValueDecoder } from '../decoders/value-decoder.ts';
import { localTime, wallMs } from '../wall-time.ts';
import { CHARACTERISTIC } from './names.ts';
import { type Uuid } from './uuid.ts';

/** Current Time, adjust reason: external reference time update. Source: Current Time Service 1.1. */
const EXTERNAL_REFERENCE = 0x02;

/** Now, as a value of Date Time (0x2A08). */
export function encodeDateTime(nowMs: number, timeZone: string): Uint8Array {
  const [year, month, day, hour, minute, second] = localTime(nowMs, timeZone).fields;
  return Uint8Array.of(year & 0xff, year >> 8, month, day, hour, minute, second);
}

/** Now, as a value of Current Time (0x2A2B). */
export function encodeCurrentTime(nowMs: number, timeZone: string): Uint8Array {
  const { text, milliseconds } = localTime(nowMs, timeZone);
  const sundayIsNought = new Date(`${text}Z`).getUTCDay();
  return Uint8Array.of(
    ...encodeDateTime(nowMs, timeZone),
    sundayIsNought === 0 ? 7 : sundayIsNought,
    Math.floor((milliseconds * 256) / 1_000),
    EXTERNAL_REFERENCE,
  );
}

const DATE_TIME = new ValueDecoder(parseDateTime);
const CURRENT_TIME = new ValueDecoder(parseCurrentTime);

/**
 * How far a device's clock is from the wall's, in milliseconds; positive when it is fast. Null when it was
 * never set or shows no time that can be.
 */
export function clockOffsetMs(
  sent: { characteristic: Uuid; value: Uint8Array },
  nowMs: number,
  timeZone: string,
): number | null {
  const decoder = sent.characteristic === CHARACTERISTIC.currentTime ? CURRENT_TIME : DATE_TIME;
  const [reading] = decoder.decode({ kind: 'frame', bytes: sent.value });
  if (reading?.kind !== 'statement' || reading.deviceTime === null) return null;
  return Date.parse(`${reading.deviceTime}Z`) - wallMs(nowMs, timeZone);
}
