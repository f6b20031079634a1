import type Database from 'better-sqlite3';
import { type FormerEpoch, type PullCursor } from '@shimabashi/contracts';

/** The single facts of a log: who it is as a hub, how far it has read another, and what its machine keeps. */
export class Facts {
  readonly #db: Database.Database;
  readonly #getCursor: Database.Statement;
  readonly #setCursor: Database.Statement;
  readonly #getSetting: Database.Statement;
  readonly #setSetting: Database.Statement;
  readonly #removeSetting: Database.Statement;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#getCursor = db.prepare('SELECT epoch, sequence FROM cursor');
    this.#setCursor = db.prepare('UPDATE cursor SET epoch = @epoch, sequence = @sequence');
    this.#getSetting = db.prepare('SELECT value FROM setting WHERE name = ?').pluck();
    this.#setSetting = db.prepare('INSERT OR REPLACE INTO setting VALUES (?, ?)');
    this.#removeSetting = db.prepare('DELETE FROM setting WHERE name = ?');
  }

  /** Takes this epoch where there is none, or where the file was restored from a backup of another. */
  beginEpoch(epoch: string, isRestored: boolean): void {
    if (isRestored) {
      this.#db
        .prepare(
          `INSERT INTO former_epoch (epoch, sequence)
           SELECT epoch, (SELECT coalesce(max(sequence), 0) FROM version) FROM identity`,
        )
        .run();
    }
    this.#db.prepare(`INSERT OR ${isRestored ? 'REPLACE' : 'IGNORE'} INTO identity VALUES (1, ?)`).run(epoch);
  }

  epoch(): string {
    return this.#db.prepare('SELECT epoch FROM identity').pluck().get() as string;
  }

  /** The epochs that this log continues, newest first. */
  formerEpochs(): readonly FormerEpoch[] {
    return this.#db
      .prepare('SELECT epoch, sequence FROM former_epoch ORDER BY number DESC LIMIT ?')
      .all(FORMER_EPOCHS_TOLD) as FormerEpoch[];
  }

  cursor(): PullCursor {
    return this.#getCursor.get() as PullCursor;
  }

  setCursor(cursor: PullCursor): void {
    this.#setCursor.run(cursor);
  }

  setting(name: string): string | undefined {
    return this.#getSetting.get(name) as string | undefined;
  }

  setSetting(name: string, value: string | null): void {
    if (value === null) this.#removeSetting.run(name);
    else this.#setSetting.run(name, value);
  }
}

/** How many restored backups ago a kiosk may have been heard of last, and need not compare everything. */
const FORMER_EPOCHS_TOLD = 16;
