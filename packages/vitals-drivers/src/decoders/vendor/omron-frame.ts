import { type Decoder, type Reading } from '../../decoder.ts';
import { type Framed } from '../../framing/framer.ts';
import { type FrameShape } from '../../framing/variable-length-framer.ts';
import { hexOf } from '../../hex.ts';
import { statement } from '../gatt/fields.ts';
import { rejectedBytes } from '../oximeter.ts';

/**
 * Frames of Omron's memory protocol over Bluetooth, put together from their channels. Table and sources:
 * `docs/devices/omron-records.md`.
 */
const OMRON_FRAME = {
  headerBytes: 6,
  /** Header, result code and checksum, without data. */
  bytesMin: 8,
  /** Four channels of 16 bytes. */
  bytesMax: 64,
  memoryRead: 0x8100,
} as const;

const KINDS: Readonly<Record<number, string>> = {
  0x0000: 'open-request',
  0x0100: 'read-request',
  0x01c0: 'write-request',
  0x0f00: 'close-request',
  0x8000: 'opened',
  0x8100: 'memory',
  0x81c0: 'written',
  0x8f00: 'closed',
};

export const OMRON_FRAME_SHAPE: FrameShape = {
  maxBytes: OMRON_FRAME.bytesMax,
  bytesNeeded(first) {
    const length = first[0] ?? 0;
    if (length < OMRON_FRAME.bytesMin || length > OMRON_FRAME.bytesMax) return undefined;
    if (first.length >= 3 && KINDS[kindOf(first)] === undefined) return undefined;
    return length;
  },
  isFrame: bytes => bytes.reduce((sum, byte) => sum ^ byte, 0) === 0,
};

/** Says what a frame carries. The records in it are for `omron-record-classic` and `omron-record-bits`. */
export class OmronFrameDecoder implements Decoder {
  decode({ kind, bytes }: Framed): Reading[] {
    if (kind === 'rejected') return [rejectedBytes(bytes, 0)];
    const type = kindOf(bytes);
    const dataBytes = bytes[5] ?? 0;
    const isMemory = type === OMRON_FRAME.memoryRead;
    // A read that the device refuses comes without data, and with a result code that is not zero.
    const isWhole = !isMemory || bytes.length >= dataBytes + OMRON_FRAME.bytesMin;
    const data = isMemory && isWhole ? bytes.subarray(6, 6 + dataBytes) : new Uint8Array();
    const resultCode = isMemory && isWhole ? bytes.at(-2) : bytes[6];
    return [
      statement('message', { status: 'measured', value: KINDS[type] ?? 'unknown' }, '1', {
        quality: [],
        deviceTime: null,
        rawHex: hexOf(bytes),
        details: {
          address: ((bytes[3] ?? 0) << 8) | (bytes[4] ?? 0),
          resultCode: resultCode ?? 0,
          ...(data.length > 0 ? { data: hexOf(data) } : {}),
        },
      }),
    ];
  }
}

function kindOf(bytes: Uint8Array): number {
  return ((bytes[1] ?? 0) << 8) | (bytes[2] ?? 0);
}
