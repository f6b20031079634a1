import { type AbsentReason, type Measured, type QualityFlag } from '@shimabashi/contracts';
import { ByteReader } from '../../byte-reader.ts';
import { type Details, type Reading } from '../../decoder.ts';
import { hexOf } from '../../hex.ts';
import { NO_DEVICE_DATE, readDeviceDate } from './device-date.ts';
import { bitNames, detailOf, type FrameFacts, numeric, readSfloat, union } from './fields.ts';

const SPOT = {
  timeStamp: 0x01,
  measurement: 0x02,
  sensor: 0x04,
  amplitude: 0x08,
  clockNotSet: 0x10,
} as const;
const CONTINUOUS = { fast: 0x01, slow: 0x02, measurement: 0x04, sensor: 0x08, amplitude: 0x10 } as const;

const MEASUREMENT_STATUS: readonly (readonly [bit: number, name: string])[] = [
  [0x0020, 'ongoing'],
  [0x0040, 'early-estimate'],
  [0x0080, 'validated'],
  [0x0100, 'fully-qualified'],
  [0x0200, 'from-storage'],
  [0x0400, 'for-demonstration'],
  [0x0800, 'for-testing'],
  [0x1000, 'calibration-ongoing'],
  [0x2000, 'unavailable'],
  [0x4000, 'questionable'],
  [0x8000, 'invalid'],
];
const FROM_STORAGE = 0x0200;
const SENSOR_STATUS: readonly (readonly [bit: number, name: string])[] = [
  [0x0001, 'extended-display-update'],
  [0x0002, 'equipment-malfunction'],
  [0x0004, 'signal-processing-irregularity'],
  [0x0008, 'inadequate-signal'],
  [0x0010, 'poor-signal'],
  [0x0020, 'low-perfusion'],
  [0x0040, 'erratic-signal'],
  [0x0080, 'non-pulsatile-signal'],
  [0x0100, 'questionable-pulse'],
  [0x0200, 'signal-analysis-ongoing'],
  [0x0400, 'sensor-interference'],
  [0x0800, 'sensor-not-on-user'],
  [0x1000, 'unknown-sensor'],
  [0x2000, 'sensor-displaced'],
  [0x4000, 'sensor-malfunction'],
  [0x8000, 'sensor-disconnected'],
];
const SIGNAL_ANALYSIS_ONGOING = 0x0200;

const MEASUREMENT_QUALITY: readonly (readonly [bit: number, flag: QualityFlag])[] = [
  [0x0040, 'questionable'],
  [0x1000, 'questionable'],
  [0x4000, 'questionable'],
];
const SENSOR_QUALITY: readonly (readonly [bit: number, flag: QualityFlag])[] = [
  [0x0002, 'sensor-alarm'],
  [0x0004, 'artifact'],
  [0x0008, 'out-of-track'],
  [0x0010, 'out-of-track'],
  [0x0020, 'perfusion-low'],
  [0x0040, 'artifact'],
  [0x0080, 'out-of-track'],
  [0x0100, 'questionable'],
  [0x0400, 'artifact'],
  [0x1000, 'sensor-alarm'],
  [0x2000, 'sensor-alarm'],
  [0x4000, 'sensor-alarm'],
];
/** Bits that take the number away, whatever it is. The first that is set tells why. */
const SENSOR_ABSENT: readonly (readonly [bit: number, reason: AbsentReason])[] = [
  [0x8000, 'sensor-disconnected'],
  [0x0800, 'sensor-off'],
];
const MEASUREMENT_ABSENT: readonly (readonly [bit: number, reason: AbsentReason])[] = [
  [0x8000, 'invalid'],
  [0x2000, 'not-available'],
  [0x0400, 'not-of-a-patient'],
  [0x0800, 'not-of-a-patient'],
];

/**
 * Reads a PLX Spot-Check Measurement (0x2A5E). A time stamp of a clock that was never set is no time.
 *
 * Source: Bluetooth SIG, `org.bluetooth.characteristic.plx_spot_check_measurement`.
 *
 * @throws AppError `DEVICE_FRAME_INVALID`
 */
export function parsePlxSpotCheck(frame: Uint8Array): Reading[] {
  const reader = new ByteReader(frame);
  const flags = reader.uint8();
  const pair = readPair(reader);
  const stamped = (flags & SPOT.timeStamp) !== 0;
  const date = stamped ? readDeviceDate(reader) : NO_DEVICE_DATE;
  const status = readStatus(reader, (flags & SPOT.measurement) !== 0, (flags & SPOT.sensor) !== 0);
  const amplitude = (flags & SPOT.amplitude) === 0 ? undefined : readSfloat(reader);
  const clockNotSet = (flags & SPOT.clockNotSet) !== 0;
  return readingsOf(pair, amplitude, status, {
    quality: clockNotSet ? [] : date.quality,
    origin: stamped || fromStorage(status) ? 'stored' : 'live',
    deviceTime: clockNotSet ? null : date.deviceTime,
    rawHex: hexOf(frame),
    details: { ...date.details, ...(clockNotSet ? { deviceClock: 'not-set' } : {}) },
  });
}

/**
 * Reads a PLX Continuous Measurement (0x2A5F). The readings are the normal pair; a fast and a slow
 * one, as other averages of the same signal, stay in the details.
 *
 * Source: Bluetooth SIG, `org.bluetooth.characteristic.plx_continuous_measurement`.
 *
 * @throws AppError `DEVICE_FRAME_INVALID`
 */
export function parsePlxContinuous(frame: Uint8Array): Reading[] {
  const reader = new ByteReader(frame);
  const flags = reader.uint8();
  const normal = readPair(reader);
  const fast = (flags & CONTINUOUS.fast) === 0 ? undefined : readPair(reader);
  const slow = (flags & CONTINUOUS.slow) === 0 ? undefined : readPair(reader);
  const status = readStatus(
    reader,
    (flags & CONTINUOUS.measurement) !== 0,
    (flags & CONTINUOUS.sensor) !== 0,
  );
  const amplitude = (flags & CONTINUOUS.amplitude) === 0 ? undefined : readSfloat(reader);
  return readingsOf(normal, amplitude, status, {
    quality: [],
    origin: fromStorage(status) ? 'stored' : 'live',
    deviceTime: null,
    rawHex: hexOf(frame),
    details: {
      ...(fast && { spO2Fast: detailOf(fast.spO2), pulseRateFast: detailOf(fast.pulseRate) }),
      ...(slow && { spO2Slow: detailOf(slow.spO2), pulseRateSlow: detailOf(slow.pulseRate) }),
    },
  });
}

interface Pair {
  readonly spO2: Measured;
  readonly pulseRate: Measured;
}

function readPair(reader: ByteReader): Pair {
  const spO2 = readSfloat(reader);
  return { spO2, pulseRate: readSfloat(reader) };
}

interface Status {
  readonly measurement: number | undefined;
  readonly sensor: number | undefined;
}

function readStatus(reader: ByteReader, hasMeasurement: boolean, hasSensor: boolean): Status {
  const measurement = hasMeasurement ? reader.uint16() : undefined;
  return { measurement, sensor: hasSensor ? reader.uint24() : undefined };
}

function fromStorage({ measurement = 0 }: Status): boolean {
  return (measurement & FROM_STORAGE) !== 0;
}

function readingsOf(
  { spO2, pulseRate }: Pair,
  amplitude: Measured | undefined,
  status: Status,
  frame: FrameFacts,
): Reading[] {
  const { measurement = 0, sensor = 0 } = status;
  const facts: FrameFacts = {
    ...frame,
    quality: union(
      bitNames(measurement, MEASUREMENT_QUALITY),
      bitNames(sensor, SENSOR_QUALITY),
      frame.quality,
    ),
    details: { ...frame.details, ...statusDetails(status) },
  };
  const judged = (sent: Measured) => judge(sent, measurement, sensor);
  return [
    numeric('SpO2', judged(spO2), facts),
    numeric('pulse-rate', judged(pulseRate), facts),
    ...(amplitude === undefined ? [] : [numeric('perfusion-index', judged(amplitude), facts)]),
  ];
}

function judge(sent: Measured, measurement: number, sensor: number): Measured {
  const [reason] = [...bitNames(sensor, SENSOR_ABSENT), ...bitNames(measurement, MEASUREMENT_ABSENT)];
  if (reason !== undefined) return { status: 'absent', reason };
  const searching =
    sent.status === 'absent' && sent.reason === 'not-available' && (sensor & SIGNAL_ANALYSIS_ONGOING) !== 0;
  return searching ? { status: 'absent', reason: 'searching' } : sent;
}

function statusDetails({ measurement, sensor }: Status): Details {
  return {
    ...(measurement === undefined ? {} : { measurementStatus: bitNames(measurement, MEASUREMENT_STATUS) }),
    ...(sensor === undefined ? {} : { sensorStatus: bitNames(sensor, SENSOR_STATUS) }),
  };
}
