import { type QualityFlag } from '@shimabashi/contracts';
import { type Decoder, type Reading } from '../../decoder.ts';
import { type Framed } from '../../framing/framer.ts';
import { type FrameShape } from '../../framing/variable-length-framer.ts';
import { hexOf } from '../../hex.ts';
import { localTimeOf } from '../calendar.ts';
import { statement } from '../gatt/fields.ts';
import { rejectedBytes } from '../oximeter.ts';
import { cuffReadings } from './cuff.ts';

/** Frames of Microlife's cuffs over Bluetooth. Table and sources: `docs/devices/microlife.md`. */
const MICROLIFE = {
  start: 0x4d,
  answer: 0x3a,
  lengthAt: 2,
  headerBytes: 4,
  bytesMax: 2_048,
  command: 4,
  history: 0x00,
  countAt: 7,
  recordsAt: 42,
  recordBytes: 10,
} as const;

const FLAG = { cuffOk: 0x80, irregular: 0x40, fibrillation: 0x20, manyTimes: 0x18 } as const;

export const MICROLIFE_SHAPE: FrameShape = {
  maxBytes: MICROLIFE.bytesMax,
  bytesNeeded(first) {
    const { start, answer, headerBytes, lengthAt } = MICROLIFE;
    if (first[0] !== start || (first.length > 1 && first[1] !== answer)) return undefined;
    if (first.length < headerBytes) return headerBytes;
    const length = ((first[lengthAt] ?? 0) << 8) | (first[lengthAt + 1] ?? 0);
    return length < 2 ? undefined : headerBytes + length;
  },
  isFrame: bytes => bytes.at(-1) === sumOf(bytes.subarray(0, -1)),
};

/** A frame of a command and its data. */
export function microlifeFrame(payload: readonly number[]): Uint8Array {
  const length = payload.length + 1;
  const body = Uint8Array.of(MICROLIFE.start, MICROLIFE.answer, length >> 8, length & 0xff, ...payload);
  return Uint8Array.of(...body, sumOf(body));
}

/** Decodes the memory of a cuff, as one answer brings it. Other answers are statements. */
export class MicrolifeDecoder implements Decoder {
  decode(framed: Framed): Reading[] {
    const { kind, bytes } = framed;
    if (kind === 'rejected') return [rejectedBytes(bytes, 0)];
    const command = bytes[MICROLIFE.command] ?? 0;
    if (command === MICROLIFE.history && bytes.length > MICROLIFE.recordsAt) return historyOf(bytes);
    return [
      statement('message', { status: 'measured', value: 'answer' }, '1', {
        quality: [],
        deviceTime: null,
        rawHex: hexOf(bytes),
        details: { command },
      }),
    ];
  }
}

function historyOf(frame: Uint8Array): Reading[] {
  const { recordsAt, recordBytes, countAt } = MICROLIFE;
  const count = frame[countAt] ?? 0;
  if (frame.length !== recordsAt + count * recordBytes + 1) return [rejectedBytes(frame, 0)];
  return Array.from({ length: count }, (_, index) => {
    const at = recordsAt + index * recordBytes;
    return recordOf(frame.subarray(at, at + recordBytes), index);
  }).flat();
}

function recordOf(record: Uint8Array, index: number): Reading[] {
  const [systolic = 0, diastolic = 0, pulse = 0, year = 0, month = 0, day = 0] = record;
  const [hour = 0, minute = 0, flags = 0] = record.subarray(6);
  const deviceTime = localTimeOf({ year: 2_000 + year, month, day, hour, minute });
  const quality: QualityFlag[] = [
    ...((flags & FLAG.cuffOk) === 0 ? (['cuff-loose'] as const) : []),
    ...((flags & (FLAG.irregular | FLAG.fibrillation)) === 0 ? [] : (['irregular-pulse'] as const)),
    ...(deviceTime === null ? (['clock-wrong'] as const) : []),
  ];
  return cuffReadings(
    { systolic, diastolic, pulse },
    {
      quality,
      origin: 'stored',
      deviceTime,
      rawHex: hexOf(record),
      recordNumber: index,
      details: {
        atrialFibrillationSuspected: (flags & FLAG.fibrillation) !== 0,
        averageOfSeveral: (flags & FLAG.manyTimes) === FLAG.manyTimes,
      },
    },
  );
}

function sumOf(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum + byte, 0) & 0xff;
}
