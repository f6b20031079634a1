import { type QualityFlag } from '@shimabashi/contracts';
import { type ByteReader } from '../../byte-reader.ts';
import { type Details } from '../../decoder.ts';

/** What a Date Time field says, as far as it can be believed. */
export interface DeviceDate {
  /** `YYYY-MM-DDTHH:MM:SS`, local to the device and without zone; null where there is no date. */
  readonly deviceTime: string | null;
  readonly quality: readonly QualityFlag[];
  readonly details: Details;
}

export const NO_DEVICE_DATE: DeviceDate = { deviceTime: null, quality: [], details: {} };

/**
 * Reads the seven bytes of a Date Time (0x2A08). Year, month or day 0 is "not known", and such a date
 * is no date. One that cannot be (month 13 of i-SENS meters, 31 February, 24 o'clock) is none either:
 * it is never repaired, and its fields are kept in the details.
 *
 * Source: Bluetooth SIG, `org.bluetooth.characteristic.date_time` (years 1582 to 9999).
 */
export function readDeviceDate(reader: ByteReader): DeviceDate {
  const year = reader.uint16();
  const [month, day, hour, minute, second] = [
    reader.uint8(),
    reader.uint8(),
    reader.uint8(),
    reader.uint8(),
    reader.uint8(),
  ];
  const text = `${digits(year, 4)}-${digits(month)}-${digits(day)}T${digits(hour)}:${digits(minute)}:${digits(second)}`;
  const timeIsPossible = hour < 24 && minute < 60 && second < 60;
  const unknown = year === 0 || month === 0 || day === 0;
  if (unknown && timeIsPossible) {
    return { deviceTime: null, quality: [], details: { deviceClock: 'not-set', deviceClockFields: text } };
  }
  const dateIsPossible = year >= 1582 && year <= 9999 && isDayOf(year, month, day);
  if (!dateIsPossible || !timeIsPossible) {
    return {
      deviceTime: null,
      quality: ['clock-wrong'],
      details: { deviceClock: 'impossible', deviceClockFields: text },
    };
  }
  return { deviceTime: text, quality: [], details: {} };
}

/** A device time some minutes later or earlier, by the calendar. Null when it leaves the years we know. */
export function shiftedByMinutes(deviceTime: string, minutes: number): string | null {
  const shifted = new Date(Date.parse(`${deviceTime}Z`) + minutes * 60_000);
  const year = shifted.getUTCFullYear();
  return year >= 1582 && year <= 9999 ? shifted.toISOString().slice(0, 19) : null;
}

function isDayOf(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function digits(value: number, width = 2): string {
  return String(value).padStart(width, '0');
}
