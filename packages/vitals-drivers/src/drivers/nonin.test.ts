import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DF13_SHAPE } from '../decoders/nonin-df13.ts';
import { DF7, isDf7Frame } from '../decoders/nonin-df7.ts';
import { DF8, isDf8Frame } from '../decoders/nonin-df8.ts';
import { FixedLengthFramer } from '../framing/fixed-length-framer.ts';
import { VariableLengthFramer } from '../framing/variable-length-framer.ts';
import { encodeDf13Packet, encodeDf7Frame, encodeDf8Frame } from '../simulator/nonin-encoders.ts';
import { joined } from '../testing/chunks.ts';
import { decodeAll, describeDriverContract, numbersOf, numericsOf } from '../testing/driver-contract.ts';
import { describeFramerContract } from '../testing/framer-contract.ts';
import { hexVector } from '../testing/hex-vector.ts';
import { noninDf13, noninDf7, noninDf8 } from './nonin.ts';

const upTo = (max: number) => fc.integer({ min: 0, max });
const possible = { 'pulse-rate': [18, 321], SpO2: [1, 100] } as const;

// Frames in which only the status has bit 7 set: others may be found at a wrong place, by one chance in
// 1,024 a byte, which the places in the packet then show (see the notes).
const df7Frames = fc
  .record({ status: fc.integer({ min: 0x80, max: 0xff }), pleth: upTo(0x7f7f), data: upTo(0x7f) })
  .map(encodeDf7Frame)
  .filter(frame => frame.subarray(1).every(byte => byte < 0x80));
describeFramerContract('Nonin DF7', () => new FixedLengthFramer(DF7.frameBytes, isDf7Frame), df7Frames);
const df8Frames = fc
  .record({ status: upTo(0x7c), pulseRate: upTo(511), spO2: upTo(127), status2: upTo(127) })
  .map(encodeDf8Frame);
describeFramerContract('Nonin DF8', () => new FixedLengthFramer(DF8.frameBytes, isDf8Frame), df8Frames);
const df13Packets = fc
  .record({
    // Data with 00 02 in it look like a beginning to whoever joins there, and have to wait for what
    // follows (see the notes): the contract is for streams without.
    time: fc.array(fc.integer({ min: 3, max: 99 }), { minLength: 8, maxLength: 8 }),
    status: fc.constantFrom(0x0000, 0x0200, 0x0100, 0x0011),
    pulseRate: fc.integer({ min: 3, max: 511 }),
    spO2: fc.integer({ min: 3, max: 127 }),
    more: fc.array(upTo(255), { maxLength: 4 }),
  })
  .map(encodeDf13Packet);
describeFramerContract('Nonin DF13', () => new VariableLengthFramer(DF13_SHAPE), df13Packets);

/** The frames of one DF7 packet, written from the packet table. */
function df7Packet(options: {
  pulseRate: number;
  spO2: number;
  pleth?: number;
  status?: number;
}): Uint8Array {
  const { pulseRate, spO2, pleth = 0x1234, status = 0x80 } = options;
  const data = [pulseRate >> 7, pulseRate & 0x7f, spO2, 0x10];
  return joined(
    Array.from({ length: 25 }, (_, place) =>
      encodeDf7Frame({ status: status | (place === 0 ? 1 : 0), pleth, data: data[place] ?? 0 }),
    ),
  );
}

describeDriverContract(noninDf7, {
  goodStream: joined([df7Packet({ pulseRate: 72, spO2: 97 }), df7Packet({ pulseRate: 180, spO2: 93 })]),
  numbers: [
    ['pulse-rate', 72],
    ['SpO2', 97],
    ['pulse-rate', 180],
    ['SpO2', 93],
  ],
  badBytes: hexVector('00 7f 17 00 01 01 10'),
  possible,
});

const df8 = (fields: Partial<Parameters<typeof encodeDf8Frame>[0]> = {}) =>
  encodeDf8Frame({ status: 0, pulseRate: 72, spO2: 97, status2: 0, ...fields });
describeDriverContract(noninDf8, {
  goodStream: joined([df8(), df8({ pulseRate: 300, spO2: 93 })]),
  numbers: [
    ['pulse-rate', 72],
    ['SpO2', 97],
    ['pulse-rate', 300],
    ['SpO2', 93],
  ],
  badBytes: hexVector('00 7f 17 00 01 80 80'),
  possible,
});

const df13 = (fields: Partial<Parameters<typeof encodeDf13Packet>[0]> = {}) =>
  encodeDf13Packet({
    time: [20, 26, 11, 22, 9, 30, 15, 0],
    status: 0x0200,
    pulseRate: 72,
    spO2: 97,
    ...fields,
  });
describeDriverContract(noninDf13, {
  goodStream: joined([df13(), df13({ pulseRate: 300, spO2: 93, more: [1, 2] })]),
  numbers: [
    ['pulse-rate', 72],
    ['SpO2', 97],
    ['pulse-rate', 300],
    ['SpO2', 93],
  ],
  badBytes: hexVector('00 02 00 00 00 0e 03'),
  possible,
});

const measuredIn = (readings: ReturnType<typeof decodeAll>) =>
  numericsOf(readings).map(({ measured }) =>
    measured.status === 'absent' ? measured.reason : measured.value,
  );

describe('Nonin DF7', () => {
  it('has a wave of 16 bits', () => {
    const waves = decodeAll(noninDf7, [df7Packet({ pulseRate: 72, spO2: 97, pleth: 0xfedc })]).flatMap(
      reading => (reading.kind === 'waveform' ? [reading.value] : []),
    );
    expect(new Set(waves)).toEqual(new Set([0xfedc]));
    expect(noninDf7.fullScales).toEqual({ pleth: 65_535 });
  });

  it.each([
    [511, 127, 0x80, 'not-available'],
    [511, 127, 0x90, 'searching'],
    [72, 97, 0x88, 'sensor-off'],
    [72, 97, 0xc0, 'sensor-disconnected'],
  ])('has a reason instead of %i /min and %i %% with status %i', (pulseRate, spO2, status, reason) => {
    expect(measuredIn(decodeAll(noninDf7, [df7Packet({ pulseRate, spO2, status })]))).toEqual([
      reason,
      reason,
    ]);
  });
});

describe('Nonin DF8', () => {
  it.each([
    ['missing', { pulseRate: 511, spO2: 127 }, 'not-available'],
    ['searching', { pulseRate: 511, spO2: 127, status: DF8.outOfTrack }, 'searching'],
    ['without a finger', { status2: DF8.sensorAlarm }, 'sensor-off'],
    ['without a sensor', { status: DF8.sensorDisconnected }, 'sensor-disconnected'],
    ['impossible', { pulseRate: 17, spO2: 101 }, 'invalid'],
  ])('has a reason instead of a number: %s', (_, fields, reason) => {
    expect(measuredIn(decodeAll(noninDf8, [df8(fields)]))).toEqual([reason, reason]);
  });

  it('passes on what the device says of its quality', () => {
    const [reading] = numericsOf(
      decodeAll(noninDf8, [df8({ status: DF8.artifact | DF8.perfusionLow, status2: DF8.batteryLow })]),
    );
    expect(reading?.quality).toEqual(['perfusion-low', 'artifact', 'battery-low']);
  });
});

describe('Nonin DF13', () => {
  it('has the time of the device, its battery and where it comes from', () => {
    const [live, , stored] = numericsOf(decodeAll(noninDf13, [joined([df13(), df13({ status: 0x0011 })])]));
    expect(live).toMatchObject({ deviceTime: '2026-11-22T09:30:15', origin: 'live', quality: [] });
    expect(live?.details).toEqual({ smartPoint: true });
    expect(stored).toMatchObject({ origin: 'stored', quality: ['battery-low'] });
  });

  it.each([
    [20, 26, 13, 1, 0, 0, 0, 0],
    [20, 26, 2, 30, 0, 0, 0, 0],
    [20, 26, 1, 1, 24, 0, 0, 0],
    [20, 26, 1, 1, 0, 0, 60, 0],
    [0, 0, 0, 0, 0, 0, 0, 0],
  ])('has no time where the device has no date: %i %i %i %i %i %i %i %i', (...time) => {
    const [reading] = numericsOf(decodeAll(noninDf13, [df13({ time })]));
    expect(reading?.deviceTime).toBeNull();
    expect(reading?.measured).toEqual({ status: 'measured', value: 72 });
  });

  it('has a reason instead of a number', () => {
    expect(measuredIn(decodeAll(noninDf13, [df13({ status: 0x0100 })]))).toEqual([
      'not-available',
      'not-available',
    ]);
    expect(measuredIn(decodeAll(noninDf13, [df13({ pulseRate: 511, spO2: 127 })]))).toEqual([
      'not-available',
      'not-available',
    ]);
  });

  it('gives nothing of a packet with a wrong sum or end', () => {
    const good = df13();
    for (const at of [6, 15, 19, good.length - 2, good.length - 1]) {
      expect(numbersOf(decodeAll(noninDf13, [good.with(at, good[at] === 7 ? 8 : 7)]))).toEqual([]);
    }
  });
});
