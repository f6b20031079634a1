import type Database from 'better-sqlite3';
import { LANES, type LaneCounts, type Operation, WITHDRAWN_CODE } from '@shimabashi/contracts';
import { laneOf } from '../lane.ts';
import { type OutboxItem, type StoredVersion } from '../log.ts';
import { operationOf, storedVersion, type VersionRow } from './versions.ts';

/**
 * What the hub has not confirmed yet.
 *
 * A row leaves only when the hub has numbered its version, so that whatever is lost on the way is
 * sent again. Parked rows stay, visibly, and are not sent; nor is what was made from them, since it
 * would stand on something that the hub does not have.
 */
export class Outbox {
  readonly #add: Database.Statement;
  readonly #remove: Database.Statement;
  readonly #park: Database.Statement;
  readonly #due: Database.Statement;
  readonly #counts: Database.Statement;
  readonly #parked: Database.Statement;
  readonly #parkedCount: Database.Statement;
  readonly #codeOf: Database.Statement;
  readonly #unpark: Database.Statement;
  readonly #handedOut: Database.Statement;
  readonly #family: Database.Statement;
  readonly #numbered: Database.Statement;

  constructor(db: Database.Database) {
    this.#add = db.prepare('INSERT INTO outbox (sequence, lane) VALUES (?, ?) ON CONFLICT DO NOTHING');
    this.#remove = db.prepare('DELETE FROM outbox WHERE sequence = ?');
    this.#park = db.prepare('UPDATE outbox SET parked_code = ? WHERE sequence = ?');
    this.#due = db.prepare(`
      SELECT version.*, outbox.parked_code,
        EXISTS (
          SELECT 1 FROM version AS base JOIN outbox AS waiting ON waiting.sequence = base.sequence
          WHERE base.version_id = version.base_version_id
        ) AS base_waits
      FROM outbox JOIN version ON version.sequence = outbox.sequence
      WHERE outbox.parked_code IS NULL
      ORDER BY outbox.lane, outbox.sequence`);
    this.#counts = db.prepare(
      'SELECT lane, count(*) AS count FROM outbox WHERE parked_code IS NULL GROUP BY lane',
    );
    this.#parked = db.prepare(`
      SELECT version.*, outbox.parked_code FROM outbox JOIN version ON version.sequence = outbox.sequence
      WHERE outbox.parked_code <> '${WITHDRAWN_CODE}' ORDER BY outbox.sequence`);
    this.#parkedCount = db
      .prepare(`SELECT count(*) FROM outbox WHERE parked_code <> '${WITHDRAWN_CODE}'`)
      .pluck();
    this.#codeOf = db.prepare('SELECT parked_code FROM outbox WHERE sequence = ?').pluck();
    this.#unpark = db.prepare('UPDATE outbox SET parked_code = NULL WHERE sequence = ?');
    this.#handedOut = db.prepare('SELECT 1 FROM version WHERE sequence = ? AND receipt IS NOT NULL');
    this.#family = db.prepare(`
      WITH RECURSIVE family (version_id) AS (
        SELECT version_id FROM version WHERE sequence = ?
        UNION
        SELECT version.version_id FROM version JOIN family ON version.base_version_id = family.version_id
      )
      SELECT version.*, outbox.parked_code FROM family
      JOIN version ON version.version_id = family.version_id
      JOIN outbox ON outbox.sequence = version.sequence
      ORDER BY version.sequence`);
    this.#numbered = db.prepare(
      `SELECT version.*, NULL AS parked_code FROM version
       WHERE hub_sequence > @after
       AND (authored_here = 1 OR device_id = @deviceId OR receipt IS NOT NULL)
       ORDER BY sequence`,
    );
  }

  /** Call inside the transaction that keeps the version, or it may never be sent. */
  add(sequence: number, operation: Operation): void {
    this.#add.run(sequence, LANES.indexOf(laneOf(operation)));
  }

  remove(sequence: number): void {
    this.#remove.run(sequence);
  }

  /** No effect on what is no longer waiting. */
  park(sequence: number, code: string): void {
    this.#park.run(code, sequence);
  }

  parked(): readonly StoredVersion[] {
    return (this.#parked.all() as VersionRow[]).map(storedVersion);
  }

  /** Why it is parked; `WITHDRAWN` when a person took it back; undefined when it is not. */
  codeOf(sequence: number): string | undefined {
    return (this.#codeOf.get(sequence) as string | null | undefined) ?? undefined;
  }

  /** Whether a hub had it, and gave it to us or to others. */
  wasHandedOut(sequence: number): boolean {
    return this.#handedOut.get(sequence) !== undefined;
  }

  unpark(sequence: number): void {
    this.#unpark.run(sequence);
  }

  /** A version and all that was made from it, as far as the hub has not confirmed it. */
  family(sequence: number): readonly StoredVersion[] {
    return (this.#family.all(sequence) as VersionRow[]).map(storedVersion);
  }

  /** What goes next. At least one if anything can go, even if it alone is larger than `bytes`. */
  due(limit: { readonly operations: number; readonly bytes: number }): readonly OutboxItem[] {
    const operations: OutboxItem[] = [];
    const taken = new Set<string>();
    let bytes = 0;
    for (const each of this.#due.iterate()) {
      const row = each as VersionRow & { base_waits: number };
      if (row.base_waits === 1 && !taken.has(row.base_version_id ?? '')) continue;
      const item = outboxItem(row);
      bytes += Buffer.byteLength(JSON.stringify(item));
      if (operations.length > 0 && bytes > limit.bytes) break;
      operations.push(item);
      taken.add(row.version_id);
      if (operations.length >= limit.operations) break;
    }
    return operations;
  }

  /** Of operations only: pictures are counted where their bytes are (`binaries.ts`). */
  waiting(): { readonly waiting: LaneCounts; readonly parked: number } {
    const waiting = { vitals: 0, chart: 0, thumbnail: 0, photo: 0 };
    for (const { lane, count } of this.#counts.all() as { lane: number; count: number }[]) {
      waiting[LANES[lane]!] = count;
    }
    return { waiting, parked: this.#parkedCount.get() as number };
  }

  /**
   * Queues again what the old hub numbered after this, of ours and with a receipt of others. Gives how
   * many.
   */
  requeue(deviceId: string, after: number): number {
    const rows = this.#numbered.all({ deviceId, after }) as VersionRow[];
    for (const row of rows) this.add(row.sequence, operationOf(row));
    return rows.length;
  }
}

function outboxItem(row: VersionRow): OutboxItem {
  const operation = operationOf(row);
  if (row.receipt === null) return operation;
  return { operationId: row.version_id, returned: operation, receipt: row.receipt };
}
