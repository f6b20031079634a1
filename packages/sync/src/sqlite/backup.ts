import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { AppError } from '@shimabashi/contracts';
import { unlockOwn } from './database.ts';
import { readableRows } from './salvage.ts';

/** What a chart's log holds, as its copy must hold it too. */
export interface ChartFigures {
  readonly epoch: string;
  readonly versions: number;
  readonly newestSequence: number;
  /** SHA-256 over all operation ids in the order of commits, hexadecimal. */
  readonly operationsHash: string;
}

/**
 * Copies an encrypted database that may be in use, as it is at one moment, into a new file under the
 * same key. Readers and the writer of the original go on meanwhile.
 *
 * @throws AppError `STORE_KEY_WRONG`, `NOT_FOUND`; SQLite's own error when the disk is full.
 */
export function copyDatabase(options: {
  readonly from: string;
  readonly to: string;
  readonly key: Uint8Array;
}): void {
  const db = openToRead(options.from, options.key);
  try {
    // The online backup interface refuses encrypted files here; this keeps the cipher and the key.
    db.prepare('VACUUM INTO ?').run(options.to);
  } finally {
    db.close();
  }
}

/**
 * Reads every page of an encrypted database: its HMAC, its structure and its foreign keys.
 *
 * @throws AppError `STORE_CORRUPT` with the first finding as `details.finding`; as `copyDatabase`.
 */
export function verifyDatabase(path: string, key: Uint8Array): void {
  const db = openToRead(path, key);
  try {
    const findings = [
      ...(db.pragma('cipher_integrity_check') as object[]),
      ...(db.pragma('integrity_check') as object[]).filter(row => !Object.values(row).includes('ok')),
      ...(db.pragma('foreign_key_check') as object[]),
    ];
    const [first] = findings;
    if (first !== undefined) {
      throw new AppError('STORE_CORRUPT', 'The database is damaged.', {
        details: { findings: findings.length },
      });
    }
  } catch (error) {
    if (error instanceof Database.SqliteError) {
      throw new AppError('STORE_CORRUPT', 'The database is damaged.', { cause: error });
    }
    throw error;
  } finally {
    db.close();
  }
}

/** What the chart's log in this file holds. */
export function chartFigures(path: string, key: Uint8Array): ChartFigures {
  const db = openToRead(path, key);
  try {
    const hash = createHash('sha256');
    let versions = 0;
    for (const id of db.prepare('SELECT version_id FROM version ORDER BY sequence').pluck().iterate()) {
      hash.update(String(id));
      versions += 1;
    }
    return {
      epoch: db.prepare('SELECT epoch FROM identity').pluck().get() as string,
      versions,
      newestSequence: db.prepare('SELECT coalesce(max(sequence), 0) FROM version').pluck().get() as number,
      operationsHash: hash.digest('hex'),
    };
  } finally {
    db.close();
  }
}

/** How many versions of a damaged chart can still be read, and up to which number there were some. */
export function readableVersions(
  path: string,
  key: Uint8Array,
): { readonly readable: number; readonly newestSequence: number } {
  const db = openToRead(path, key);
  try {
    let readable = 0;
    let newestSequence = 0;
    for (const row of readableRows(db, { name: 'version', key: 'sequence', rowsAtOnce: 200 })) {
      readable += 1;
      newestSequence = row['sequence'] as number;
    }
    return { readable, newestSequence };
  } finally {
    db.close();
  }
}

/** How many pictures of this chart had become whole (`ChartLog.wholeUpTo`). */
export function wholePictures(path: string, key: Uint8Array): number {
  const db = openToRead(path, key);
  try {
    return db.prepare('SELECT coalesce(max(whole_number), 0) FROM binary').pluck().get() as number;
  } finally {
    db.close();
  }
}

function openToRead(path: string, key: Uint8Array): Database.Database {
  if (!existsSync(path)) throw new AppError('NOT_FOUND', 'There is no such database.');
  const db = new Database(path, { readonly: true });
  try {
    unlockOwn(db, path, key);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
