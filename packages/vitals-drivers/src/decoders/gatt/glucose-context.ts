import { ByteReader } from '../../byte-reader.ts';
import { type Details, type Reading } from '../../decoder.ts';
import { hexOf } from '../../hex.ts';
import { detailOf, readSfloat, statement, wordOf } from './fields.ts';

const FLAG = {
  carbohydrate: 0x01,
  meal: 0x02,
  testerAndHealth: 0x04,
  exercise: 0x08,
  medication: 0x10,
  medicationInLitres: 0x20,
  hbA1c: 0x40,
  extended: 0x80,
} as const;

const CARBOHYDRATE: Readonly<Record<number, string>> = {
  1: 'breakfast',
  2: 'lunch',
  3: 'dinner',
  4: 'snack',
  5: 'drink',
  6: 'supper',
  7: 'brunch',
};
const MEAL: Readonly<Record<number, string>> = {
  1: 'before meal',
  2: 'after meal',
  3: 'fasting',
  4: 'casual',
  5: 'bedtime',
};
const TESTER: Readonly<Record<number, string>> = {
  1: 'self',
  2: 'health care professional',
  3: 'laboratory',
  15: 'not available',
};
const HEALTH: Readonly<Record<number, string>> = {
  1: 'minor health issues',
  2: 'major health issues',
  3: 'during menses',
  4: 'under stress',
  5: 'no health issues',
  15: 'not available',
};
const MEDICATION: Readonly<Record<number, string>> = {
  1: 'rapid acting insulin',
  2: 'short acting insulin',
  3: 'intermediate acting insulin',
  4: 'long acting insulin',
  5: 'pre-mixed insulin',
};
const EXERCISE_OVERRUN = 0xffff;

/**
 * Reads a Glucose Measurement Context (0x2A34): the circumstances of the measurement that has the same
 * sequence number.
 *
 * Source: Bluetooth SIG, `org.bluetooth.characteristic.glucose_measurement_context`. Amounts are given
 * as sent, in the unit that the specification names; meters are said to send other powers of ten.
 *
 * @throws AppError `DEVICE_FRAME_INVALID`
 */
export function parseGlucoseContext(frame: Uint8Array): Reading[] {
  const reader = new ByteReader(frame);
  const flags = reader.uint8();
  const recordNumber = reader.uint16();
  if ((flags & FLAG.extended) !== 0) reader.uint8(); // All of it is reserved.
  const details: Details = {
    sequenceNumber: recordNumber,
    ...((flags & FLAG.carbohydrate) !== 0 && readCarbohydrate(reader)),
    ...((flags & FLAG.meal) !== 0 && { meal: wordOf(reader.uint8(), MEAL) }),
    ...((flags & FLAG.testerAndHealth) !== 0 && readTesterAndHealth(reader)),
    ...((flags & FLAG.exercise) !== 0 && readExercise(reader)),
    ...((flags & FLAG.medication) !== 0 && readMedication(reader, (flags & FLAG.medicationInLitres) !== 0)),
    ...((flags & FLAG.hbA1c) !== 0 && { hbA1cPercent: detailOf(readSfloat(reader)) }),
  };
  return [
    statement('glucose-context', null, '1', {
      quality: [],
      deviceTime: null,
      rawHex: hexOf(frame),
      recordNumber,
      details,
    }),
  ];
}

function readCarbohydrate(reader: ByteReader): Details {
  const carbohydrate = wordOf(reader.uint8(), CARBOHYDRATE);
  return { carbohydrate, carbohydrateKg: detailOf(readSfloat(reader)) };
}

function readTesterAndHealth(reader: ByteReader): Details {
  const both = reader.uint8();
  return { tester: wordOf(both & 0x0f, TESTER), health: wordOf(both >> 4, HEALTH) };
}

function readExercise(reader: ByteReader): Details {
  const seconds = reader.uint16();
  return {
    exerciseSeconds: seconds === EXERCISE_OVERRUN ? 'overrun' : seconds,
    exerciseIntensityPercent: reader.uint8(),
  };
}

function readMedication(reader: ByteReader, inLitres: boolean): Details {
  const medication = wordOf(reader.uint8(), MEDICATION);
  const amount = detailOf(readSfloat(reader));
  return { medication, ...(inLitres ? { medicationLitres: amount } : { medicationKg: amount }) };
}
