import type Database from 'better-sqlite3';
import { LANES, type LaneCounts, type Operation } from '@shimabashi/contracts';
import { laneOf } from '../lane.ts';
import { operationOf, type VersionRow } from './versions.ts';

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
  readonly #numberedOfOurs: Database.Statement;

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
    this.#parked = db.prepare('SELECT count(*) FROM outbox WHERE parked_code IS NOT NULL').pluck();
    this.#numberedOfOurs = db.prepare(
      `SELECT version.*, NULL AS parked_code FROM version
       WHERE hub_sequence IS NOT NULL AND (authored_here = 1 OR device_id = ?)`,
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

  /** What goes next. At least one if anything can go, even if it alone is larger than `bytes`. */
  due(limit: { readonly operations: number; readonly bytes: number }): readonly Operation[] {
    const operations: Operation[] = [];
    const taken = new Set<string>();
    let bytes = 0;
    for (const item of this.#due.iterate()) {
      const row = item as VersionRow & { base_waits: number };
      if (row.base_waits === 1 && !taken.has(row.base_version_id ?? '')) continue;
      const operation = operationOf(row);
      bytes += Buffer.byteLength(JSON.stringify(operation));
      if (operations.length > 0 && bytes > limit.bytes) break;
      operations.push(operation);
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
    return { waiting, parked: this.#parked.get() as number };
  }

  /** Queues again everything of ours that some hub had confirmed. Gives how many. */
  requeue(deviceId: string): number {
    const rows = this.#numberedOfOurs.all(deviceId) as VersionRow[];
    for (const row of rows) this.add(row.sequence, operationOf(row));
    return rows.length;
  }
}
