import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assert, Parameter, Sample } from '@shimabashi/contracts';
import { type NumericReading, type Reading } from '../decoder.ts';
import { POSSIBLE } from '../decoders/possible.ts';
import { bytesFromHex } from '../hex.ts';
import { GATT_REFUSED, GATT_VECTORS, type GattVector } from '../testing/gatt-vectors.ts';
import { codecOf } from './index.ts';
import { GATT_CODECS } from './gatt.ts';

const PROTOCOLS = GATT_CODECS.map(codec => codec.protocol);

function bytesOf(hex: string): Uint8Array {
  const bytes = bytesFromHex(hex);
  assert(bytes !== undefined, 'the hex is right');
  return bytes;
}

function decode(protocol: string, bytes: Uint8Array): Reading[] {
  const codec = codecOf(protocol);
  assert(codec !== undefined, 'the protocol is known');
  const decoder = codec.createDecoder();
  return codec
    .createFramer()
    .push(bytes)
    .flatMap(framed => decoder.decode(framed));
}

/** What readings say in one word each, as the vectors have it. */
function saysOf(readings: readonly Reading[]): [string, number | string | null][] {
  return readings.map(reading => {
    if (reading.kind === 'numeric') {
      const { measured } = reading;
      return [reading.parameter, measured.status === 'measured' ? measured.value : measured.reason];
    }
    if (reading.kind === 'statement') {
      const { stated } = reading;
      return [reading.about, stated && (stated.status === 'measured' ? stated.value : stated.reason)];
    }
    return [reading.kind, null];
  });
}

describe.each(GATT_VECTORS)('$protocol: $source', vector => {
  const bytes = bytesOf(vector.hex);

  it('means what its source says', () => {
    const readings = decode(vector.protocol, bytes);
    expect(saysOf(readings)).toEqual(vector.says);
    expect(readings[0]).toMatchObject(expectationsOf(vector));
  });

  it('is refused when it is cut', () => {
    if (vector.cutMayBeSound !== undefined) return;
    for (let length = 0; length < bytes.length; length += 1) {
      expect(saysOf(decode(vector.protocol, bytes.subarray(0, length)))).toEqual([['rejected', null]]);
    }
  });
});

function expectationsOf({ deviceTime, quality, recordNumber, details }: GattVector): object {
  return {
    ...(deviceTime === undefined ? {} : { deviceTime }),
    ...(quality === undefined ? {} : { quality }),
    ...(recordNumber === undefined ? {} : { recordNumber }),
    ...(details === undefined ? {} : { details }),
  };
}

describe('refused, as by the sources of the vectors', () => {
  it.each(GATT_REFUSED)('%s %s', (protocol, hex) => {
    expect(saysOf(decode(protocol, bytesOf(hex)))).toEqual([['rejected', null]]);
  });
});

describe.each(PROTOCOLS)('%s', protocol => {
  const sound = GATT_VECTORS.filter(vector => vector.protocol === protocol).map(({ hex }) => bytesOf(hex));
  const frames = fc.uint8Array({ maxLength: 40 });
  const damaged =
    sound.length === 0
      ? frames
      : fc
          .tuple(fc.constantFrom(...sound), fc.nat(), fc.nat({ max: 255 }))
          .map(([bytes, at, byte]) => bytes.with(at % bytes.length, byte));

  it.each([
    ['any bytes at all', frames],
    ['a damaged value', damaged],
  ])('gives possible readings or a refusal for %s', (_, values) => {
    fc.assert(
      fc.property(values, bytes => {
        expect(decode(protocol, bytes).flatMap(problemsOf)).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('keeps nothing from one value to the next', () => {
    fc.assert(
      fc.property(frames, frames, (first, second) => {
        const codec = codecOf(protocol);
        assert(codec !== undefined, 'the protocol is known');
        const decoder = codec.createDecoder();
        decoder.decode({ kind: 'frame', bytes: first });
        expect(decoder.decode({ kind: 'frame', bytes: second })).toEqual(decode(protocol, second));
      }),
    );
  });
});

/** What is wrong with a reading, whatever the bytes were. A refusal is right. */
function problemsOf(reading: Reading): string[] {
  if (reading.kind === 'rejected') return [];
  if (reading.kind === 'waveform') return ['no value of these carries a wave'];
  const { deviceTime } = reading;
  const checks: [boolean, string][] = [
    [Sample.shape.quality.safeParse(reading.quality).success, 'quality'],
    [Sample.shape.rawHex.safeParse(reading.rawHex).success, 'rawHex'],
    [deviceTime === null || new Date(`${deviceTime}Z`).toISOString() === `${deviceTime}.000Z`, 'deviceTime'],
    [reading.kind === 'statement' || isPossible(reading), 'measured'],
  ];
  return checks.filter(([fine]) => !fine).map(([, what]) => `${what} of ${JSON.stringify(reading)}`);
}

function isPossible({ parameter, measured }: NumericReading): boolean {
  if (!Parameter.safeParse(parameter).success || !Sample.shape.measured.safeParse(measured).success)
    return false;
  const [low, high] = POSSIBLE[parameter];
  return measured.status === 'absent' || (measured.value >= low && measured.value <= high);
}

describe('what no source has a vector for', () => {
  const says = (protocol: string, hex: string) => saysOf(decode(protocol, bytesOf(hex)));

  it('reads the reserved SFLOATs of a cuff as reasons', () => {
    expect(says('gatt-2a35', '00 fe07 0208 ff07')).toEqual([
      ['systolic-pressure', 'above-range'],
      ['diastolic-pressure', 'below-range'],
      ['mean-arterial-pressure', 'not-available'],
    ]);
  });

  it('tolerates what a later specification appends to a flagged value', () => {
    expect(says('gatt-2a35', '00 8a00 5800 7800 ff')).toEqual(says('gatt-2a35', '00 8a00 5800 7800'));
    expect(says('gatt-2a08', 'e207 04 11 0f 33 00 00')).toEqual([['rejected', null]]);
  });

  it('gives degrees Celsius for a thermometer that shows Fahrenheit', () => {
    expect(says('gatt-2a1c', '01 da0300ff')).toEqual([['body-temperature', 37]]);
    expect(says('gatt-2a1c', '00 ffff7f00')).toEqual([['body-temperature', 'not-available']]);
  });

  it('believes the sensor before the number', () => {
    expect(says('gatt-2a5f', '08 6100 4800 000800')).toEqual([
      ['SpO2', 'sensor-off'],
      ['pulse-rate', 'sensor-off'],
    ]);
    expect(says('gatt-2a5f', '08 6100 4800 008000')[0]).toEqual(['SpO2', 'sensor-disconnected']);
    expect(says('gatt-2a5f', '08 ff07 ff07 000200')[0]).toEqual(['SpO2', 'searching']);
    expect(says('gatt-2a5f', '04 6100 4800 0080')[0]).toEqual(['SpO2', 'invalid']);
    expect(says('gatt-2a5f', '04 6100 4800 0004')[0]).toEqual(['SpO2', 'not-of-a-patient']);
    expect(says('gatt-2a5f', '00 6500 4800')[0]).toEqual(['SpO2', 'invalid']);
  });

  it('takes no time from an oximeter whose clock was never set', () => {
    const [reading] = decode('gatt-2a5e', bytesOf('11 6100 4800 d007 01 01 00 00 05'));
    expect(reading).toMatchObject({ deviceTime: null, quality: [], details: { deviceClock: 'not-set' } });
  });

  it('reads glucose of both units', () => {
    // 120 mg/dL is 0.0012 kg/L; 5.5 mmol/L is 0.0055 mol/L.
    expect(says('gatt-2a18', '02 0700 ea07 0b 16 09 05 00 78b0 11')).toEqual([['glucose', 120]]);
    const [molar] = decode('gatt-2a18', bytesOf('06 0700 ea07 0b 16 09 05 00 37c0 11'));
    expect(molar).toMatchObject({
      measured: { status: 'measured', value: 99.0858 },
      deviceTime: '2026-11-22T09:05:00',
      origin: 'stored',
      recordNumber: 7,
      details: { deviceValue: 5.5, deviceUnit: 'mmol/L', sampleType: 'capillary whole blood' },
    });
  });

  it('tells glucose of a patient from that of a sensor and of a control solution', () => {
    expect(says('gatt-2a18', '02 0700 ea07 0b 16 09 05 00 78b0 19')).toEqual([['interstitial-glucose', 120]]);
    expect(says('gatt-2a18', '02 0700 ea07 0b 16 09 05 00 78b0 1a')).toEqual([
      ['glucose', 'not-of-a-patient'],
    ]);
    expect(says('gatt-2a18', '02 0700 ea07 0b 16 09 05 00 78b0 41')).toEqual([
      ['glucose', 'not-of-a-patient'],
    ]);
    expect(says('gatt-2a18', '0a 0700 ea07 0b 16 09 05 00 ff07 11 2000')).toEqual([
      ['glucose', 'above-range'],
    ]);
    expect(says('gatt-2a18', '00 0700 ea07 0b 16 09 05 00')).toEqual([['glucose', 'not-available']]);
  });

  it('moves a glucose time over midnight and year, and gives none for an overrun', () => {
    const timeOf = (hex: string) => decode('gatt-2a18', bytesOf(hex))[0];
    expect(timeOf('01 0100 ea07 0c 1f 17 3b 00 0100')).toMatchObject({ deviceTime: '2027-01-01T00:00:00' });
    for (const offset of ['ff7f', '0080']) {
      const expected = { deviceTime: null, quality: ['clock-wrong'] };
      expect(timeOf(`01 0100 ea07 0c 1f 17 3b 00 ${offset}`)).toMatchObject(expected);
    }
  });

  it('says in which octet a CGM reports, and that its result is out of range', () => {
    expect(says('gatt-2aa7', '07 20 7800 0500 40')).toEqual([['interstitial-glucose', 'below-range']]);
    expect(says('gatt-2aa7', '07 20 7800 0500 80')).toEqual([['interstitial-glucose', 'above-range']]);
    const [low] = decode('gatt-2aa7', bytesOf('07 80 7800 0500 02'));
    expect(low).toMatchObject({ measured: { value: 120 }, quality: ['battery-low'] });
  });

  it('reads a request to a meter too', () => {
    const [request] = decode('gatt-2a52', bytesOf('01 03 01 0700'));
    expect(request).toMatchObject({
      stated: null,
      details: { operation: 'report-records', operator: 'greater-or-equal', operand: [1, 7, 0] },
    });
  });

  it('reads the scale of A&D in tenths', () => {
    expect(says('aand-weight', '00 bc02')).toEqual([['body-weight', 70]]);
    expect(says('aand-weight', '01 2206')).toEqual([['body-weight', 71.214]]);
  });

  it('reads bare numbers, and none that is cut', () => {
    expect(says('ieee11073-sfloat', 'b5f4 fe07')).toEqual([
      ['number', 120.5],
      ['number', 'above-range'],
    ]);
    expect(says('ieee11073-float', '730100ff')).toEqual([['number', 37.1]]);
    expect(says('ieee11073-float', '730100')).toEqual([['rejected', null]]);
    expect(says('ieee11073-sfloat', '')).toEqual([['rejected', null]]);
  });
});
