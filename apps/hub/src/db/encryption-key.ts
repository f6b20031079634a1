import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { AppError } from '@shimabashi/contracts';

const KEY_FORM = /^[0-9a-f]{64}$/;

/**
 * Reads the key of the databases: 32 bytes as hex. Where there is neither key nor database yet, a
 * key is made, readable by its owner only, and on the disk before anything is encrypted with it.
 *
 * @throws AppError `STORE_KEY_WRONG` when the file is missing beside an existing database, or is no
 * key.
 */
export function readOrCreateKey(keyFile: string, databaseExists: boolean): Uint8Array {
  const text = readKeyFile(keyFile);
  if (text === undefined) {
    if (databaseExists) {
      throw new AppError('STORE_KEY_WRONG', 'HUB_KEY_FILE: there is a database, but no key for it');
    }
    return createKey(keyFile);
  }
  if (!KEY_FORM.test(text)) {
    throw new AppError('STORE_KEY_WRONG', 'HUB_KEY_FILE: must hold 64 hexadecimal digits');
  }
  return Buffer.from(text, 'hex');
}

function readKeyFile(keyFile: string): string | undefined {
  try {
    return readFileSync(keyFile, 'utf8').trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new AppError('CONFIG_INVALID', 'HUB_KEY_FILE: cannot be read');
  }
}

/** Whole or not at all: a hub that is killed meanwhile leaves no half key behind. */
function createKey(keyFile: string): Uint8Array {
  const key = randomBytes(32);
  const draft = `${keyFile}.${process.pid}`;
  try {
    mkdirSync(dirname(keyFile), { recursive: true, mode: 0o700 });
    const file = openSync(draft, 'w', 0o600);
    writeSync(file, `${key.toString('hex')}\n`);
    fsyncSync(file);
    closeSync(file);
    linkSync(draft, keyFile); // Unlike a rename, this never replaces a key that is there.
    unlinkSync(draft);
  } catch {
    throw new AppError('CONFIG_INVALID', 'HUB_KEY_FILE: cannot be created');
  }
  return key;
}
