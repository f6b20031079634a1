import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { assert } from '@shimabashi/contracts';

/** The cost of one guess. `cost` is scrypt's N, a power of two. */
export interface ScryptParameters {
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelization: number;
}

/**
 * 32 MiB and about a quarter of a second a guess.
 *
 * Source: OWASP Password Storage Cheat Sheet, scrypt, N=2^15 (32 MiB), r=8, p=3.
 */
const SECRET_COST: ScryptParameters = { cost: 2 ** 15, blockSize: 8, parallelization: 3 };

const SALT_BYTES = 16;
const HASH_BYTES = 32;

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt);

/** `scrypt$N$r$p$<salt>$<hash>`, both base64url: the form of `StaffCredential.secretHash`. */
export async function hashSecret(
  secret: string,
  parameters: ScryptParameters = SECRET_COST,
): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await deriveHash(secret, salt, parameters);
  const { cost, blockSize, parallelization } = parameters;
  return ['scrypt', cost, blockSize, parallelization, base64url(salt), base64url(hash)].join('$');
}

/** Whether `secret` is the one that was hashed. Compares in constant time. */
export async function verifySecret(secret: string, secretHash: string): Promise<boolean> {
  const [scheme, cost, blockSize, parallelization, salt, hash] = secretHash.split('$');
  assert(scheme === 'scrypt' && salt !== undefined && hash !== undefined, 'a stored hash is one of ours');
  const expected = Buffer.from(hash, 'base64url');
  const actual = await deriveHash(secret, Buffer.from(salt, 'base64url'), {
    cost: Number(cost),
    blockSize: Number(blockSize),
    parallelization: Number(parallelization),
  });
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

/** A secret of 256 bits for a cookie, a token or a challenge. */
export function randomToken(): string {
  return base64url(randomBytes(32));
}

/** What is kept of a token: enough to know it again, useless to whoever reads it. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('base64url');
}

async function deriveHash(secret: string, salt: Buffer, parameters: ScryptParameters): Promise<Buffer> {
  const { cost, blockSize, parallelization } = parameters;
  // The same characters typed on another keyboard may be composed otherwise: NFKC makes them one.
  return derive(secret.normalize('NFKC'), salt, HASH_BYTES, {
    cost,
    blockSize,
    parallelization,
    maxmem: 2 * 128 * cost * blockSize,
  });
}

function base64url(bytes: Buffer): string {
  return bytes.toString('base64url');
}
