import Database from 'better-sqlite3';
import { AppError } from '@shimabashi/contracts';
import { openEncryptedDatabase } from '@shimabashi/sync/sqlite';
import { MIGRATIONS } from './migrations.ts';

export type HubDatabase = Database.Database;

/**
 * Opens (or makes) the hub's own database: who may enter, and which kiosks there are. Only one
 * process can have it open: a second hub on the same data folder ends here, before it writes into
 * the same chart.
 *
 * @throws AppError `CONFIG_INVALID` when another hub has it open; else as `openEncryptedDatabase`.
 */
export function openHubDatabase(path: string, key: Uint8Array): HubDatabase {
  try {
    const db = openEncryptedDatabase({ path, key, migrations: MIGRATIONS });
    db.pragma('locking_mode = EXCLUSIVE');
    // The lock is taken by the next transaction that writes, and kept from then on.
    db.exec('BEGIN IMMEDIATE; COMMIT');
    return db;
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      throw new AppError('CONFIG_INVALID', 'HUB_DATA_DIR: another hub is running on this folder');
    }
    throw error;
  }
}
