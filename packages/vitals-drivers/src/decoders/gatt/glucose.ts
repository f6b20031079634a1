import { type AbsentReason, type Measured, type QualityFlag } from '@shimabashi/contracts';
import { ByteReader } from '../../byte-reader.ts';
import { type Details, type Reading } from '../../decoder.ts';
import { hexOf } from '../../hex.ts';
import { converted } from '../possible.ts';
import { type DeviceDate, readDeviceDate, shiftedByMinutes } from './device-date.ts';
import { bitNames, detailOf, numeric, readSfloat, union, wordOf } from './fields.ts';

const FLAG = {
  timeOffset: 0x01,
  concentration: 0x02,
  molar: 0x04,
  status: 0x08,
  contextFollows: 0x10,
} as const;

const MG_PER_DL = { ofKgPerL: 100_000, ofMmolPerL: 18.0156 } as const;
const MMOL_PER_L_OF_MOL_PER_L = 1_000;

const SAMPLE_TYPE: Readonly<Record<number, string>> = {
  1: 'capillary whole blood',
  2: 'capillary plasma',
  3: 'venous whole blood',
  4: 'venous plasma',
  5: 'arterial whole blood',
  6: 'arterial plasma',
  7: 'undetermined whole blood',
  8: 'undetermined plasma',
  9: 'interstitial fluid',
  10: 'control solution',
};
const INTERSTITIAL = 9;
const CONTROL_TYPE = 10;
const SAMPLE_LOCATION: Readonly<Record<number, string>> = {
  1: 'finger',
  2: 'alternate site',
  3: 'earlobe',
  4: 'control solution',
  15: 'not available',
};
const CONTROL_LOCATION = 4;

const STATUS: readonly (readonly [bit: number, name: string])[] = [
  [0x0001, 'battery-low'],
  [0x0002, 'sensor-malfunction'],
  [0x0004, 'sample-insufficient'],
  [0x0008, 'strip-insertion-error'],
  [0x0010, 'strip-type-incorrect'],
  [0x0020, 'result-too-high'],
  [0x0040, 'result-too-low'],
  [0x0080, 'temperature-too-high'],
  [0x0100, 'temperature-too-low'],
  [0x0200, 'strip-pulled-too-soon'],
  [0x0400, 'device-fault'],
  [0x0800, 'time-fault'],
];
const STATUS_QUALITY: readonly (readonly [bit: number, flag: QualityFlag])[] = [
  [0x0001, 'battery-low'],
  [0x0002, 'sensor-alarm'],
  [0x0400, 'sensor-alarm'],
  // Sample, strip or temperature were not as they must be.
  [0x039c, 'questionable'],
  [0x0800, 'clock-wrong'],
];
/** The meter could not process the result: no number then, whatever stands there. */
const STATUS_ABSENT: readonly (readonly [bit: number, reason: AbsentReason])[] = [
  [0x0020, 'above-range'],
  [0x0040, 'below-range'],
];
const OVERRUN = 0x7fff;
const UNDERRUN = -0x8000;

/**
 * Reads a Glucose Measurement (0x2A18) in mg/dL. A control solution is a number, but nobody's.
 *
 * The time is the base time moved by the offset that the user set, as the meter shows it. Type is the
 * low half of its byte, location the high one.
 *
 * Source: Bluetooth SIG, `org.bluetooth.characteristic.glucose_measurement`.
 *
 * @throws AppError `DEVICE_FRAME_INVALID`
 */
export function parseGlucose(frame: Uint8Array): Reading[] {
  const reader = new ByteReader(frame);
  const flags = reader.uint8();
  const recordNumber = reader.uint16();
  const base = readDeviceDate(reader);
  const date = (flags & FLAG.timeOffset) === 0 ? base : withOffset(base, reader.int16());
  const sample =
    (flags & FLAG.concentration) === 0 ? NO_SAMPLE : readSample(reader, (flags & FLAG.molar) !== 0);
  const status = (flags & FLAG.status) === 0 ? undefined : reader.uint16();
  const [absent] = bitNames(status ?? 0, STATUS_ABSENT);
  const measured: Measured =
    absent === undefined || sample.ofControl ? sample.measured : { status: 'absent', reason: absent };
  return [
    numeric(sample.interstitial ? 'interstitial-glucose' : 'glucose', measured, {
      quality: union(bitNames(status ?? 0, STATUS_QUALITY), date.quality),
      origin: 'stored',
      deviceTime: date.deviceTime,
      rawHex: hexOf(frame),
      recordNumber,
      details: {
        sequenceNumber: recordNumber,
        ...sample.details,
        ...(status === undefined ? {} : { sensorStatus: bitNames(status, STATUS) }),
        contextFollows: (flags & FLAG.contextFollows) !== 0,
        ...date.details,
      },
    }),
  ];
}

interface GlucoseSample {
  readonly measured: Measured;
  readonly interstitial: boolean;
  readonly ofControl: boolean;
  readonly details: Details;
}

const NO_SAMPLE: GlucoseSample = {
  measured: { status: 'absent', reason: 'not-available' },
  interstitial: false,
  ofControl: false,
  details: {},
};

function readSample(reader: ByteReader, molar: boolean): GlucoseSample {
  const sent = readSfloat(reader);
  const typeAndLocation = reader.uint8();
  const type = typeAndLocation & 0x0f;
  const location = typeAndLocation >> 4;
  const ofControl = type === CONTROL_TYPE || location === CONTROL_LOCATION;
  const inDeviceUnit = molar ? converted(sent, molPerL => molPerL * MMOL_PER_L_OF_MOL_PER_L) : sent;
  const mgPerDl = converted(
    inDeviceUnit,
    value => value * (molar ? MG_PER_DL.ofMmolPerL : MG_PER_DL.ofKgPerL),
  );
  return {
    measured: ofControl ? { status: 'absent', reason: 'not-of-a-patient' } : mgPerDl,
    interstitial: type === INTERSTITIAL,
    ofControl,
    details: {
      deviceValue: detailOf(molar ? inDeviceUnit : mgPerDl),
      deviceUnit: molar ? 'mmol/L' : 'mg/dL',
      sampleType: wordOf(type, SAMPLE_TYPE),
      sampleLocation: wordOf(location, SAMPLE_LOCATION),
    },
  };
}

function withOffset(base: DeviceDate, minutes: number): DeviceDate {
  const details: Details = {
    ...base.details,
    ...(base.deviceTime === null ? {} : { baseTime: base.deviceTime }),
    timeOffsetMin: minutes === OVERRUN ? 'overrun' : minutes === UNDERRUN ? 'underrun' : minutes,
  };
  if (base.deviceTime === null) return { ...base, details };
  const known = minutes !== OVERRUN && minutes !== UNDERRUN;
  const deviceTime = known ? shiftedByMinutes(base.deviceTime, minutes) : null;
  return { deviceTime, quality: deviceTime === null ? ['clock-wrong'] : base.quality, details };
}
