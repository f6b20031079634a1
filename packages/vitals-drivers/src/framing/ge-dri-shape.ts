import { type FrameShape } from './variable-length-framer.ts';

/** Flags of GE's Datex Record Interface. Source: UN-GCPDS/python-pycollect, `dataconstants.py`, `decode.py`. */
const GE_DRI = { flag: 0x7e, escape: 0x7d, clears: 0x5f, sets: 0x7c, recordBytesMax: 1_490 } as const;
const BYTES_MAX = 2 * (GE_DRI.recordBytesMax + 1) + 2;

/** `7E record checksum 7E`, in which 7D and 7E are escaped. */
export const GE_DRI_SHAPE: FrameShape = {
  maxBytes: BYTES_MAX,
  bytesNeeded(first) {
    if (first[0] !== GE_DRI.flag || first[1] === GE_DRI.flag) return undefined;
    const end = first.indexOf(GE_DRI.flag, 1);
    return end < 0 ? first.length + 1 : end + 1;
  },
  isFrame(bytes) {
    const inside = unescaped(bytes.subarray(1, -1));
    const record = inside.subarray(0, -1);
    return (
      record.length >= 40 &&
      inside.at(-1) === sumOf(record) &&
      ((record[0] ?? 0) | ((record[1] ?? 0) << 8)) === record.length
    );
  },
};

/** The record in a frame. */
export function geDriRecord(frame: Uint8Array): Uint8Array {
  return unescaped(frame.subarray(1, -1)).subarray(0, -1);
}

/** A record in its frame. */
export function geDriFrame(record: Uint8Array): Uint8Array {
  const inside = [...record, sumOf(record)].flatMap(byte =>
    byte === GE_DRI.flag || byte === GE_DRI.escape ? [GE_DRI.escape, byte & GE_DRI.clears] : [byte],
  );
  return Uint8Array.of(GE_DRI.flag, ...inside, GE_DRI.flag);
}

function unescaped(bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] !== GE_DRI.escape) out.push(bytes[at] ?? 0);
    else {
      at += 1;
      out.push((bytes[at] ?? 0) | GE_DRI.sets);
    }
  }
  return Uint8Array.from(out);
}

function sumOf(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum + byte, 0) & 0xff;
}
