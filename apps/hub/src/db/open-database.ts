import { closeSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import { AppError } from '@shimabashi/contracts';
import { openEncryptedDatabase } from '@shimabashi/sync/sqlite';
import { MIGRATIONS } from './migrations.ts';

export type HubDatabase = Database.Database;

/**
 * Opens (or makes) the hub's own database: who may enter, and which kiosks there are.
 *
 * @throws AppError as `openEncryptedDatabase`.
 */
export function openHubDatabase(path: string, key: Uint8Array): HubDatabase {
  return openEncryptedDatabase({ path, key, migrations: MIGRATIONS });
}

/**
 * Keeps every other hub, import and restore off a data folder until the result is called or the
 * process ends, however it ends. The databases themselves stay readable, for a backup.
 *
 * @throws AppError `CONFIG_INVALID` when another has it.
 */
export function lockDataFolder(path: string): () => void {
  closeSync(openSync(path, 'a', 0o600));
  const lock = new Database(path, { timeout: 0 });
  try {
    lock.pragma('locking_mode = EXCLUSIVE');
    lock.pragma('journal_mode = MEMORY');
    // The lock is taken by the next transaction that writes, and kept from then on.
    lock.exec('BEGIN IMMEDIATE; COMMIT');
    return () => lock.close();
  } catch (error) {
    lock.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      throw new AppError('CONFIG_INVALID', 'HUB_DATA_DIR: another hub is running on this folder');
    }
    throw error;
  }
}
