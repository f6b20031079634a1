import * as z from 'zod';
import { base64CharsOf, BinaryId } from './binary.ts';
import { ChartEntry, FhirId } from './chart.ts';
import { PHOTO_BYTES_MAX, THUMBNAIL_BYTES_MAX } from './limits.ts';
import { type Contract } from './rows.ts';

export const PhotoContentType = z.enum(['image/jpeg', 'image/png']);
export type PhotoContentType = z.infer<typeof PhotoContentType>;

export const PhotoSource = z.enum(['exam-camera', 'face-camera']);
export type PhotoSource = z.infer<typeof PhotoSource>;

export const PhotoSize = z.enum(['thumbnail', 'original']);
export type PhotoSize = z.infer<typeof PhotoSize>;

const Pixels = z.number().int().positive().max(65_535);

/** What a DocumentReference's bytes are asked for by. `size` says which of its pictures is wanted. */
const GetPhoto = {
  /** Either picture's. */
  request: z.strictObject({ sha256: BinaryId, size: PhotoSize }),
  response: z.strictObject({ contentType: PhotoContentType, dataBase64: z.string() }),
};

/** The kiosk's rows about photographs, for nurses. */
export const kioskPhotoRows = {
  /**
   * Keeps a photograph of the patient of the open visit, as a DocumentReference with the id of the
   * operation and the bytes that it names, all or nothing. Answered after the commit; saving the
   * same operation twice is harmless.
   */
  'photos.save': {
    request: z.strictObject({
      operationId: z.uuid(),
      encounterId: FhirId,
      /** By this machine's clock; within the visit. */
      takenAtMs: z.number().int().nonnegative(),
      contentType: PhotoContentType,
      widthPx: Pixels,
      heightPx: Pixels,
      source: PhotoSource,
      /** Whether it is everything that the sensor sees, and no frame of a video. */
      full: z.boolean(),
      dataBase64: z.string().min(4).max(base64CharsOf(PHOTO_BYTES_MAX)),
      /** JPEG, made by the screen that took the picture. */
      thumbnailBase64: z.string().min(4).max(base64CharsOf(THUMBNAIL_BYTES_MAX)),
    }),
    response: z.strictObject({ entry: ChartEntry }),
  },
  /** `NOT_FOUND` also for what another kiosk took: its bytes go to the hub only. */
  'photos.get': GetPhoto,
} as const satisfies Contract;

/** The hub's rows about photographs. */
export const hubPhotoRows = {
  /** For doctors. `NOT_FOUND` while the bytes have not all come. */
  'photos.get': GetPhoto,
  /**
   * For kiosks: of these photographs, which are whole in the hub's last verified backup. Only those may
   * a kiosk drop: whatever happens to the hub's disk, they come back.
   */
  'sync.backed-up': {
    request: z.strictObject({ binaryIds: z.array(BinaryId).min(1).max(100) }),
    response: z.strictObject({ binaryIds: z.array(BinaryId).max(100) }),
  },
} as const satisfies Contract;
