import { createHash } from 'node:crypto';
import { AppError, type PhotoContentType } from '@shimabashi/contracts';
import { type PhotoBytes, photoContentTypeOf } from '@shimabashi/clinical';

/**
 * A picture as a screen sent it, with what it is known by.
 *
 * @throws AppError `BAD_REQUEST` when it is not base64, or not of the type that it is said to be;
 * `TOO_LARGE`. `at` names the field.
 */
export function pictureOf(
  dataBase64: string,
  expected: { readonly contentType: PhotoContentType; readonly bytesMax: number; readonly at: string },
): PhotoBytes & { readonly bytes: Uint8Array } {
  const { contentType, bytesMax, at } = expected;
  const bytes = Buffer.from(dataBase64, 'base64');
  // Node skips what it does not understand; then these would not be the bytes that were meant.
  if (bytes.toString('base64') !== dataBase64) {
    throw new AppError('BAD_REQUEST', 'The picture is not in base64.', { details: { at } });
  }
  if (bytes.length > bytesMax) {
    throw new AppError('TOO_LARGE', 'The picture is too large.', { details: { at, bytesMax } });
  }
  if (photoContentTypeOf(bytes) !== contentType) {
    throw new AppError('BAD_REQUEST', 'The picture is not of its type.', { details: { at } });
  }
  return {
    bytes,
    contentType,
    sizeBytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    sha1Base64: createHash('sha1').update(bytes).digest('base64'),
  };
}
