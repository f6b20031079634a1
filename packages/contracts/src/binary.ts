import * as z from 'zod';
import { CHUNK_BYTES, PHOTO_BYTES_MAX } from './limits.ts';
import { RecordPlace } from './record-place.ts';

/**
 * What bytes are known by: their SHA-256 in lower-case hexadecimal digits. With its 64 characters it
 * is just a FHIR id, that of the Binary: `Binary/<sha256>` in an attachment's `url`.
 */
export const BinaryId = z.string().regex(/^[0-9a-f]{64}$/);
export type BinaryId = z.infer<typeof BinaryId>;

/** Characters of so many bytes in base64 (RFC 4648, section 4, with padding). */
export const base64CharsOf = (bytes: number): number => Math.ceil(bytes / 3) * 4;

/**
 * A part of a photograph on its way to the hub, in one push like an operation: bytes `index` times
 * `CHUNK_BYTES` and following. The hub takes it when a DocumentReference of the kiosk's clinic names
 * the whole, with this size.
 */
export const BinaryChunk = z.strictObject({
  /** Names this chunk in the hub's answer. */
  operationId: z.uuid(),
  binaryId: BinaryId,
  /** Of the whole. */
  sizeBytes: z.number().int().positive().max(PHOTO_BYTES_MAX),
  index: z
    .number()
    .int()
    .nonnegative()
    .max(PHOTO_BYTES_MAX / CHUNK_BYTES - 1),
  dataBase64: z.string().max(base64CharsOf(CHUNK_BYTES)),
});
export type BinaryChunk = z.infer<typeof BinaryChunk>;

/**
 * How far the bytes of one picture have come. `place` is `here` while they are on the island only
 * (wholly or in part), also when the hub says it. A kiosk is silent about pictures that another
 * kiosk took: their bytes are not on it.
 */
export const BinaryStatus = z.strictObject({
  binaryId: BinaryId,
  place: RecordPlace,
  /** Why the hub refused it; null unless parked. */
  parkedCode: z.string().nullable(),
  /** Rows of `CHUNK_BYTES` that the hub has, of all. */
  chunksDone: z.number().int().nonnegative(),
  chunksTotal: z.number().int().positive(),
});
export type BinaryStatus = z.infer<typeof BinaryStatus>;
