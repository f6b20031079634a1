import { type FrameShape } from './variable-length-framer.ts';

/** Transparency bytes of the IntelliVue's serial interface (RFC 1662 with other flags). */
const FLAG = { begin: 0xc0, end: 0xc1, escape: 0x7d, flip: 0x20 } as const;
const BYTES_MAX = 4_096;
const CHECK_BYTES = 2;

/** `C0 data FCS C1`, escaped. The FCS is the 16-bit one of RFC 1662, low byte first. */
export const INTELLIVUE_SHAPE: FrameShape = {
  maxBytes: BYTES_MAX,
  bytesNeeded(first) {
    if (first[0] !== FLAG.begin || first.indexOf(FLAG.begin, 1) > 0) return undefined;
    const end = first.indexOf(FLAG.end, 1);
    return end < 0 ? first.length + 1 : end + 1;
  },
  isFrame(bytes) {
    const inside = unescaped(bytes.subarray(1, -1));
    if (inside.length <= CHECK_BYTES) return false;
    const check = fcsOf(inside.subarray(0, -CHECK_BYTES));
    return inside.at(-2) === (check & 0xff) && inside.at(-1) === check >> 8;
  },
};

/** What a frame carries. */
export function intellivueData(frame: Uint8Array): Uint8Array {
  return unescaped(frame.subarray(1, -1)).subarray(0, -CHECK_BYTES);
}

/** Data in a frame. */
export function intellivueFrame(data: Uint8Array): Uint8Array {
  const check = fcsOf(data);
  const special: readonly number[] = [FLAG.begin, FLAG.end, FLAG.escape];
  const inside = [...data, check & 0xff, check >> 8].flatMap(byte =>
    special.includes(byte) ? [FLAG.escape, byte ^ FLAG.flip] : [byte],
  );
  return Uint8Array.of(FLAG.begin, ...inside, FLAG.end);
}

function unescaped(bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] !== FLAG.escape) out.push(bytes[at] ?? 0);
    else {
      at += 1;
      out.push((bytes[at] ?? 0) ^ FLAG.flip);
    }
  }
  return Uint8Array.from(out);
}

/** Source: RFC 1662, appendix C.2; bit by bit, which is fast enough for a serial line. */
function fcsOf(bytes: Uint8Array): number {
  let fcs = 0xffff;
  for (const byte of bytes) {
    fcs ^= byte;
    for (let bit = 0; bit < 8; bit += 1) fcs = (fcs & 1) === 0 ? fcs >> 1 : (fcs >> 1) ^ 0x8408;
  }
  return fcs ^ 0xffff;
}
