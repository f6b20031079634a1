import { scrypt, timingSafeEqual } from 'node:crypto';
import { assert } from '@shimabashi/contracts';

/** `scrypt$N$r$p$<salt base64url>$<hash base64url>` (contracts, `StaffCredential.secretHash`). */
const SECRET_HASH = /^scrypt\$(\d{1,8})\$(\d{1,3})\$(\d{1,3})\$([A-Za-z0-9_-]+)\$([A-Za-z0-9_-]+)$/;

/** Whether a PIN is the one that was hashed. Takes as long for a wrong one as for a right one. */
export async function isPin(pin: string, secretHash: string): Promise<boolean> {
  const parts = SECRET_HASH.exec(secretHash);
  assert(parts !== null, 'the hub gives hashes in the form of the contract');
  const [cost, blockSize, parallelization] = parts.slice(1, 4).map(Number) as [number, number, number];
  const salt = Buffer.from(parts[4]!, 'base64url');
  const expected = Buffer.from(parts[5]!, 'base64url');
  const actual = await new Promise<Buffer>((resolve, reject) => {
    const options = { cost, blockSize, parallelization, maxmem: 256 * cost * blockSize };
    scrypt(pin, salt, expected.length, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
  return timingSafeEqual(actual, expected);
}
