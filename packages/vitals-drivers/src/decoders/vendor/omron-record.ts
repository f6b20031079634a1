import { type QualityFlag } from '@shimabashi/contracts';
import { frameInvalid } from '../../byte-reader.ts';
import { type Reading } from '../../decoder.ts';
import { hexOf } from '../../hex.ts';
import { localTimeOf } from '../calendar.ts';
import { statement, union } from '../gatt/fields.ts';
import { cuffReadings, type CuffNumbers } from './cuff.ts';

/**
 * Records in the memory of Omron cuffs (HEM-7xxx and kin), read over Bluetooth. Tables and sources:
 * `docs/devices/omron-records.md`.
 */
const OMRON_RECORD = {
  /** The systolic pressure is stored less so much. */
  systolicOffset: 25,
  /** A raw systolic pressure above it marks an empty slot. */
  systolicRawMax: 0xe1,
  classicBytes: [14, 16],
  bitsBytes: 14,
} as const;

interface OmronFields extends CuffNumbers {
  readonly moved: boolean;
  readonly irregular: boolean;
  readonly deviceTime: string | null;
  readonly fields: string;
  readonly recordNumber: number | undefined;
}

/**
 * Reads a record whose fields stand in little-endian words (HEM-714x, HEM-7155T, HEM-7361T): 14 bytes, or
 * 16 of which the last two are not known.
 *
 * @throws AppError `DEVICE_FRAME_INVALID`
 */
export function parseOmronClassic(record: Uint8Array): Reading[] {
  if (!OMRON_RECORD.classicBytes.some(length => length === record.length)) {
    throw frameInvalid('not 14 or 16 bytes long');
  }
  const [sys = 0, diastolic = 0, pulse = 0, yearByte = 0] = record;
  const [when, clock] = [word(record, 4), word(record, 6)];
  const isEmpty = sys > OMRON_RECORD.systolicRawMax || record.subarray(0, 8).every(byte => byte === 0);
  if (isEmpty) return [emptySlot(record)];
  return readingsOf(record, {
    systolic: sys + OMRON_RECORD.systolicOffset,
    diastolic,
    pulse,
    moved: (when & 0x8000) !== 0,
    irregular: (when & 0x4000) !== 0,
    ...momentOf({
      year: 2_000 + (yearByte & 0x3f),
      month: (when >> 10) & 0x0f,
      day: (when >> 5) & 0x1f,
      hour: when & 0x1f,
      minute: (clock >> 6) & 0x3f,
      second: clock & 0x3f,
    }),
    // Two slots of a device, six apart, differed by six here.
    recordNumber: record.length === 14 ? word(record, 10) : undefined,
  });
}

/**
 * Reads a record whose fields are bits of one big-endian number (HEM-7322T, HEM-7600T): 14 bytes.
 *
 * @throws AppError `DEVICE_FRAME_INVALID`
 */
export function parseOmronBits(record: Uint8Array): Reading[] {
  if (record.length !== OMRON_RECORD.bitsBytes) throw frameInvalid('not 14 bytes long');
  const bits = (first: number, last: number) => bitsOf(record, first, last);
  const isEmpty =
    bits(8, 15) > OMRON_RECORD.systolicRawMax || record.subarray(0, 8).every(byte => byte === 0);
  if (isEmpty) return [emptySlot(record)];
  return readingsOf(record, {
    diastolic: bits(0, 7),
    systolic: bits(8, 15) + OMRON_RECORD.systolicOffset,
    pulse: bits(24, 31),
    moved: bits(32, 32) === 1,
    irregular: bits(33, 33) === 1,
    ...momentOf({
      year: 2_000 + bits(18, 23),
      month: bits(34, 37),
      day: bits(38, 42),
      hour: bits(43, 47),
      minute: bits(52, 57),
      second: bits(58, 63),
    }),
    recordNumber: undefined,
  });
}

function readingsOf(record: Uint8Array, fields: OmronFields): Reading[] {
  const quality: QualityFlag[] = [
    ...(fields.moved ? (['motion'] as const) : []),
    ...(fields.irregular ? (['irregular-pulse'] as const) : []),
    ...(fields.deviceTime === null ? (['clock-wrong'] as const) : []),
  ];
  return cuffReadings(fields, {
    quality: union(quality),
    origin: 'stored',
    deviceTime: fields.deviceTime,
    rawHex: hexOf(record),
    ...(fields.recordNumber === undefined ? {} : { recordNumber: fields.recordNumber }),
    details: fields.deviceTime === null ? { deviceClockFields: fields.fields } : {},
  });
}

/** The seconds may be up to 63 in a device that counts well (omblepy): they are cut at 59. */
function momentOf(moment: {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}): { deviceTime: string | null; fields: string } {
  const deviceTime = localTimeOf({ ...moment, second: Math.min(moment.second, 59) });
  return { deviceTime, fields: Object.values(moment).join('-') };
}

function emptySlot(record: Uint8Array): Reading {
  return statement('observation', { status: 'absent', reason: 'not-available' }, '1', {
    quality: [],
    deviceTime: null,
    rawHex: hexOf(record),
    details: { emptySlot: true },
  });
}

function word(record: Uint8Array, at: number): number {
  return (record[at] ?? 0) | ((record[at + 1] ?? 0) << 8);
}

/** The bits from `first` to `last` (at most 8), counted from the highest of the first byte. */
function bitsOf(record: Uint8Array, first: number, last: number): number {
  let value = 0;
  for (let bit = first; bit <= last; bit += 1) {
    value = (value << 1) | (((record[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1);
  }
  return value;
}
