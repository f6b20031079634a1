import { type Measured, type Parameter } from '@shimabashi/contracts';
import { type Decoder, type Reading } from '../../decoder.ts';
import { type Framed } from '../../framing/framer.ts';
import { type FrameShape } from '../../framing/variable-length-framer.ts';
import { hexOf } from '../../hex.ts';
import { type FrameFacts, numeric } from '../gatt/fields.ts';
import { rejectedBytes } from '../oximeter.ts';

/** Messages of the Ivy 450C, once a second. Tables and sources: `docs/devices/ivy-ansar.md`. */
export const IVY = {
  begin: 0xff,
  end: 0xfe,
  name: Buffer.from('ANSAR-B '),
  ecg: { samples: 200, sampleRateHz: 200, zero: 100, millivolts: 0.02 },
  respirationSamples: 50,
  pleth: { samples: 50, sampleRateHz: 50 },
  pressureSamples: 100,
} as const;
const WAVES_AT = 1 + IVY.name.length;
const PLETH_AT = WAVES_AT + IVY.ecg.samples + IVY.respirationSamples;
const TEXT_AT = PLETH_AT + IVY.pleth.samples + IVY.pressureSamples;
const TEXT_BYTES_MAX = 600;
const LINE = /^[A-Z0-9]{2,5}=[ -~]*$/;

/** `FF "ANSAR-B "`, waves of a second, lines of text, `FE`. There is no checksum. */
export const IVY_SHAPE: FrameShape = {
  maxBytes: TEXT_AT + TEXT_BYTES_MAX,
  bytesNeeded(first) {
    if (first[0] !== IVY.begin) return undefined;
    const named = first.subarray(1, WAVES_AT);
    if (!named.every((byte, at) => byte === IVY.name[at])) return undefined;
    if (first.length <= TEXT_AT) return TEXT_AT + 1;
    const end = first.indexOf(IVY.end, TEXT_AT);
    return end < 0 ? first.length + 1 : end + 1;
  },
  isFrame: bytes => linesOf(bytes).every(line => LINE.test(line)),
};

function linesOf(frame: Uint8Array): string[] {
  const text = Buffer.from(frame.subarray(TEXT_AT, -1)).toString('latin1');
  return text.split(/[\r\n]+/).filter(line => line !== '');
}

/** Decodes the numbers and the waves of a second. Lines that do not read as theirs say "invalid". */
export class IvyAnsarDecoder implements Decoder {
  decode(framed: Framed): Reading[] {
    const { kind, bytes } = framed;
    if (kind === 'rejected') return [rejectedBytes(bytes, 0)];
    return [...numbersOf(linesOf(bytes)), ...wavesOf(bytes)];
  }
}

function numbersOf(lines: readonly string[]): Reading[] {
  return lines.flatMap(line => {
    const name = line.slice(0, line.indexOf('='));
    return lineOf(name, line.slice(name.length + 1), {
      quality: [],
      origin: 'live',
      deviceTime: null,
      rawHex: hexOf(Buffer.from(line, 'latin1')),
      details: {},
    });
  });
}

function lineOf(name: string, rest: string, facts: FrameFacts): Reading[] {
  const fields = rest.split(';').map(field => field.trim());
  const one = (parameter: Parameter) => [numeric(parameter, measuredOf(fields[0] ?? ''), facts)];
  switch (name) {
    case 'HR':
      return one('heart-rate');
    case 'RR':
      return one('respiratory-rate');
    case 'SPO2': {
      const pulse = /=\s*(\d{1,3})/.exec(rest)?.[1];
      return [
        ...one('SpO2'),
        ...(pulse === undefined ? [] : [numeric('pulse-rate', measuredOf(pulse), facts)]),
      ];
    }
    case 'NIBP': {
      const [systolic = '', diastolic = '', mean = ''] = fields;
      // The last one is repeated every second, and does not tell its age.
      const repeated: FrameFacts = { ...facts, origin: 'stored' };
      return [
        numeric('systolic-pressure', measuredOf(systolic), repeated),
        numeric('diastolic-pressure', measuredOf(diastolic), repeated),
        numeric('mean-arterial-pressure', measuredOf(mean), repeated),
      ];
    }
    default:
      return [];
  }
}

function measuredOf(text: string): Measured {
  if (/^\d{1,3}$/.test(text)) return { status: 'measured', value: Number(text) };
  return { status: 'absent', reason: /^[- ]*$/.test(text) ? 'not-available' : 'invalid' };
}

function wavesOf(frame: Uint8Array): Reading[] {
  const { ecg, pleth } = IVY;
  const of = (from: number, count: number) => [...frame.subarray(from, from + count)];
  return [
    ...of(WAVES_AT, ecg.samples).map(raw => ({
      kind: 'waveform' as const,
      waveform: 'ecg' as const,
      value: (raw - ecg.zero) * ecg.millivolts,
      sampleRateHz: ecg.sampleRateHz,
    })),
    ...of(PLETH_AT, pleth.samples).map(raw => ({
      kind: 'waveform' as const,
      waveform: 'pleth' as const,
      value: raw,
      sampleRateHz: pleth.sampleRateHz,
    })),
  ];
}
