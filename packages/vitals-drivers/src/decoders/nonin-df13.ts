import { assert } from '@shimabashi/contracts';
import { type Decoder, type Reading } from '../decoder.ts';
import { type Framed } from '../framing/framer.ts';
import { type FrameShape } from '../framing/variable-length-framer.ts';
import { hexOf } from '../hex.ts';
import { measuredBy, NONIN_PULSE_RATE, NONIN_SPO2, rejectedBytes } from './oximeter.ts';

/** Nonin data format 13, a spot check. Tables and sources: `docs/devices/nonin-df13.md`. */
export const DF13 = {
  start: [0x00, 0x02],
  end: 0x03,
  /** Start, kind and length; the data; checksum and end. */
  headerBytes: 6,
  trailerBytes: 2,
  dataBytesMin: 14,
  /** The data may grow in later versions. A longer one is no packet of this century. */
  dataBytesMax: 64,
  smartPoint: 0x0200,
  noMeasurement: 0x0100,
  fromMemory: 0x0010,
  batteryLow: 0x0001,
} as const;

export const DF13_SHAPE: FrameShape = {
  maxBytes: DF13.headerBytes + DF13.dataBytesMax + DF13.trailerBytes,
  bytesNeeded(first) {
    if (DF13.start.some((byte, at) => at < first.length && first[at] !== byte)) return undefined;
    if (first.length < DF13.headerBytes) return DF13.headerBytes;
    const dataBytes = u16At(first, 4);
    if (dataBytes < DF13.dataBytesMin || dataBytes > DF13.dataBytesMax) return undefined;
    return DF13.headerBytes + dataBytes + DF13.trailerBytes;
  },
  isFrame(bytes) {
    const data = bytes.subarray(DF13.headerBytes, -DF13.trailerBytes);
    const sum = data.reduce((total, byte) => (total + byte) & 0xff, 0);
    return bytes.at(-2) === sum && bytes.at(-1) === DF13.end;
  },
};

/** Decodes spot checks, with the time that the device gives them. */
export class NoninDf13Decoder implements Decoder {
  decode(framed: Framed): Reading[] {
    if (framed.kind === 'rejected') return [rejectedBytes(framed.bytes, 0)];
    const data = framed.bytes.subarray(DF13.headerBytes, -DF13.trailerBytes);
    const status = u16At(data, 8);
    const spO2 = data[13];
    assert(spO2 !== undefined, 'the framer gave a whole frame');
    const reason = (status & DF13.noMeasurement) === 0 ? undefined : 'not-available';
    const common = {
      kind: 'numeric',
      quality: (status & DF13.batteryLow) === 0 ? [] : (['battery-low'] as const),
      origin: (status & DF13.fromMemory) === 0 ? 'live' : 'stored',
      deviceTime: deviceTimeOf(data),
      rawHex: hexOf(framed.bytes),
      details: { smartPoint: (status & DF13.smartPoint) !== 0 },
    } as const;
    return [
      { ...common, parameter: 'pulse-rate', measured: measuredBy(NONIN_PULSE_RATE, u16At(data, 10), reason) },
      { ...common, parameter: 'SpO2', measured: measuredBy(NONIN_SPO2, spO2, reason) },
    ];
  }
}

/** Century, year, month, day, hour, minute, second. Null when that is no date of any calendar. */
function deviceTimeOf(data: Uint8Array): string | null {
  const [century = 0, yearOfCentury = 0, ...rest] = data.subarray(0, 7);
  const [month = 0, day = 0, hour = 0, minute = 0, second = 0] = rest;
  const year = century * 100 + yearOfCentury;
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const read = [date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCHours(), date.getUTCMinutes()];
  const isDate =
    year >= 1_000 &&
    year <= 9_999 &&
    second < 60 &&
    [month, day, hour, minute].every((field, at) => field === read[at]);
  return isDate ? date.toISOString().slice(0, 19) : null;
}

function u16At(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
