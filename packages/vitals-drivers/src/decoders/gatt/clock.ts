import { ByteReader } from '../../byte-reader.ts';
import { type Details, type Reading } from '../../decoder.ts';
import { hexOf } from '../../hex.ts';
import { type DeviceDate, readDeviceDate } from './device-date.ts';
import { bitNames, statement, wordOf } from './fields.ts';

const DAY_OF_WEEK: Readonly<Record<number, string>> = {
  0: 'unknown',
  1: 'Monday',
  2: 'Tuesday',
  3: 'Wednesday',
  4: 'Thursday',
  5: 'Friday',
  6: 'Saturday',
  7: 'Sunday',
};
const ADJUST_REASON: readonly (readonly [bit: number, name: string])[] = [
  [0x01, 'manual'],
  [0x02, 'external-reference'],
  [0x04, 'time-zone'],
  [0x08, 'daylight-saving'],
];

/**
 * Reads a Date Time (0x2A08): exactly seven bytes.
 *
 * Source: Bluetooth SIG, `org.bluetooth.characteristic.date_time`.
 *
 * @throws AppError `DEVICE_FRAME_INVALID`
 */
export function parseDateTime(frame: Uint8Array): Reading[] {
  const reader = new ByteReader(frame);
  const date = readDeviceDate(reader);
  reader.expectEnd();
  return [clockOf(date, frame, {})];
}

/**
 * Reads a Current Time (0x2A2B): a date, the day of the week, 1/256 s, and why the clock was set.
 *
 * Source: Bluetooth SIG, `org.bluetooth.characteristic.current_time`.
 *
 * @throws AppError `DEVICE_FRAME_INVALID`
 */
export function parseCurrentTime(frame: Uint8Array): Reading[] {
  const reader = new ByteReader(frame);
  const date = readDeviceDate(reader);
  const dayOfWeek = wordOf(reader.uint8(), DAY_OF_WEEK);
  const fractions256 = reader.uint8();
  const adjustReason = bitNames(reader.uint8(), ADJUST_REASON);
  reader.expectEnd();
  return [clockOf(date, frame, { dayOfWeek, fractions256, adjustReason })];
}

function clockOf(date: DeviceDate, frame: Uint8Array, details: Details): Reading {
  const { deviceTime, quality } = date;
  const reason = quality.includes('clock-wrong') ? 'invalid' : 'not-available';
  return statement(
    'device-clock',
    deviceTime === null ? { status: 'absent', reason } : { status: 'measured', value: deviceTime },
    '1',
    { quality, deviceTime, rawHex: hexOf(frame), details: { ...details, ...date.details } },
  );
}
