import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assert } from '@shimabashi/contracts';
import { type NumericReading } from '../decoder.ts';
import { noninDf2 } from '../drivers/nonin-df2.ts';
import { encodeDf2Frame } from '../simulator/nonin-df2-encoder.ts';
import { joined } from '../testing/chunks.ts';
import { decodeAll, numbersOf, numericsOf } from '../testing/driver-contract.ts';
import { PUFFERFISH_PACKET } from '../testing/nonin-df2-vectors.ts';
import { DF2_STATUS } from './nonin-df2.ts';

interface PacketOptions {
  pulseRate?: number;
  spO2?: number;
  revision?: number;
  /** Bits to set in the status of every frame. */
  status?: number;
  /** Bits to set in one frame's status, by its place. */
  statusAt?: Readonly<Record<number, number>>;
  pleth?: number;
}

/** The frames of one packet, written from the packet table and not by the simulator. */
function packet(options: PacketOptions = {}): Uint8Array[] {
  const { pulseRate = 72, spO2 = 97, revision = 48, status = 0, statusAt = {}, pleth = 100 } = options;
  const data = [pulseRate >> 7, pulseRate & 0x7f, spO2, revision];
  return Array.from({ length: 25 }, (_, place) =>
    encodeDf2Frame({
      status: 0x80 | status | (statusAt[place] ?? 0) | (place === 0 ? DF2_STATUS.sync : 0),
      pleth,
      data: data[place] ?? 0,
    }),
  );
}

const decode = (frames: readonly Uint8Array[]) => decodeAll(noninDf2, [joined(frames)]);

/** Pulse rate and SpO2 of a single packet. */
function numbersIn(options: PacketOptions): [pulseRate: NumericReading, spO2: NumericReading] {
  const [pulseRate, spO2] = numericsOf(decode(packet(options)));
  assert(pulseRate !== undefined && spO2 !== undefined, 'a packet gives two numbers');
  return [pulseRate, spO2];
}

describe('NoninDf2Decoder', () => {
  it('reads the packet of another project', () => {
    const readings = decodeAll(noninDf2, [PUFFERFISH_PACKET]);
    const common = {
      kind: 'numeric',
      quality: [],
      origin: 'live',
      deviceTime: null,
      details: { average: '4-beat', firmwareRevision: 48 },
    };
    expect(numericsOf(readings)).toEqual([
      {
        ...common,
        parameter: 'pulse-rate',
        measured: { status: 'measured', value: 72 },
        rawHex: '018101008301800148ca',
      },
      {
        ...common,
        parameter: 'SpO2',
        measured: { status: 'measured', value: 97 },
        rawHex: '01800161e3',
      },
    ]);
    expect(readings.filter(reading => reading.kind === 'waveform')).toHaveLength(25);
  });

  it('reads a pulse rate above 127 from both of its bytes', () => {
    const [pulseRate] = numbersIn({ pulseRate: 180 });
    expect(pulseRate.measured).toEqual({ status: 'measured', value: 180 });
  });

  it('gives the numbers with the fourth frame of a packet', () => {
    const frames = packet();
    expect(numericsOf(decode(frames.slice(0, 3)))).toHaveLength(0);
    expect(numericsOf(decode(frames.slice(0, 4)))).toHaveLength(2);
  });

  it('gives nothing from a packet that it joined in the middle of', () => {
    expect(numericsOf(decode(packet().slice(1)))).toHaveLength(0);
  });

  it.each([
    ['missing', 511, 127, 0, 'not-available'],
    ['missing while the signal is sought', 511, 127, DF2_STATUS.outOfTrack, 'searching'],
    ['without a finger', 511, 127, DF2_STATUS.sensorAlarm | DF2_STATUS.outOfTrack, 'sensor-off'],
    ['a number that the device calls unusable', 72, 97, DF2_STATUS.sensorAlarm, 'sensor-off'],
    ['without a sensor', 511, 127, DF2_STATUS.sensorDisconnected, 'sensor-disconnected'],
    ['a number held without a sensor', 72, 97, DF2_STATUS.sensorDisconnected, 'sensor-disconnected'],
    ['too low', 17, 0, 0, 'invalid'],
    ['too high', 322, 101, 0, 'invalid'],
  ])('has a reason instead of a number: %s', (_, pulseRateRaw, spO2Raw, status, reason) => {
    const [pulseRate, spO2] = numbersIn({ pulseRate: pulseRateRaw, spO2: spO2Raw, status });
    expect(pulseRate.measured).toEqual({ status: 'absent', reason });
    expect(spO2.measured).toEqual({ status: 'absent', reason });
  });

  it.each([
    [DF2_STATUS.artifact, ['artifact']],
    [DF2_STATUS.outOfTrack, ['out-of-track']],
    [DF2_STATUS.perfusionRed, ['perfusion-low']],
    [DF2_STATUS.perfusionRed | DF2_STATUS.perfusionGreen, ['perfusion-marginal']],
    [DF2_STATUS.perfusionGreen, []],
  ])('passes on what the device says of its quality: status %i', (status, quality) => {
    const [pulseRate, spO2] = numbersIn({ status });
    expect(pulseRate.measured).toEqual({ status: 'measured', value: 72 });
    expect(pulseRate.quality).toEqual(quality);
    expect(spO2.quality).toEqual(quality);
  });

  it('tells an artifact between two numbers with the second, and not with the third', () => {
    const marked = packet({ statusAt: { 20: DF2_STATUS.artifact } });
    const qualities = numericsOf(decode([...marked, ...packet(), ...packet()])).map(({ quality }) => quality);
    expect(qualities).toEqual([[], [], ['artifact'], ['artifact'], [], []]);
  });

  it('remembers the perfusion of the last beat for two seconds', () => {
    const beat = packet({ statusAt: { 3: DF2_STATUS.perfusionRed } });
    const quiet = Array.from({ length: 7 }, () => packet()).flat();
    const ofSpO2 = numericsOf(decode([...beat, ...quiet])).filter(({ parameter }) => parameter === 'SpO2');
    expect(ofSpO2.map(({ quality }) => quality.length)).toEqual([1, 1, 1, 1, 1, 1, 1, 0]);
  });

  it('draws no wave without a finger', () => {
    const waves = decode(packet({ status: DF2_STATUS.sensorAlarm })).filter(
      ({ kind }) => kind === 'waveform',
    );
    expect(new Set(waves.map(wave => wave.kind === 'waveform' && wave.value))).toEqual(new Set([null]));
  });

  it('gives no number of a packet with a damaged frame before them, and the next packet', () => {
    for (const place of [0, 1, 2, 3]) {
      const damagedFrames = packet().map((frame, at) => (at === place ? frame.with(3, 0x55) : frame));
      const readings = decode([...damagedFrames, ...packet({ spO2: 95 })]);
      expect(numbersOf(readings)).toEqual([
        ['pulse-rate', 72],
        ['SpO2', 95],
      ]);
      expect(readings.filter(({ kind }) => kind === 'rejected')).toHaveLength(1);
    }
  });

  it('never takes one number for another when whole frames are lost', () => {
    const cycle = fc.integer({ min: 0, max: 49 });
    fc.assert(
      fc.property(cycle, fc.integer({ min: 1, max: 24 }), (from, count) => {
        const frames = [...packet(), ...packet(), ...packet(), ...packet(), ...packet()];
        frames.splice(25 + from, count);
        const numbers = numbersOf(decode(frames));
        expect(new Set(numbers.map(String))).toEqual(new Set(['pulse-rate,72', 'SpO2,97']));
        // A loss costs the packets that it touches, and one more to learn the revision anew.
        expect(numbers.length).toBeGreaterThanOrEqual(4);
      }),
    );
  });

  it('goes on with another device on the same line after one packet', () => {
    const readings = decode([
      ...packet(),
      ...packet({ revision: 50 }),
      ...packet({ revision: 50, spO2: 93 }),
    ]);
    expect(numbersOf(readings)).toEqual([
      ['pulse-rate', 72],
      ['SpO2', 97],
      ['pulse-rate', 72],
      ['SpO2', 93],
    ]);
  });

  it('says how much of the wave is missing', () => {
    const frames = packet();
    frames.splice(10, 5);
    const lost = decode([...frames, ...packet()]).flatMap(reading =>
      reading.kind === 'rejected' ? [reading.lostWaveformSamples] : [],
    );
    expect(lost).toEqual([5]);
  });
});
