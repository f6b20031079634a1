import { type Measured, type QualityFlag } from '@shimabashi/contracts';
import { ByteReader } from '../../byte-reader.ts';
import { type Details, type Reading } from '../../decoder.ts';
import { hexOf } from '../../hex.ts';
import { converted } from '../possible.ts';
import { NO_DEVICE_DATE, readDeviceDate } from './device-date.ts';
import { bitNames, type FrameFacts, numeric, readSfloat, statement, union } from './fields.ts';

const FLAG = { kPa: 0x01, timeStamp: 0x02, pulseRate: 0x04, userId: 0x08, status: 0x10 } as const;

/** Kilopascals in one millimetre of mercury. Source: docs/units.md. */
const KPA_PER_MMHG = 0.133322387415;

const STATUS: readonly (readonly [bit: number, name: string])[] = [
  [0x01, 'body-movement'],
  [0x02, 'cuff-too-loose'],
  [0x04, 'irregular-pulse'],
  [0x20, 'improper-position'],
];
const STATUS_QUALITY: readonly (readonly [bit: number, flag: QualityFlag])[] = [
  [0x01, 'motion'],
  [0x02, 'cuff-loose'],
  [0x04, 'irregular-pulse'],
  [0x20, 'position-wrong'],
];
/** Bits 3 and 4 of the status. */
const PULSE_RANGE = ['within', 'above', 'below', 'reserved'] as const;

/**
 * Reads a Blood Pressure Measurement (0x2A35): systolic, diastolic, mean, and the pulse where it is.
 * A cuff's user id is a slot of the cuff and no patient: it stays in the details.
 *
 * Source: Bluetooth SIG, `org.bluetooth.characteristic.blood_pressure_measurement`.
 *
 * @throws AppError `DEVICE_FRAME_INVALID`
 */
export function parseBloodPressure(frame: Uint8Array): Reading[] {
  const { pressures, pulse, facts } = readFields(frame);
  const [systolic, diastolic, mean] = pressures;
  return [
    numeric('systolic-pressure', systolic, facts),
    numeric('diastolic-pressure', diastolic, facts),
    numeric('mean-arterial-pressure', mean, facts),
    ...pulseOf(pulse, facts),
  ];
}

/**
 * Reads an Intermediate Cuff Pressure (0x2A36): the same fields, of which only the first pressure
 * counts. It says how far a measurement is, and is no blood pressure of anybody.
 *
 * Source: Bluetooth SIG, `org.bluetooth.characteristic.intermediate_cuff_pressure`.
 *
 * @throws AppError `DEVICE_FRAME_INVALID`
 */
export function parseCuffPressure(frame: Uint8Array): Reading[] {
  const { pressures, pulse, facts } = readFields(frame);
  const [cuff] = pressures;
  const possible = cuff.status === 'absent' || (cuff.value >= 0 && cuff.value <= 400);
  const stated: Measured = possible ? cuff : { status: 'absent', reason: 'invalid' };
  return [statement('cuff-pressure', stated, 'mm[Hg]', facts), ...pulseOf(pulse, facts)];
}

interface Fields {
  readonly pressures: readonly [first: Measured, second: Measured, third: Measured];
  readonly pulse: Measured | undefined;
  readonly facts: FrameFacts;
}

function readFields(frame: Uint8Array): Fields {
  const reader = new ByteReader(frame);
  const flags = reader.uint8();
  const inMmHg = (flags & FLAG.kPa) === 0;
  const pressure = () => {
    const sent = readSfloat(reader);
    return inMmHg ? sent : converted(sent, kPa => kPa / KPA_PER_MMHG);
  };
  const pressures = [pressure(), pressure(), pressure()] as const;
  const date = (flags & FLAG.timeStamp) === 0 ? NO_DEVICE_DATE : readDeviceDate(reader);
  const pulse = (flags & FLAG.pulseRate) === 0 ? undefined : readSfloat(reader);
  const userId = (flags & FLAG.userId) === 0 ? undefined : reader.uint8();
  const status = (flags & FLAG.status) === 0 ? undefined : reader.uint16();
  // Bytes after the last known field are left alone: the specification may append more.
  return {
    pressures,
    pulse,
    facts: {
      quality: union(bitNames(status ?? 0, STATUS_QUALITY), date.quality),
      // Only cuffs with a memory stamp; how old the stamp is can be said by those who have a clock.
      origin: (flags & FLAG.timeStamp) === 0 ? 'live' : 'stored',
      deviceTime: date.deviceTime,
      rawHex: hexOf(frame),
      details: {
        deviceUnit: inMmHg ? 'mm[Hg]' : 'kPa',
        ...(userId === undefined ? {} : { userId: userId === 0xff ? 'unknown' : userId }),
        ...statusDetails(status),
        ...date.details,
      },
    },
  };
}

function statusDetails(status: number | undefined): Details {
  if (status === undefined) return {};
  return {
    measurementStatus: bitNames(status, STATUS),
    pulseRateRange: PULSE_RANGE[(status >> 3) & 0x03] ?? 'reserved',
  };
}

function pulseOf(pulse: Measured | undefined, facts: FrameFacts): Reading[] {
  if (pulse === undefined) return [];
  const outOfRange =
    facts.details['pulseRateRange'] !== undefined && facts.details['pulseRateRange'] !== 'within';
  const quality = outOfRange ? union(facts.quality, ['questionable']) : facts.quality;
  return [numeric('pulse-rate', pulse, { ...facts, quality })];
}
