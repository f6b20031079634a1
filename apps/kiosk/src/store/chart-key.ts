import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '@shimabashi/contracts';

const KEY_BYTES = 32;

/**
 * The key of the chart's database: read from its file, or made at the very first start.
 *
 * A new key is made only when there is no database either: beside an old database it would be a
 * second, wrong key.
 *
 * @throws AppError `STORE_KEY_WRONG` when a database is there without a readable key.
 */
export function loadChartKey(files: { readonly keyFile: string; readonly databaseFile: string }): Uint8Array {
  const { keyFile, databaseFile } = files;
  if (existsSync(keyFile)) return readKey(keyFile);
  if (existsSync(databaseFile)) {
    throw new AppError('STORE_KEY_WRONG', 'There is a database, but its key file is missing.');
  }
  return makeKey(keyFile);
}

function readKey(keyFile: string): Uint8Array {
  let text: string;
  try {
    text = readFileSync(keyFile, 'utf8').trim();
  } catch (cause) {
    throw new AppError('STORE_KEY_WRONG', 'The key file cannot be read.', { cause });
  }
  if (!/^[0-9a-f]{64}$/i.test(text)) {
    throw new AppError('STORE_KEY_WRONG', 'The key file does not hold 64 hexadecimal digits.');
  }
  return Buffer.from(text, 'hex');
}

/** Whole or not at all: a power cut meanwhile must not leave half a key, which no start would take. */
function makeKey(keyFile: string): Uint8Array {
  mkdirSync(dirname(keyFile), { recursive: true, mode: 0o700 });
  const key = randomBytes(KEY_BYTES);
  const draft = `${keyFile}.${process.pid}`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeSync(file, `${key.toString('hex')}\n`);
    // On the disk before the database is: a power cut must not leave a chart without its key.
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  linkSync(draft, keyFile); // Unlike a rename, this never replaces a key that is there.
  unlinkSync(draft);
  return key;
}
