import { type Decoder, type Reading } from '../../decoder.ts';
import { type Framed } from '../../framing/framer.ts';
import { type FrameShape } from '../../framing/variable-length-framer.ts';
import { hexOf } from '../../hex.ts';
import { numeric } from '../gatt/fields.ts';
import { BYTE_PULSE_RATE, BYTE_SPO2, measuredBy, rejectedBytes } from '../oximeter.ts';

/** Frames of Contec's Bluetooth oximeters (CMS50D-BT, SleepO2). Table: `docs/devices/contec-bt.md`. */
const CONTEC_BT = {
  start: 0xeb,
  wave: 0x00,
  numbers: 0x01,
  waveBytes: 6,
  numbersBytes: 8,
  unguarded: 0x80,
} as const;

/** Samples of the pleth a second. */
export const CONTEC_BT_HZ = 60;

export const CONTEC_BT_SHAPE: FrameShape = {
  maxBytes: CONTEC_BT.numbersBytes,
  bytesNeeded(first) {
    if (first[0] !== CONTEC_BT.start) return undefined;
    if (first.length === 1) return 2;
    if (first[1] === CONTEC_BT.wave) return CONTEC_BT.waveBytes;
    return first[1] === CONTEC_BT.numbers ? CONTEC_BT.numbersBytes : undefined;
  },
  isFrame: bytes => bytes.at(-1) === checksumOf(bytes.subarray(0, -1)),
};

export function contecBtFrame(body: readonly number[]): Uint8Array {
  return Uint8Array.of(...body, checksumOf(Uint8Array.from(body)));
}

function checksumOf(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum + byte, 0) & 0x7f;
}

/**
 * Decodes the numbers of a second, and a sample of the pleth a frame.
 *
 * The check leaves out the highest bit of each byte: a pulse that has it must be said twice.
 */
export class ContecBtDecoder implements Decoder {
  #wasHigh = false;

  decode(framed: Framed): Reading[] {
    const { bytes } = framed;
    if (framed.kind === 'rejected') {
      return [rejectedBytes(bytes, Math.floor(bytes.length / CONTEC_BT.waveBytes))];
    }
    if (bytes[1] === CONTEC_BT.wave) {
      return [{ kind: 'waveform', waveform: 'pleth', value: (bytes[2] ?? 0) & 0x7f }];
    }
    const pulse = bytes[3] ?? 0;
    const isSure = pulse < CONTEC_BT.unguarded || this.#wasHigh || BYTE_PULSE_RATE.missing.includes(pulse);
    this.#wasHigh = pulse >= CONTEC_BT.unguarded;
    const facts = {
      quality: [],
      origin: 'live',
      deviceTime: null,
      rawHex: hexOf(bytes),
      details: {},
    } as const;
    return [
      numeric('SpO2', measuredBy(BYTE_SPO2, bytes[4] ?? 0, undefined), facts),
      numeric('pulse-rate', measuredBy(BYTE_PULSE_RATE, pulse, isSure ? undefined : 'invalid'), facts),
    ];
  }
}
