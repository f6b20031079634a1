import { existsSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { WITHDRAWN_CODE } from '@shimabashi/contracts';
import { Binaries } from './binaries.ts';
import { openEncryptedDatabase, unlockOwn } from './database.ts';
import { withStoreErrors } from './errors.ts';
import { Heads } from './heads.ts';
import { CHART_MIGRATIONS } from './migrations.ts';
import { Outbox } from './outbox.ts';
import { leadingRows, readableRows, type SalvagedRow } from './salvage.ts';
import { operationOf, type VersionRow, Versions } from './versions.ts';

/** What of a damaged kiosk's log could be read, and what not. */
export interface RescueReport {
  readonly versionsRead: number;
  /** The hub sends again those that it has. */
  readonly versionsUnreadable: number;
  /** Unreadable, and the hub had not confirmed them: whoever wrote them has to write them again. */
  readonly unsent: readonly UnsentRecord[];
  /** Pictures that wait to be sent, and of which something cannot be read. */
  readonly picturesUnreadable: number;
  /** Whether the waiting list itself, and the small facts of the machine, could all be read. */
  readonly isOutboxWhole: boolean;
  readonly areSettingsWhole: boolean;
}

/** What is still known of a version that is gone; null what is not. */
export interface UnsentRecord {
  readonly resourceType: string | null;
  readonly patientId: string | null;
}

/**
 * Builds a kiosk's log anew from the rows of a damaged one that can still be read: the versions, what
 * waits for the hub, pictures, audit and settings. The damaged file is only read.
 *
 * The new log asks the hub for everything once more, since nobody can say what is missing. Where it
 * cannot be told any more whether the hub has something, it is sent again: that is harmless.
 *
 * When this returns, the new file is whole and on the disk. A file that is there already is replaced.
 *
 * @throws AppError `DISK_FULL`
 */
export function rescueChartLog(options: {
  /** Where the damaged one is. It may be gone. */
  readonly from: string;
  readonly to: string;
  readonly key: Uint8Array;
  readonly newId: () => string;
}): RescueReport {
  const { from, to, key, newId } = options;
  for (const suffix of ['', '-wal', '-shm', '.made']) rmSync(`${to}${suffix}`, { force: true });
  const target = openEncryptedDatabase({ path: to, key, migrations: CHART_MIGRATIONS });
  try {
    const source = openDamaged(from, key);
    try {
      return withStoreErrors(() =>
        target.transaction(() => new Rescue(source, target, newId).run()).immediate(),
      );
    } finally {
      source?.close();
    }
  } finally {
    target.close();
    rmSync(`${to}.made`, { force: true });
  }
}

/** Undefined when not even the first page can be read. */
function openDamaged(path: string, key: Uint8Array): Database.Database | undefined {
  if (!existsSync(path)) return undefined;
  const db = new Database(path, { readonly: true });
  try {
    unlockOwn(db, path, key);
    return db;
  } catch {
    db.close();
    return undefined;
  }
}

class Rescue {
  readonly #source: Database.Database;
  readonly #target: Database.Database;
  readonly #newId: () => string;
  readonly #inserts = new Map<string, Database.Statement>();
  /** Local sequence numbers of the versions that are here again. */
  readonly #read = new Set<number>();

  constructor(source: Database.Database | undefined, target: Database.Database, newId: () => string) {
    this.#source = source ?? new Database(':memory:');
    this.#target = target;
    this.#newId = newId;
  }

  run(): RescueReport {
    this.#target.prepare('INSERT INTO identity VALUES (1, ?)').run(this.#newId());
    const newest = this.#copyVersions();
    const outbox = this.#copyOutbox();
    this.#findHeads();
    const picturesUnreadable = this.#copyPictures();
    this.#copyAudit();
    const areSettingsWhole = this.#copySettings();
    this.#beginAnew();
    const lost = this.#lostNow(Math.max(newest, outbox.newest));
    return {
      versionsRead: this.#read.size,
      versionsUnreadable: lost.length,
      unsent: this.#describe(lost.filter(sequence => outbox.mayHold(sequence))),
      picturesUnreadable,
      isOutboxWhole: outbox.isWhole,
      areSettingsWhole,
    };
  }

  /** Gives the newest number that was ever given. */
  #copyVersions(): number {
    const insert = this.#target.prepare(`
      INSERT INTO version (
        sequence, version_id, base_version_id, merged_version_id, resource_type, resource_id, patient_id,
        clinic_id, author_id, device_id, reason, authored_at_ms, resource, authored_here, hub_sequence, receipt
      ) VALUES (
        @sequence, @version_id, @base_version_id, @merged_version_id, @resource_type, @resource_id,
        @patient_id, @clinic_id, @author_id, @device_id, @reason, @authored_at_ms, @resource,
        @authored_here, @hub_sequence, @receipt
      ) ON CONFLICT DO NOTHING`);
    for (const row of readableRows(this.#source, { name: 'version', key: 'sequence', rowsAtOnce: 200 })) {
      if (insert.run({ merged_version_id: null, receipt: null, ...row }).changes > 0) {
        this.#read.add(row['sequence'] as number);
      }
    }
    const counted = leadingRows(this.#source, "SELECT seq FROM sqlite_sequence WHERE name = 'version'")
      .rows[0];
    return Math.max(0, Number(counted?.['seq'] ?? 0), ...lastOf(this.#read));
  }

  #copyOutbox() {
    const kept = new Map<number, SalvagedRow>();
    const gaps: { readonly from: number; readonly to: number }[] = [];
    const table = { name: 'outbox', key: 'sequence', rowsAtOnce: 500 };
    for (const row of readableRows(this.#source, table, gap => gaps.push(gap))) {
      kept.set(row['sequence'] as number, row);
    }
    const insert = this.#target.prepare(
      'INSERT INTO outbox (sequence, lane, parked_code) VALUES (@sequence, @lane, @parked_code)',
    );
    for (const [sequence, row] of kept) if (this.#read.has(sequence)) insert.run(row);
    this.#queueWhatTheHubMayLack();
    return {
      isWhole: gaps.length === 0,
      newest: Math.max(0, ...lastOf(kept.keys())),
      mayHold: (sequence: number) => {
        const row = kept.get(sequence);
        if (row !== undefined) return row['parked_code'] !== WITHDRAWN_CODE;
        return gaps.some(({ from, to }) => from <= sequence && sequence <= to);
      },
    };
  }

  /** Of a version that no hub has numbered, and whose line of the waiting list is gone. */
  #queueWhatTheHubMayLack(): void {
    const outbox = new Outbox(this.#target);
    const rows = this.#target
      .prepare(
        `SELECT version.*, NULL AS parked_code FROM version
         WHERE hub_sequence IS NULL AND (authored_here = 1 OR receipt IS NOT NULL)
         AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.sequence = version.sequence)
         ORDER BY sequence`,
      )
      .all() as VersionRow[];
    for (const row of rows) outbox.add(row.sequence, operationOf(row));
  }

  /** Heads follow from the versions alone, and so does what names which bytes. */
  #findHeads(): void {
    const heads = new Heads(this.#target);
    const versions = new Versions(this.#target);
    const resources = this.#target
      .prepare('SELECT DISTINCT resource_type AS resourceType, resource_id AS id FROM version')
      .all() as { resourceType: string; id: string }[];
    for (const resource of resources) heads.renew(resource);
    const documents = this.#target
      .prepare("SELECT *, NULL AS parked_code FROM version WHERE resource_type = 'DocumentReference'")
      .all() as VersionRow[];
    for (const row of documents) versions.nameBinaries(row.sequence, operationOf(row).resource);
  }

  /** Gives how many wait to be sent and cannot be read whole. */
  #copyPictures(): number {
    this.#copyRows({ name: 'binary', key: 'number', rowsAtOnce: 500 });
    const known = new Set(this.#target.prepare('SELECT number FROM binary').pluck().all());
    // What is left of a picture whose own row is gone is of no use.
    const isOfKnown = (row: SalvagedRow): boolean => known.has(row['binary_number']);
    this.#copyRows({ name: 'binary_chunk', key: 'row', rowsAtOnce: 16 }, isOfKnown);
    const waiting = leadingRows(this.#source, 'SELECT * FROM binary_outbox');
    for (const row of waiting.rows.filter(isOfKnown)) this.#insert('binary_outbox', row);
    const isOutboxWhole = waiting.isComplete || known.size === 0;
    return new Binaries(this.#target, this.#newId).mend({ isOutboxWhole });
  }

  #copyRows(
    table: Parameters<typeof readableRows>[1],
    isWanted: (row: SalvagedRow) => boolean = () => true,
  ): void {
    for (const row of readableRows(this.#source, table)) if (isWanted(row)) this.#insert(table.name, row);
  }

  #insert(table: string, row: SalvagedRow): void {
    const columns = Object.keys(row);
    const sql = `INSERT OR IGNORE INTO ${table} (${columns.join(', ')})
      VALUES (${columns.map(column => `@${column}`).join(', ')})`;
    const statement = this.#inserts.get(sql) ?? this.#target.prepare(sql);
    this.#inserts.set(sql, statement);
    statement.run(row);
  }

  #copyAudit(): void {
    this.#copyRows({ name: 'audit', key: 'number', rowsAtOnce: 500 });
  }

  #copySettings(): boolean {
    const settings = leadingRows(this.#source, 'SELECT * FROM setting');
    for (const row of settings.rows) this.#insert('setting', row);
    return settings.isComplete;
  }

  /**
   * Reads the hub from its beginning. Where the epoch cannot be read, one that no hub has takes its
   * place: then everything is compared, as with a hub that was restored.
   */
  #beginAnew(): void {
    const [cursor] = leadingRows(this.#source, 'SELECT epoch FROM cursor').rows;
    const epoch = cursor === undefined ? this.#newId() : cursor['epoch'];
    this.#target.prepare('UPDATE cursor SET epoch = ?, sequence = 0').run(epoch);
  }

  /** What is not here, and was not missed by an earlier rescue already. */
  #lostNow(newest: number): readonly number[] {
    const missing = missingUpTo(newest, this.#read);
    const name = 'missed-by-a-rescue';
    const told = this.#target.prepare('SELECT value FROM setting WHERE name = ?').pluck().get(name);
    const before = new Set(typeof told === 'string' ? (JSON.parse(told) as number[]) : []);
    this.#target.prepare('INSERT OR REPLACE INTO setting VALUES (?, ?)').run(name, JSON.stringify(missing));
    return missing.filter(sequence => !before.has(sequence));
  }

  #describe(sequences: readonly number[]): readonly UnsentRecord[] {
    const wanted = new Set(sequences);
    const known = new Map<number, UnsentRecord>();
    const table = { name: 'head', key: 'sequence', rowsAtOnce: 500 };
    if (wanted.size > 0) {
      for (const row of readableRows(this.#source, table)) {
        if (!wanted.has(row['sequence'] as number)) continue;
        known.set(row['sequence'] as number, {
          resourceType: row['resource_type'] as string,
          patientId: row['patient_id'] as string | null,
        });
      }
    }
    return sequences.map(sequence => known.get(sequence) ?? { resourceType: null, patientId: null });
  }
}

/** The numbers from 1 on that are not here: a kiosk's log has no other gaps. */
function missingUpTo(newest: number, present: ReadonlySet<number>): number[] {
  const missing: number[] = [];
  for (let sequence = 1; sequence <= newest; sequence += 1) {
    if (!present.has(sequence)) missing.push(sequence);
  }
  return missing;
}

function lastOf(numbers: Iterable<number>): number[] {
  let last: number | undefined;
  for (const number of numbers) last = number;
  return last === undefined ? [] : [last];
}
