import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { POSSIBLE } from '../decoders/possible.ts';
import { encodeGattValue, type GattDialect } from '../gatt/envelope.ts';
import { type GattDriver } from '../gatt/gatt-driver.ts';
import { CHARACTERISTIC } from '../gatt/names.ts';
import { RECORDED_CUFFS } from '../testing/beurer-vectors.ts';
import { joined } from '../testing/chunks.ts';
import { decodeAll, describeDriverContract, numbersOf } from '../testing/driver-contract.ts';
import { describeFramerContract } from '../testing/framer-contract.ts';
import { GATT_VECTORS } from '../testing/gatt-vectors.ts';
import { hexVector } from '../testing/hex-vector.ts';
import { DIALECTS } from '../gatt/envelope.ts';
import {
  GATT_DRIVERS,
  gattBloodPressure,
  gattCgm,
  gattGlucose,
  gattHeartRate,
  gattPulseOximeter,
  gattPulseOximeterSpot,
  gattThermometer,
  gattWeight,
} from './gatt-profiles.ts';

const BAD_BYTES = Uint8Array.from({ length: 700 }, (_, at) => (at * 7 + 1) & 0xff);

/** Foreign vectors of a characteristic that give a number, as a device of the profile would send them. */
function streamOf(characteristic: string, protocol: string): Uint8Array {
  const values = GATT_VECTORS.filter(vector => vector.protocol === protocol).map(({ hex }) => hexVector(hex));
  return joined(values.map(value => enveloped(characteristic, value)));
}

function enveloped(characteristic: string, value: Uint8Array, dialect: GattDialect = 'sig'): Uint8Array {
  return encodeGattValue({ characteristic, dialect, value });
}

function numbersIn(protocol: string): (readonly [string, number])[] {
  return GATT_VECTORS.filter(vector => vector.protocol === protocol)
    .flatMap(vector => vector.says)
    .flatMap(([parameter, value]) =>
      typeof value === 'number' && Object.hasOwn(POSSIBLE, parameter) ? [[parameter, value] as const] : [],
    );
}

/** What the vectors of the characteristics of a profile say, all through its driver. */
const EXAMPLES: readonly (readonly [driver: GattDriver, characteristic: string, protocol: string])[] = [
  [gattBloodPressure, CHARACTERISTIC.bloodPressure, 'gatt-2a35'],
  [gattThermometer, CHARACTERISTIC.temperature, 'gatt-2a1c'],
  [gattPulseOximeter, CHARACTERISTIC.plxContinuous, 'gatt-2a5f'],
  [gattPulseOximeterSpot, CHARACTERISTIC.plxSpotCheck, 'gatt-2a5e'],
  [gattWeight, CHARACTERISTIC.weight, 'gatt-2a9d'],
  [gattGlucose, CHARACTERISTIC.glucose, 'gatt-2a18'],
  [gattHeartRate, CHARACTERISTIC.heartRate, 'gatt-2a37'],
  [gattCgm, CHARACTERISTIC.cgm, 'gatt-2aa7'],
];

it('every profile that we drive is among the examples', () => {
  expect(EXAMPLES.map(([driver]) => driver)).toEqual(GATT_DRIVERS);
});

for (const [driver, characteristic, protocol] of EXAMPLES) {
  describeDriverContract(driver, {
    goodStream: streamOf(characteristic, protocol),
    numbers: numbersIn(protocol),
    badBytes: BAD_BYTES,
    possible: POSSIBLE,
  });
}

describeFramerContract(
  'GATT envelope',
  () => gattBloodPressure.createFramer(),
  fc
    .tuple(
      fc.constantFrom(...Object.values(CHARACTERISTIC)),
      fc.constantFrom(...DIALECTS),
      fc.uint8Array({ maxLength: 40 }),
    )
    .map(([characteristic, dialect, value]) => enveloped(characteristic, value, dialect)),
);

describe('what cuffs sent to others', () => {
  const numbers = (value: Uint8Array, dialect: GattDialect) =>
    numbersOf(decodeAll(gattBloodPressure, [enveloped(CHARACTERISTIC.bloodPressure, value, dialect)]));

  it('reads a plain record', () => {
    expect(numbers(RECORDED_CUFFS.plain, 'sig')).toEqual([
      ['systolic-pressure', 124],
      ['diastolic-pressure', 86],
      ['mean-arterial-pressure', 97],
      ['pulse-rate', 51],
    ]);
  });

  it.each([
    ['bm85First', 106, 71, 63, 0, '2026-08-11T18:31:00'],
    ['bm85Second', 113, 73, 65, 1, '2026-08-11T20:56:00'],
    ['bm85Third', 119, 70, 87, 1, '2026-08-11T20:57:00'],
  ] as const)('reads Beurer: %s', (which, systolic, diastolic, pulse, userId, deviceTime) => {
    const value = RECORDED_CUFFS[which];
    const readings = decodeAll(gattBloodPressure, [enveloped(CHARACTERISTIC.bloodPressure, value, 'beurer')]);
    expect(numbersOf(readings)).toEqual([
      ['systolic-pressure', systolic],
      ['diastolic-pressure', diastolic],
      ['pulse-rate', pulse],
    ]);
    expect(readings[0]).toMatchObject({
      deviceTime,
      rawHex: Buffer.from(value).toString('hex'),
      details: { userId },
    });
  });

  it('would read another pulse without knowing the dialect', () => {
    expect(numbers(RECORDED_CUFFS.bm85First, 'sig')).not.toContainEqual(['pulse-rate', 63]);
  });

  it('refuses a Beurer record that is cut, and gives possible numbers for any', () => {
    const whole = RECORDED_CUFFS.bm85Third;
    for (let length = 0; length < whole.length; length += 1) {
      expect(numbers(whole.subarray(0, length), 'beurer')).toEqual([]);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), value => {
        for (const [parameter, number] of numbers(value, 'beurer')) {
          const [low, high] = POSSIBLE[parameter as keyof typeof POSSIBLE];
          expect(number >= low && number <= high).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes nothing of a characteristic that is not of its profile', () => {
    const [reading] = decodeAll(gattThermometer, [
      enveloped(CHARACTERISTIC.bloodPressure, RECORDED_CUFFS.plain),
    ]);
    expect(reading).toMatchObject({ kind: 'rejected' });
  });
});
