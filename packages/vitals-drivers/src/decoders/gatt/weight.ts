import { type Measured } from '@shimabashi/contracts';
import { ByteReader } from '../../byte-reader.ts';
import { type Details, type Reading } from '../../decoder.ts';
import { hexOf } from '../../hex.ts';
import { tidy } from '../possible.ts';
import { NO_DEVICE_DATE, readDeviceDate } from './device-date.ts';
import { numeric } from './fields.ts';

const FLAG = { imperial: 0x01, timeStamp: 0x02, userId: 0x04, bmiAndHeight: 0x08 } as const;

/** Kilograms in one pound, exact since 1959. Source: docs/units.md. */
const KG_PER_LB = 0.45359237;
const CM_PER_INCH = 2.54;
/** Weight Scale Service 1.0: "measurement unsuccessful". */
const UNSUCCESSFUL = 0xffff;

/** What one step of the raw number is worth. */
interface Scale {
  readonly kg: number;
  readonly lb: number;
}
const SIG: Scale = { kg: 0.005, lb: 0.01 };
/** A&D's own characteristic. Source: andengineering/AndroidSampleCode, `BleReceivedService.java`. */
const A_AND_D: Scale = { kg: 0.1, lb: 0.1 };

/**
 * Reads a Weight Measurement (0x2A9D), in kilograms whatever the scale shows. Height and BMI are the
 * scale's settings of its user and no measurements: they stay in the details.
 *
 * Source: Bluetooth SIG, `org.bluetooth.characteristic.weight_measurement`.
 *
 * @throws AppError `DEVICE_FRAME_INVALID`
 */
export function parseWeight(frame: Uint8Array): Reading[] {
  return parse(frame, SIG);
}

/** Reads a weight of A&D's own scale service: the fields of 0x2A9D in steps of 0.1. */
export function parseAandDWeight(frame: Uint8Array): Reading[] {
  return parse(frame, A_AND_D);
}

function parse(frame: Uint8Array, scale: Scale): Reading[] {
  const reader = new ByteReader(frame);
  const flags = reader.uint8();
  const imperial = (flags & FLAG.imperial) !== 0;
  const raw = reader.uint16();
  const date = (flags & FLAG.timeStamp) === 0 ? NO_DEVICE_DATE : readDeviceDate(reader);
  const userId = (flags & FLAG.userId) === 0 ? undefined : reader.uint8();
  const settings = (flags & FLAG.bmiAndHeight) === 0 ? {} : readSettings(reader, imperial);
  return [
    numeric('body-weight', weightOf(raw, imperial, scale), {
      quality: date.quality,
      origin: (flags & FLAG.timeStamp) === 0 ? 'live' : 'stored',
      deviceTime: date.deviceTime,
      rawHex: hexOf(frame),
      details: {
        deviceUnit: imperial ? '[lb_av]' : 'kg',
        ...(userId === undefined ? {} : { userId: userId === 0xff ? 'unknown' : userId }),
        ...settings,
        ...date.details,
      },
    }),
  ];
}

function weightOf(raw: number, imperial: boolean, scale: Scale): Measured {
  if (raw === UNSUCCESSFUL) return { status: 'absent', reason: 'invalid' };
  return { status: 'measured', value: tidy(imperial ? raw * scale.lb * KG_PER_LB : raw * scale.kg) };
}

function readSettings(reader: ByteReader, imperial: boolean): Details {
  const bmi = tidy(reader.uint16() * 0.1);
  const height = reader.uint16();
  return { bmi, heightCm: tidy(imperial ? height * 0.1 * CM_PER_INCH : height * 0.1) };
}
