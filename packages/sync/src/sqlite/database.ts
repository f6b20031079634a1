import { closeSync, existsSync, fsyncSync, openSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { AppError, assert } from '@shimabashi/contracts';
import { withStoreErrors } from './errors.ts';
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
 * @throws AppError `STORE_KEY_WRONG` when the first page cannot be read: a wrong key and a damaged
 * first page look the same. `STORE_CORRUPT` when a later page is damaged, or when the database was
 * here and is now gone or empty: it is never begun anew in silence. `CONFIG_INVALID` when a newer
 * release has already migrated the file, or it cannot be opened. `DISK_FULL`.
 */
export function openEncryptedDatabase(options: EncryptedDatabaseOptions): Database.Database {
  const { path, key, migrations } = options;
  assert(key.length === KEY_BYTES, 'the key has 32 bytes');
  const inMemory = path === ':memory:';
  if (!inMemory) touch(path);

  const db = new Database(path);
  try {
    if (!inMemory) unlock(db, key);
    db.pragma('busy_timeout = 5000');
    db.pragma('foreign_keys = ON');
    // Sorting must not spill patients into a file that is not encrypted.
    db.pragma('temp_store = MEMORY');
    withStoreErrors(() => {
      if (!inMemory) beDurable(db);
      migrate(db, migrations);
    });
    if (!inMemory) noteMade(path);
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

/** Says that the database has been made, so that its loss is not taken for a first start. */
function noteMade(path: string): void {
  if (existsSync(markOf(path))) return;
  try {
    const mark = openSync(markOf(path), 'a', 0o600);
    fsyncSync(mark);
    closeSync(mark);
  } catch {
    // A disk that is full or read-only: the next start notes it.
  }
}

/** Empty. Whoever wants to begin anew removes it with the database. */
function markOf(path: string): string {
  return `${path}.made`;
}

export function unlock(db: Database.Database, key: Uint8Array): void {
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
    throw error;
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
