import { crc16 } from '../crc16.ts';
import { type FrameShape } from '../framing/variable-length-framer.ts';
import { type Uuid, uuidBytes, uuidOfBytes } from './uuid.ts';

/**
 * One value of a characteristic on its way through a line of bytes.
 *
 * Ours, and no device's: a `Connection` carries bytes, and a raw log is replayed as bytes. So each value
 * goes in an envelope that says whose it is and survives any chopping:
 *
 * | `G` `V` | dialect | length of value, u16 LE | UUID, 16 bytes | value | CRC-16 of all before, LE |
 *
 * `dialect` says in which way the sender departs from the SIG's layout (`quirks.ts`); the value itself
 * is never touched.
 */
export interface GattValue {
  readonly characteristic: Uuid;
  readonly dialect: GattDialect;
  readonly value: Uint8Array;
}

/** Layouts that are not the SIG's. A number, once given, is kept: raw logs have it. */
export const DIALECTS = ['sig', 'beurer'] as const;
export type GattDialect = (typeof DIALECTS)[number];

const MAGIC_0 = 0x47;
const MAGIC_1 = 0x56;
const HEADER_BYTES = 21;
const CRC_BYTES = 2;
/** The longest value that a characteristic can have. Source: Core Specification, Vol 3 Part F 3.2.9. */
const VALUE_BYTES_MAX = 512;

export function encodeGattValue({ characteristic, dialect, value }: GattValue): Uint8Array {
  const head = [MAGIC_0, MAGIC_1, DIALECTS.indexOf(dialect), value.length & 0xff, value.length >> 8];
  const content = Uint8Array.of(...head, ...uuidBytes(characteristic), ...value);
  const crc = crc16(content);
  return Uint8Array.of(...content, crc & 0xff, crc >> 8);
}

export const GATT_ENVELOPE: FrameShape = {
  maxBytes: HEADER_BYTES + VALUE_BYTES_MAX + CRC_BYTES,
  bytesNeeded(first) {
    // By index: this is asked at every byte, and an iterator each time would cost more than all else.
    if (first[0] !== MAGIC_0 || (first[1] ?? MAGIC_1) !== MAGIC_1) return undefined;
    if ((first[2] ?? 0) >= DIALECTS.length) return undefined;
    const high = first[4];
    if (high === undefined) return HEADER_BYTES;
    const valueBytes = (first[3] ?? 0) | (high << 8);
    return valueBytes > VALUE_BYTES_MAX ? undefined : HEADER_BYTES + valueBytes + CRC_BYTES;
  },
  isFrame(bytes) {
    const sent = (bytes.at(-2) ?? 0) | ((bytes.at(-1) ?? 0) << 8);
    return crc16(bytes.subarray(0, -CRC_BYTES)) === sent;
  },
};

/** What an envelope that passed its checks holds. */
export function decodeGattValue(frame: Uint8Array): GattValue {
  return {
    dialect: DIALECTS[frame[2] ?? 0] ?? 'sig',
    characteristic: uuidOfBytes(frame.subarray(5, HEADER_BYTES)),
    value: frame.slice(HEADER_BYTES, -CRC_BYTES),
  };
}
