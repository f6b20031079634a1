import { type FrameShape } from './variable-length-framer.ts';

/** Kinds of packet that a device sends which we read or have to tell apart. */
export const V7_PACKET = { realtime: 0x01, storedWithPi: 0x09, stored: 0x0f } as const;

/**
 * Bytes of payload by the packet's kind. Source: bmartin427/CMS50, `cms50.py`
 * (`_data_len_for_data_type`); 02, 03, 06, 13 and 14 (hexadecimal) as captured in
 * headrotor/art-sensors, `spO2/upload_data.py`.
 */
const PAYLOAD_BYTES: ReadonlyMap<number, number> = new Map([
  [V7_PACKET.realtime, 7],
  [0x02, 7],
  [0x03, 7],
  [0x04, 7],
  [0x05, 7],
  [0x06, 2],
  [0x07, 6],
  [0x08, 6],
  [V7_PACKET.storedWithPi, 4],
  [0x0a, 2],
  [0x0b, 2],
  [0x0c, 0],
  [0x0d, 1],
  [0x0e, 1],
  [V7_PACKET.stored, 6],
  [0x10, 1],
  [0x11, 7],
  [0x12, 6],
  [0x13, 7],
  [0x14, 7],
  [0x15, 7],
]);

/** Kind and the byte of high bits. */
const HEADER_BYTES = 2;

/** Contec's packets of version 7: only the first byte has bit 7 clear. There is no checksum. */
export const CONTEC_V7_SHAPE: FrameShape = {
  maxBytes: 9,
  bytesNeeded(first) {
    const payload = PAYLOAD_BYTES.get(first[0] ?? 0xff);
    if (payload === undefined || first.subarray(1).some(byte => (byte & 0x80) === 0)) return undefined;
    return HEADER_BYTES + payload;
  },
  isFrame: () => true,
};

/** The payload with its high bits, which the second byte carries: bit 0 for the first byte. */
export function v7Payload(packet: Uint8Array): Uint8Array {
  const highBits = packet[1] ?? 0;
  return packet.slice(HEADER_BYTES).map((byte, at) => (byte & 0x7f) | (((highBits >> at) & 1) << 7));
}

/** A packet of this kind and payload. */
export function v7Packet(kind: number, payload: readonly number[]): Uint8Array {
  const highBits = payload.reduce((bits, byte, at) => bits | (((byte >> 7) & 1) << at), 0x80);
  return Uint8Array.of(kind, highBits, ...payload.map(byte => byte | 0x80));
}

/** A command of the host, with its arguments. Source: timegrid/CMS50Dplus7, `cms50dplus7.py`. */
export function v7Command(command: number, ...args: readonly number[]): Uint8Array {
  return v7Packet(
    0x7d,
    Array.from({ length: 7 }, (_, at) => [command, ...args][at] ?? 0),
  );
}
