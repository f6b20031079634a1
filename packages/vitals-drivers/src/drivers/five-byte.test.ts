import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Driver } from '../driver.ts';
import { FIVE_BYTE, isFiveByteFrame } from '../decoders/five-byte.ts';
import { FixedLengthFramer } from '../framing/fixed-length-framer.ts';
import { encodeFiveByteFrame } from '../simulator/five-byte-encoder.ts';
import { damage, damaged, joined } from '../testing/chunks.ts';
import {
  decodeAll,
  decodeFrames,
  describeDriverContract,
  numbersOf,
  numericsOf,
} from '../testing/driver-contract.ts';
import { ATBRASK_FRAMES, BERRY_OXIMETER_FRAMES } from '../testing/five-byte-vectors.ts';
import { describeFramerContract } from '../testing/framer-contract.ts';
import { bci5Byte, contec5Byte } from './five-byte.ts';

const seven = fc.integer({ min: 0, max: 127 });
const anyFrame = fc
  .record({
    status: seven,
    pleth: seven,
    bar: seven,
    pulseRate: fc.integer({ min: 0, max: 255 }),
    spO2: seven,
  })
  .map(encodeFiveByteFrame);
describeFramerContract(
  'five bytes with a sync bit',
  () => new FixedLengthFramer(FIVE_BYTE.frameBytes, isFiveByteFrame),
  anyFrame,
);

const frame = (fields: Partial<Parameters<typeof encodeFiveByteFrame>[0]> = {}) =>
  encodeFiveByteFrame({ status: 0x05, pleth: 60, bar: 7, pulseRate: 72, spO2: 97, ...fields });
const times = (count: number, bytes: Uint8Array) => joined(Array.from({ length: count }, () => bytes));
const possible = { 'pulse-rate': [18, 254], SpO2: [1, 100] } as const;
const badBytes = Uint8Array.of(0xff, 0xff, 0x00, 0x80, 0x80, 0x01);

describeDriverContract(contec5Byte, {
  goodStream: joined([times(4, frame()), times(3, frame({ pulseRate: 180, spO2: 93 }))]),
  numbers: [
    ['pulse-rate', 72],
    ['SpO2', 97],
    ['pulse-rate', 180],
    ['SpO2', 93],
  ],
  badBytes,
  possible,
});

const [berryFirst, berrySecond] = [BERRY_OXIMETER_FRAMES.slice(0, 5), BERRY_OXIMETER_FRAMES.slice(5)];
describeDriverContract(bci5Byte, {
  goodStream: joined([times(3, berryFirst), times(3, berrySecond)]),
  numbers: [
    ['pulse-rate', 72],
    ['SpO2', 98],
    ['pulse-rate', 75],
    ['SpO2', 97],
  ],
  badBytes,
  possible,
});

/** The reasons of pulse rate and SpO2 in one frame. */
const reasonsIn = (driver: Driver, bytes: Uint8Array) =>
  numericsOf(decodeFrames(driver, [bytes])).map(({ measured }) =>
    measured.status === 'absent' ? measured.reason : measured.value,
  );
const waveIn = (driver: Driver, bytes: Uint8Array) =>
  decodeFrames(driver, [bytes]).flatMap(reading => (reading.kind === 'waveform' ? [reading.value] : []));

describe('single frames', () => {
  it('have the values that another project states', () => {
    expect(numbersOf(decodeFrames(bci5Byte, [BERRY_OXIMETER_FRAMES]))).toEqual([
      ['pulse-rate', 72],
      ['SpO2', 98],
      ['pulse-rate', 75],
      ['SpO2', 97],
    ]);
    expect(numbersOf(decodeFrames(contec5Byte, [ATBRASK_FRAMES.pulseRate72]))).toEqual([['pulse-rate', 72]]);
    expect(numbersOf(decodeFrames(contec5Byte, [ATBRASK_FRAMES.pulseRate200]))).toEqual([
      ['pulse-rate', 200],
    ]);
    expect(numbersOf(decodeFrames(contec5Byte, [ATBRASK_FRAMES.spO2Of97]))).toEqual([['SpO2', 97]]);
    expect(reasonsIn(contec5Byte, ATBRASK_FRAMES.fingerOut)).toEqual(['searching', 'searching']);
    expect(reasonsIn(contec5Byte, ATBRASK_FRAMES.probeError)).toEqual(['sensor-off', 'sensor-off']);
    expect(reasonsIn(contec5Byte, ATBRASK_FRAMES.searching)).toEqual(['searching', 'searching']);
    expect(numericsOf(decodeFrames(contec5Byte, [ATBRASK_FRAMES.droppingSpO2]))[0]?.details).toMatchObject({
      spO2Dropping: true,
    });
  });

  it.each([
    ['bit 5 of the first byte', { status: 0x20 }, [72, 97], ['sensor-disconnected', 'sensor-disconnected']],
    ['bit 4 of the first byte', { status: 0x10 }, ['searching', 'searching'], ['invalid', 'invalid']],
    ['bit 4 of the third byte', { bar: 0x10 }, ['sensor-off', 'sensor-off'], ['sensor-off', 'sensor-off']],
    ['bit 5 of the third byte', { bar: 0x20 }, ['searching', 'searching'], ['searching', 'searching']],
  ])('mean what their maker says: %s', (_, fields, contec, bci) => {
    expect(reasonsIn(contec5Byte, frame(fields))).toEqual(contec);
    expect(reasonsIn(bci5Byte, frame(fields))).toEqual(bci);
  });

  it.each([
    [255, 127, 'not-available'],
    [0, 0, 'not-available'],
    [17, 101, 'invalid'],
  ])('have a reason instead of %i /min and %i %%', (pulseRate, spO2, reason) => {
    expect(reasonsIn(contec5Byte, frame({ pulseRate, spO2 }))).toEqual([reason, reason]);
    expect(reasonsIn(bci5Byte, frame({ pulseRate, spO2 }))).toEqual([reason, reason]);
  });

  it('draw no wave without a finger, and none where Berry sends zero', () => {
    expect(waveIn(contec5Byte, frame())).toEqual([60]);
    expect(waveIn(contec5Byte, frame({ bar: 0x10 }))).toEqual([null]);
    expect(waveIn(contec5Byte, frame({ pleth: 0 }))).toEqual([0]);
    expect(waveIn(bci5Byte, frame({ pleth: 0 }))).toEqual([null]);
  });
});

describe('numbers of a running stream', () => {
  it('come with the third frame that agrees, and three times a second while they stay', () => {
    const told = (count: number) => numericsOf(decodeAll(contec5Byte, [times(count, frame())])).length / 2;
    expect([2, 3, 22, 23, 60, 63].map(told)).toEqual([0, 1, 1, 2, 3, 4]);
  });

  it('are never made by a single damage, wherever it falls', () => {
    fc.assert(
      fc.property(fc.constantFrom(contec5Byte, bci5Byte), damage, (driver, one) => {
        const numbers = numbersOf(decodeAll(driver, [damaged(times(30, frame()), [one])]));
        expect(new Set(numbers.map(String))).toEqual(new Set(['pulse-rate,72', 'SpO2,97']));
      }),
    );
  });
});
