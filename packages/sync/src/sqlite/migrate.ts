import type Database from 'better-sqlite3';
import { AppError } from '@shimabashi/contracts';

/**
 * Brings a database forward, one step in one transaction; `user_version` counts the steps made.
 *
 * @throws AppError `CONFIG_INVALID` when the file has more steps than this release knows: an older
 * release must not write into what it does not understand.
 */
export function migrate(db: Database.Database, migrations: readonly string[]): void {
  const done = Number(db.pragma('user_version', { simple: true }));
  if (done > migrations.length) {
    throw new AppError('CONFIG_INVALID', 'The database was written by a newer release.', {
      details: { databaseVersion: done, knownVersion: migrations.length },
    });
  }
  for (const [index, step] of migrations.entries()) {
    if (index < done) continue;
    db.transaction(() => {
      db.exec(step);
      db.pragma(`user_version = ${index + 1}`);
    }).immediate();
  }
}
