import { ASTM } from '../decoders/vendor/contour-astm.ts';
import { type FrameShape } from './variable-length-framer.ts';

/** The text of a frame (ASTM E1381-95, 6.3.1.2), its number, ends and checksum. */
const FRAME_BYTES_MAX = 300;
const TRAILER_BYTES = 5;
const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

/**
 * `STX number text ETB|ETX checksum CR LF`; a control character that stands alone between frames (ENQ, EOT,
 * ACK, NAK) is a frame of one byte.
 *
 * The checksum is the sum, modulo 256, from the number up to ETB or ETX, as two hex digits.
 */
export const ASTM_SHAPE: FrameShape = {
  maxBytes: FRAME_BYTES_MAX,
  bytesNeeded(first) {
    const [start] = first;
    if (start !== undefined && SINGLE.includes(start)) return 1;
    if (start !== ASTM.stx) return undefined;
    if (first.length < 2) return 2;
    if ((first[1] ?? 0) < 0x30 || (first[1] ?? 0) > 0x37) return undefined;
    const ends = [first.indexOf(ASTM.etx), first.indexOf(ASTM.etb)].filter(at => at >= 0);
    const end = Math.min(...ends, first.length);
    if (end < first.length) return end + TRAILER_BYTES;
    // A frame that begins anew: the first was cut off.
    if (first.indexOf(ASTM.stx, 1) > 0) return undefined;
    return first.length + 1;
  },
  isFrame(bytes) {
    if (bytes.length === 1) return true;
    const sum = bytes.subarray(1, -4).reduce((total, byte) => (total + byte) & 0xff, 0);
    const written = Buffer.from(bytes.subarray(-4, -2)).toString('latin1');
    return (
      written === sum.toString(16).toUpperCase().padStart(2, '0') &&
      bytes.at(-2) === CARRIAGE_RETURN &&
      bytes.at(-1) === LINE_FEED
    );
  },
};

const SINGLE: readonly number[] = [ASTM.enq, ASTM.eot, ASTM.ack, ASTM.nak];

/** One frame of a text. */
export function astmFrame(number: number, text: string, isLast = true): Uint8Array {
  const body = Buffer.from(`${number % 8}${text}\r${isLast ? '\x03' : '\x17'}`, 'latin1');
  const sum = body.reduce((total, byte) => (total + byte) & 0xff, 0);
  const trailer = `${sum.toString(16).toUpperCase().padStart(2, '0')}\r\n`;
  return Buffer.concat([Buffer.of(ASTM.stx), body, Buffer.from(trailer)]);
}
