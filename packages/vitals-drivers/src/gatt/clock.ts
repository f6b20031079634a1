import { assert } from '@shimabashi/contracts';
import { parseCurrentTime, parseDateTime } from '../decoders/gatt/clock.ts';
import { ValueDecoder } from '../decoders/value-decoder.ts';
import { CHARACTERISTIC } from './names.ts';
import { type Uuid } from './uuid.ts';

/** Current Time, adjust reason: external reference time update. Source: Current Time Service 1.1. */
const EXTERNAL_REFERENCE = 0x02;

interface LocalTime {
  /** `YYYY-MM-DDTHH:MM:SS` on the clock of the wall. */
  readonly text: string;
  readonly fields: readonly [year: number, month: number, day: number, h: number, min: number, s: number];
  readonly milliseconds: number;
}

/** What a clock on the wall of `timeZone` (IANA) shows. A device knows no zone: it shows that, too. */
function localTime(nowMs: number, timeZone: string): LocalTime {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(nowMs);
  const part = (type: Intl.DateTimeFormatPartTypes) => {
    const found = parts.find(candidate => candidate.type === type);
    assert(found !== undefined, 'the parts were asked for');
    return Number(found.value);
  };
  const fields = [
    part('year'),
    part('month'),
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  ] as const;
  const [year, month, day, hour, minute, second] = fields;
  const text = new Date(Date.UTC(year, month - 1, day, hour, minute, second)).toISOString().slice(0, 19);
  return { text, fields, milliseconds: ((nowMs % 1_000) + 1_000) % 1_000 };
}

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
  return Date.parse(`${reading.deviceTime}Z`) - Date.parse(`${localTime(nowMs, timeZone).text}Z`);
}
