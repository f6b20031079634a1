import { type AbsentReason, type Measured, type QualityFlag } from '@shimabashi/contracts';
import { ByteReader, frameInvalid } from '../../byte-reader.ts';
import { crc16 } from '../../crc16.ts';
import { type Reading } from '../../decoder.ts';
import { hexOf } from '../../hex.ts';
import { bitNames, detailOf, numeric, readSfloat, union } from './fields.ts';

const FLAG = { trend: 0x01, quality: 0x02, warning: 0x20, calibration: 0x40, status: 0x80 } as const;
const SIZE_MIN = 6;
const CRC_BYTES = 2;

/** The three octets as one number: status 0-7, calibration and temperature 8-15, warning 16-23. */
const STATUS: readonly (readonly [bit: number, name: string])[] = [
  [0x000001, 'session-stopped'],
  [0x000002, 'battery-low'],
  [0x000004, 'sensor-type-incorrect'],
  [0x000008, 'sensor-malfunction'],
  [0x000010, 'device-specific-alert'],
  [0x000020, 'device-fault'],
  [0x000100, 'time-synchronization-required'],
  [0x000200, 'calibration-not-allowed'],
  [0x000400, 'calibration-recommended'],
  [0x000800, 'calibration-required'],
  [0x001000, 'temperature-too-high'],
  [0x002000, 'temperature-too-low'],
  [0x010000, 'below-patient-low'],
  [0x020000, 'above-patient-high'],
  [0x040000, 'below-hypo'],
  [0x080000, 'above-hyper'],
  [0x100000, 'rate-of-decrease-exceeded'],
  [0x200000, 'rate-of-increase-exceeded'],
  [0x400000, 'result-too-low'],
  [0x800000, 'result-too-high'],
];
const STATUS_QUALITY: readonly (readonly [bit: number, flag: QualityFlag])[] = [
  [0x000002, 'battery-low'],
  [0x000028, 'sensor-alarm'],
  // Sensor type, calibration required, temperature.
  [0x003804, 'questionable'],
  [0x000100, 'clock-wrong'],
];
const RESULT_TOO_LOW = 0x400000;
const RESULT_TOO_HIGH = 0x800000;

/**
 * Reads CGM Measurements (0x2AA7), of which one value may carry several. Their time is counted in
 * minutes from the start of the session, which another characteristic tells: it stays in the details.
 *
 * A record that is two bytes longer than its flags say carries a CRC, which must be right.
 *
 * Source: Bluetooth SIG, `org.bluetooth.characteristic.cgm_measurement`.
 *
 * @throws AppError `DEVICE_FRAME_INVALID` if one of the records is not sound: then none is used.
 */
export function parseCgm(frame: Uint8Array): Reading[] {
  const readings: Reading[] = [];
  for (let at = 0; at < frame.length || at === 0;) {
    const size = frame[at] ?? 0;
    if (size < SIZE_MIN || at + size > frame.length) throw frameInvalid('of a wrong size');
    readings.push(parseRecord(frame.subarray(at, at + size)));
    at += size;
  }
  return readings;
}

function parseRecord(record: Uint8Array): Reading {
  const reader = new ByteReader(record);
  reader.uint8(); // Its size, which is checked.
  const flags = reader.uint8();
  const sent = readSfloat(reader);
  const timeOffsetMin = reader.uint16();
  const status = readStatus(reader, flags);
  const trend = (flags & FLAG.trend) === 0 ? undefined : readSfloat(reader);
  const quality = (flags & FLAG.quality) === 0 ? undefined : readSfloat(reader);
  const secured = reader.remaining === CRC_BYTES;
  if (secured) checkCrc(record, reader.uint16());
  reader.expectEnd();
  return numeric('interstitial-glucose', measuredOf(sent, status), {
    quality: union(bitNames(status, STATUS_QUALITY)),
    origin: 'live',
    deviceTime: null,
    rawHex: hexOf(record),
    details: {
      timeOffsetMin,
      secured,
      deviceValue: detailOf(sent),
      deviceUnit: 'mg/dL',
      ...(status === 0 ? {} : { sensorStatus: bitNames(status, STATUS) }),
      ...(trend === undefined ? {} : { trendMgPerDlPerMin: detailOf(trend) }),
      ...(quality === undefined ? {} : { qualityPercent: detailOf(quality) }),
    },
  });
}

function readStatus(reader: ByteReader, flags: number): number {
  const status = (flags & FLAG.status) === 0 ? 0 : reader.uint8();
  const calibration = (flags & FLAG.calibration) === 0 ? 0 : reader.uint8();
  const warning = (flags & FLAG.warning) === 0 ? 0 : reader.uint8();
  return status | (calibration << 8) | (warning << 16);
}

function measuredOf(sent: Measured, status: number): Measured {
  const reason: AbsentReason | undefined =
    (status & RESULT_TOO_LOW) !== 0
      ? (status & RESULT_TOO_HIGH) !== 0
        ? 'invalid'
        : 'below-range'
      : (status & RESULT_TOO_HIGH) !== 0
        ? 'above-range'
        : undefined;
  return reason === undefined ? sent : { status: 'absent', reason };
}

function checkCrc(record: Uint8Array, sent: number): void {
  if (crc16(record.subarray(0, -CRC_BYTES)) !== sent) throw frameInvalid('damaged: its CRC is wrong');
}
