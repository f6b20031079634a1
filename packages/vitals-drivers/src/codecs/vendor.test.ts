import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assert, Sample } from '@shimabashi/contracts';
import { type Reading } from '../decoder.ts';
import { POSSIBLE } from '../decoders/possible.ts';
import { hexVector } from '../testing/hex-vector.ts';
import { VENDOR_VECTORS } from '../testing/vendor-vectors.ts';
import { codecOf } from './index.ts';

function decode(protocol: string, bytes: Uint8Array): Reading[] {
  const codec = codecOf(protocol);
  assert(codec !== undefined, 'the protocol is known');
  const framer = codec.createFramer();
  const decoder = codec.createDecoder();
  return [...framer.push(bytes), ...framer.end()].flatMap(framed => decoder.decode(framed));
}

function saysOf(readings: readonly Reading[]): [string, number | string | null][] {
  return readings
    .filter(reading => reading.kind !== 'waveform')
    .map(reading => {
      if (reading.kind === 'rejected') return ['rejected', null];
      if (reading.kind === 'statement') {
        const { stated } = reading;
        return [reading.about, stated && (stated.status === 'measured' ? stated.value : stated.reason)];
      }
      const { measured } = reading;
      return [reading.parameter, measured.status === 'measured' ? measured.value : measured.reason];
    });
}

describe.each(VENDOR_VECTORS)('$protocol: $source', ({ protocol, hex, says, first }) => {
  const bytes = hexVector(hex);

  it('means what its source says', () => {
    const readings = decode(protocol, bytes);
    expect(saysOf(readings)).toEqual(says);
    expect(first === undefined ? {} : readings[0]).toMatchObject(first ?? {});
    for (const reading of readings) {
      if (reading.kind !== 'numeric') continue;
      expect(Sample.shape.measured.safeParse(reading.measured).success).toBe(true);
      expect(Sample.shape.rawHex.safeParse(reading.rawHex).success).toBe(true);
    }
  });

  it('gives no number that cannot be when it is damaged', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 255 }), fc.nat({ max: 3 }), (at, byte, cut) => {
        const damaged = bytes.with(at % bytes.length, byte).subarray(0, bytes.length - cut);
        for (const reading of decode(protocol, damaged)) {
          if (reading.kind !== 'numeric' || reading.measured.status !== 'measured') continue;
          const [low, high] = POSSIBLE[reading.parameter];
          expect(reading.measured.value).toBeGreaterThanOrEqual(low);
          expect(reading.measured.value).toBeLessThanOrEqual(high);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('frames with a check', () => {
  const checked = VENDOR_VECTORS.filter(({ protocol }) =>
    ['omron-frame', 'microlife', 'ge-dri', 'intellivue-frame'].includes(protocol),
  );

  it.each(checked)('give nothing with one bit turned: $protocol, $source', ({ protocol, hex }) => {
    const bytes = hexVector(hex);
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 7 }), (at, bit) => {
        const damaged = bytes.with(at, (bytes[at] ?? 0) ^ (1 << bit));
        const sound = decode(protocol, bytes).filter(({ kind }) => kind === 'numeric');
        const numbers = decode(protocol, damaged).filter(({ kind }) => kind === 'numeric');
        expect(numbers.length).toBeLessThan(Math.max(sound.length, 1));
      }),
      { numRuns: 300 },
    );
  });
});

describe('what others checked', () => {
  it('is refused where they refuse it', () => {
    expect(saysOf(decode('microlife', hexVector('4d3a0002810b')))).toEqual([['rejected', null]]);
    expect(saysOf(decode('yonker', hexVector('82 83')))).toEqual([['rejected', null]]);
    expect(saysOf(decode('yonker', hexVector('81 83 67')))).toEqual([['rejected', null]]);
    expect(saysOf(decode('omron-record-bits', hexVector('ff')))).toEqual([['rejected', null]]);
  });

  it('is a flag: a heart that is not regular, a cuff that sat badly, an empty slot of zeros', () => {
    const microlife = VENDOR_VECTORS.find(({ protocol }) => protocol === 'microlife');
    const readings = decode('microlife', hexVector(microlife?.hex ?? ''));
    expect(readings[11 * 3]).toMatchObject({
      quality: ['irregular-pulse'],
      deviceTime: '2022-07-17T17:56:00',
    });
    expect(readings[21 * 3]).toMatchObject({ quality: ['cuff-loose'] });
    expect(saysOf(decode('omron-record-classic', new Uint8Array(14)))).toEqual([
      ['observation', 'not-available'],
    ]);
  });

  it('is the bit that a sum of seven bits does not guard: a doubled pulse must be said twice', () => {
    const says = (hex: string) => saysOf(decode('contec-bt', hexVector(hex)));
    const damaged = 'eb0105be627f0010';
    expect(says(damaged)).toEqual([
      ['SpO2', 98],
      ['pulse-rate', 'invalid'],
    ]);
    expect(says(damaged + damaged).at(-1)).toEqual(['pulse-rate', 190]);
  });

  it('is a moment that goes with the next number only', () => {
    const value = (hex: string) => decode('taidoc', hexVector(hex)).filter(one => one.kind === 'numeric');
    const [moment, number] = ['5125 21240e15 a5 83', '5126 68000040 a5 c4'];
    expect(value(`${moment} ${number} ${number}`).map(({ deviceTime }) => deviceTime)).toEqual([
      '2018-01-01T21:14:00',
      null,
    ]);
  });

  it('are the samples of a pleth and of an ECG', () => {
    const waves = VENDOR_VECTORS.find(({ source }) => source.includes('waves; the frame'));
    const readings = decode('ge-dri', hexVector(waves?.hex ?? ''));
    const of = (name: string) =>
      readings.flatMap(one => (one.kind === 'waveform' && one.waveform === name ? [one.value] : []));
    expect(of('ecg')).toHaveLength(60);
    expect(of('ecg')[0]).toBe(-0.177);
    // -3.6 and -4 %, of a scale from -50 to 50.
    expect(of('pleth').slice(0, 3)).toEqual([4_640, 4_624, 4_600]);
  });
});
