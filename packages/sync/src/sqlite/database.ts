import { createHmac } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import Database from 'better-sqlite3';
import { AppError, assert } from '@shimabashi/contracts';
import { storeError, withStoreErrors } from './errors.ts';
import { migrate } from './migrate.ts';

export interface EncryptedDatabaseOptions {
  /** The file, or `:memory:` (simulations only: nothing is encrypted there, nothing lasts). */
  readonly path: string;
  /** 32 random bytes. No passphrase: it is the cipher's key itself. */
  readonly key: Uint8Array;
  /** Each is one step forward; `user_version` says how many have been made. Never edit one. */
  readonly migrations: readonly string[];
}

/**
 * Opens, or creates, a database that is encrypted at rest (SQLCipher 4: AES-256, an HMAC on every
 * page) and whose commits survive a power cut.
 *
 * @throws AppError `STORE_KEY_WRONG` when the first page cannot be read with this key. `STORE_CORRUPT`
 * when it was this key's and is damaged, when a later page is, or when the database was here and is now
 * gone or empty: it is never begun anew in silence. `CONFIG_INVALID` when a newer
 * release has already migrated the file, or it cannot be opened. `DISK_FULL`.
 */
export function openEncryptedDatabase(options: EncryptedDatabaseOptions): Database.Database {
  const { path, key, migrations } = options;
  assert(key.length === KEY_BYTES, 'the key has 32 bytes');
  const inMemory = path === ':memory:';
  if (!inMemory) touch(path);

  const db = new Database(path);
  try {
    if (!inMemory) unlockOwn(db, path, key);
    db.pragma('busy_timeout = 5000');
    db.pragma('foreign_keys = ON');
    // Sorting must not spill patients into a file that is not encrypted.
    db.pragma('temp_store = MEMORY');
    // Ids are random: each commit changes pages all over the indexes. They stay in memory (KiB), and in the
    // log (pages, 16 MiB) until one checkpoint brings home what many commits have changed again and again.
    // It is 1 commit in 200 that waits for that, for 60 ms: no nurse sees it.
    db.pragma('cache_size = -16384');
    db.pragma('wal_autocheckpoint = 4000');
    withStoreErrors(() => {
      if (!inMemory) beDurable(db);
      migrate(db, migrations);
    });
    if (!inMemory) noteMade(path, key);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** SQLite gives its log and its shared memory the same mode as the database. */
function touch(path: string): void {
  if (existsSync(markOf(path)) && (!existsSync(path) || statSync(path).size === 0)) {
    throw new AppError('STORE_CORRUPT', 'The database was here, and is gone or empty.');
  }
  try {
    closeSync(openSync(path, 'a', 0o600));
  } catch (error) {
    throw new AppError('CONFIG_INVALID', 'The database file cannot be opened.', { cause: error });
  }
}

/**
 * Says that the database has been made, so that its loss is not taken for a first start, and with
 * which key, so that a damaged head is not taken for another key.
 */
function noteMade(path: string, key: Uint8Array): void {
  if (readMark(path) === keyCheckOf(key)) return;
  try {
    const mark = openSync(markOf(path), 'w', 0o600);
    writeSync(mark, keyCheckOf(key));
    fsyncSync(mark);
    closeSync(mark);
  } catch {
    // A disk that is full or read-only: the next start notes it.
  }
}

/** Whoever wants to begin anew removes it with the database. */
function markOf(path: string): string {
  return `${path}.made`;
}

/** Empty when an older release made it. */
function readMark(path: string): string | undefined {
  try {
    return readFileSync(markOf(path), 'utf8');
  } catch {
    return undefined;
  }
}

/** Tells a key from another, and nothing about either: the key is random. */
function keyCheckOf(key: Uint8Array): string {
  return createHmac('sha256', key).update('shimabashi key check').digest('hex');
}

/** Of a database beside which a mark may say with which key it was made. */
export function unlockOwn(db: Database.Database, path: string, key: Uint8Array): void {
  try {
    unlock(db, key);
  } catch (error) {
    const isWrongKey = error instanceof AppError && error.code === 'STORE_KEY_WRONG';
    if (!isWrongKey || readMark(path) !== keyCheckOf(key)) throw error;
    throw new AppError('STORE_CORRUPT', 'The head of the database file is damaged.', { cause: error });
  }
}

function unlock(db: Database.Database, key: Uint8Array): void {
  db.pragma(`cipher = 'sqlcipher'`);
  db.pragma('legacy = 4');
  db.pragma(`key = "x'${Buffer.from(key).toString('hex')}'"`);
  try {
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code === 'SQLITE_NOTADB') {
      throw new AppError('STORE_KEY_WRONG', 'Wrong key, or the head of the database file is damaged.', {
        cause: error,
      });
    }
    throw storeError(error);
  }
}

/**
 * Makes every commit wait for the disk. WAL alone does not: it comes with `synchronous=NORMAL`
 * here, and says so only after the first write. So FULL is set after WAL, and read back after one.
 */
function beDurable(db: Database.Database): void {
  assert(db.pragma('journal_mode = WAL', { simple: true }) === 'wal', 'the file takes a write-ahead log');
  db.pragma('synchronous = FULL');
  const version: unknown = db.pragma('user_version', { simple: true });
  db.pragma(`user_version = ${String(version)}`);
  assert(db.pragma('synchronous', { simple: true }) === SYNCHRONOUS_FULL, 'commits wait for the disk');
}

const KEY_BYTES = 32;
const SYNCHRONOUS_FULL = 2;
