import { createHash } from 'node:crypto';
import { uuidOfDigest } from '@shimabashi/clinical';

/** An id that follows from what it is made of: the same deed told twice is one deed. */
export function derivedId(...parts: readonly string[]): string {
  return uuidOfDigest(createHash('sha256').update(parts.join('\n'), 'utf8').digest());
}
