import { type Decoder, type Reading } from '../../decoder.ts';
import { type Framed } from '../../framing/framer.ts';
import { type FrameShape } from '../../framing/variable-length-framer.ts';
import { hexOf } from '../../hex.ts';
import { localTimeOf } from '../calendar.ts';
import { statement } from '../gatt/fields.ts';
import { rejectedBytes } from '../oximeter.ts';
import { cuffReadings } from './cuff.ts';

/**
 * Omron HEM-790IT and kin over USB: reports of eight bytes, the first of which counts those that are
 * valid. Table and sources: `docs/devices/omron-hid.md`.
 */
export const OMRON_HID = {
  reportBytes: 8,
  payloadBytesMax: 7,
  /** The longest answer that we ask for has three reports. */
  reportsMax: 4,
  /** "OK" and a zero, then the data, then their XOR. */
  prefixBytes: 3,
  readingBytes: 17,
  countBytes: 8,
} as const;
const OK = [0x4f, 0x4b] as const;
const NO = [0x4e, 0x4f] as const;

const FLAG = { irregular: 0x0001, moved: 0x0002, average: 0x0030 } as const;

/** An answer: reports up to the first that is not full. */
export const OMRON_HID_SHAPE: FrameShape = {
  maxBytes: OMRON_HID.reportBytes * OMRON_HID.reportsMax,
  bytesNeeded(first) {
    if (first.length >= 2 && first[1] !== OK[0] && first[1] !== NO[0]) return undefined;
    if (first.length >= 3 && first[2] !== OK[1] && first[2] !== NO[1]) return undefined;
    for (let report = 0; report < OMRON_HID.reportsMax; report += 1) {
      const count = first[report * OMRON_HID.reportBytes];
      const needed = (report + 1) * OMRON_HID.reportBytes;
      if (count === undefined) return needed;
      if (count < 1 || count > OMRON_HID.payloadBytesMax) return undefined;
      if (count < OMRON_HID.payloadBytesMax) return needed;
    }
    return undefined;
  },
  isFrame(bytes) {
    const answer = answerOf(bytes);
    if (answer[0] === NO[0] && answer[1] === NO[1]) return answer.length === 2;
    const isOk = answer[0] === OK[0] && answer[1] === OK[1];
    return isOk && answer.subarray(2).reduce((sum, byte) => sum ^ byte, 0) === 0;
  },
};

/** The valid bytes of the reports of an answer. */
export function answerOf(reports: Uint8Array): Uint8Array {
  const bytes: number[] = [];
  for (let at = 0; at < reports.length; at += OMRON_HID.reportBytes) {
    bytes.push(...reports.subarray(at + 1, at + 1 + (reports[at] ?? 0)));
  }
  return Uint8Array.from(bytes);
}

/** Decodes the answer to GME: one reading of the memory. Other answers are statements. */
export class OmronHidDecoder implements Decoder {
  decode(framed: Framed): Reading[] {
    if (framed.kind === 'rejected') return [rejectedBytes(framed.bytes, 0)];
    const answer = answerOf(framed.bytes);
    if (answer.length === OMRON_HID.readingBytes) return readingOf(answer, framed.bytes);
    const count = answer.length === OMRON_HID.countBytes ? { records: answer[6] ?? 0 } : {};
    const word = answer[0] === OK[0] ? 'ok' : 'no';
    return [
      statement('message', { status: 'measured', value: word }, '1', {
        quality: [],
        deviceTime: null,
        rawHex: hexOf(framed.bytes),
        details: { data: hexOf(answer.subarray(OMRON_HID.prefixBytes)), ...count },
      }),
    ];
  }
}

function readingOf(answer: Uint8Array, reports: Uint8Array): Reading[] {
  const data = answer.subarray(OMRON_HID.prefixBytes);
  const at = (index: number) => data[index] ?? 0;
  const flags = (at(11) << 8) | at(12);
  const deviceTime = localTimeOf({
    year: 2_000 + at(0),
    month: at(1),
    day: at(2),
    hour: at(3),
    minute: at(4),
    second: at(5),
  });
  return cuffReadings(
    { systolic: (at(7) << 8) | at(8), diastolic: at(9), pulse: at(10) },
    {
      quality: [
        ...((flags & FLAG.moved) === 0 ? [] : (['motion'] as const)),
        ...((flags & FLAG.irregular) === 0 ? [] : (['irregular-pulse'] as const)),
        ...(deviceTime === null ? (['clock-wrong'] as const) : []),
      ],
      origin: 'stored',
      deviceTime,
      rawHex: hexOf(reports),
      details: { unit: at(6), ofThree: (flags & FLAG.average) >> 4 },
    },
  );
}
