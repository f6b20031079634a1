import { createHash } from 'node:crypto';
import type Database from 'better-sqlite3';
import {
  type AppErrorCode,
  assert,
  type BinaryChunk,
  CHUNK_BYTES,
  type LaneCounts,
  LANES,
  type PushResult,
  WITHDRAWN_CODE,
} from '@shimabashi/contracts';
import { type BinaryState, type ChartLog, type NewBinary, type Parked, type StoredVersion } from '../log.ts';
import { SELECT_VERSION, storedVersion, type VersionRow } from './versions.ts';

type ChunkLimit = Parameters<ChartLog['chunksDue']>[0];

interface BinaryRow {
  readonly number: number;
  readonly binary_id: string;
  readonly size_bytes: number;
  readonly is_whole: number;
  readonly parked_code: string | null;
}

/**
 * The bytes that DocumentReferences name, in rows of `CHUNK_BYTES`, and on a kiosk which of them the
 * hub has not confirmed yet.
 *
 * Rows come in any order; whatever has come stays. Bytes count only when all are here and have the
 * hash that they are known by.
 */
export class Binaries {
  readonly #newId: () => string;
  readonly #find: Database.Statement;
  readonly #insert: Database.Statement;
  readonly #insertChunk: Database.Statement;
  readonly #remove: Database.Statement;
  readonly #setWhole: Database.Statement;
  readonly #setUnwhole: Database.Statement;
  readonly #wholeUpTo: Database.Statement;
  readonly #outlived: Database.Statement;
  readonly #removeById: Database.Statement;
  readonly #idOf: Database.Statement;
  readonly #held: Database.Statement;
  readonly #data: Database.Statement;
  readonly #namedBy: Database.Statement;
  readonly #outbox: ChunkOutbox;

  constructor(db: Database.Database, newId: () => string) {
    this.#newId = newId;
    this.#find = db.prepare('SELECT * FROM binary WHERE binary_id = ?');
    this.#insert = db.prepare(
      'INSERT INTO binary (binary_id, size_bytes, lane, is_whole) VALUES (@binaryId, @sizeBytes, @lane, @isWhole)',
    );
    this.#insertChunk = db.prepare(
      'INSERT INTO binary_chunk (binary_number, chunk_index, data) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    );
    this.#remove = db.prepare('DELETE FROM binary WHERE number = ?');
    this.#setWhole = db.prepare(
      `UPDATE binary SET is_whole = 1,
         whole_number = (SELECT coalesce(max(whole_number), 0) + 1 FROM binary)
       WHERE number = ?`,
    );
    this.#wholeUpTo = db
      .prepare(
        `SELECT binary_id FROM binary WHERE is_whole = 1 AND whole_number <= @wholeNumber
         AND binary_id IN (SELECT value FROM json_each(@binaryIds))`,
      )
      .pluck();
    this.#outlived = db
      .prepare(
        `SELECT binary.binary_id FROM binary
         WHERE binary.lane = @lane AND binary.is_whole = 1 AND binary.parked_code IS NULL
         AND NOT EXISTS (SELECT 1 FROM binary_outbox AS waiting WHERE waiting.binary_number = binary.number)
         AND EXISTS (SELECT 1 FROM binary_name AS name WHERE name.binary_id = binary.binary_id)
         AND NOT EXISTS (
           SELECT 1 FROM binary_name AS name JOIN version ON version.sequence = name.sequence
           WHERE name.binary_id = binary.binary_id
           AND (version.hub_sequence IS NULL OR version.authored_at_ms >= @authoredBeforeMs)
         )
         ORDER BY binary.number LIMIT @limit`,
      )
      .pluck();
    this.#removeById = db.prepare('DELETE FROM binary WHERE binary_id = ?');
    this.#setUnwhole = db.prepare('UPDATE binary SET is_whole = 0 WHERE number = ?');
    this.#idOf = db.prepare('SELECT binary_id FROM binary WHERE number = ?').pluck();
    this.#held = db
      .prepare('SELECT chunk_index FROM binary_chunk WHERE binary_number = ? ORDER BY chunk_index')
      .pluck();
    this.#data = db
      .prepare('SELECT data FROM binary_chunk WHERE binary_number = ? ORDER BY chunk_index')
      .pluck();
    this.#namedBy = db.prepare(
      `${SELECT_VERSION} JOIN binary_name AS name ON name.sequence = version.sequence
       WHERE name.binary_id = ? ORDER BY version.sequence`,
    );
    this.#outbox = new ChunkOutbox(db);
  }

  /** Keeps bytes that were made here, and queues them. Call in the transaction of what names them. */
  add({ binaryId, bytes, lane }: NewBinary): void {
    assert(sha256Of([bytes]) === binaryId, 'bytes are known by their own hash');
    if (this.#row(binaryId) !== undefined) return;
    const row = { binaryId, sizeBytes: bytes.length, lane: LANES.indexOf(lane), isWhole: 1 };
    const number = Number(this.#insert.run(row).lastInsertRowid);
    for (let index = 0; index < chunksOf(bytes.length); index += 1) {
      this.#insertChunk.run(number, index, bytes.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES));
      this.#outbox.add(number, index, this.#newId());
    }
  }

  /** Keeps a chunk that came; with the last one missing, looks whether the whole is what it should be. */
  receive({ operationId, binaryId, sizeBytes, index, dataBase64 }: BinaryChunk): PushResult {
    const rejected = { operationId, outcome: 'rejected', code: 'RESOURCE_INVALID' } as const;
    const known = this.#row(binaryId);
    if (known !== undefined && known.size_bytes !== sizeBytes) return rejected;
    if (known?.is_whole === 1) return { operationId, outcome: 'received', missing: [] };

    const row = { binaryId, sizeBytes, lane: LANES.indexOf('photo'), isWhole: 0 };
    const number = known?.number ?? Number(this.#insert.run(row).lastInsertRowid);
    this.#insertChunk.run(number, index, Buffer.from(dataBase64, 'base64'));
    const missing = this.#missing(number, sizeBytes);
    if (missing.length > 0) return { operationId, outcome: 'received', missing };

    if (sha256Of(this.#data.iterate(number) as Iterable<Buffer>) !== binaryId) {
      // Nobody can tell which row is the wrong one. The kiosk, which has the right ones, sends anew.
      this.#remove.run(number);
      return rejected;
    }
    this.#setWhole.run(number);
    return { operationId, outcome: 'received', missing };
  }

  #missing(number: number, sizeBytes: number): number[] {
    const held = new Set(this.#held.all(number) as number[]);
    return Array.from({ length: chunksOf(sizeBytes) }, (_, index) => index).filter(index => !held.has(index));
  }

  /** Takes the hub's answer to a chunk. No effect when it is to something that is not waiting. */
  settle(result: Extract<PushResult, { outcome: 'received' | 'rejected' }>): void {
    const number = this.#outbox.binaryOf(result.operationId);
    if (number === undefined) return;
    if (result.outcome === 'rejected') {
      this.#reject(number, result.code);
      return;
    }
    const missing = new Set(result.missing);
    for (const index of this.#held.all(number) as number[]) {
      if (missing.has(index)) this.#outbox.add(number, index, this.#newId());
      else this.#outbox.remove(number, index);
    }
  }

  /**
   * Bytes that came to the hub in disorder are sent once more, all of them: ours have the right hash,
   * or they would not be here. What it does not take at all is parked, with the hub's reason.
   */
  #reject(number: number, code: string): void {
    const failures = this.#outbox.countFailure(number);
    if (code !== 'RESOURCE_INVALID' || failures >= FAILURES_MAX) {
      this.#outbox.park(number, code);
      return;
    }
    this.#queueAll(number);
  }

  #queueAll(number: number): void {
    for (const index of this.#held.all(number) as number[]) this.#outbox.add(number, index, this.#newId());
  }

  /** Queues everything again: no hub of the new epoch is known to have any of it. */
  requeue(): void {
    for (const number of this.#outbox.binaries()) this.#queueAll(number);
  }

  /**
   * After a rescue: looks which pictures are whole. Of those that are not, what the hub has goes, what
   * still waits and can be read is sent, and what was to be sent and cannot be read is parked. Gives
   * how many these are.
   */
  mend({ isOutboxWhole }: { readonly isOutboxWhole: boolean }): number {
    let unreadable = 0;
    for (const number of this.#outbox.binaries()) {
      const isWhole = sha256Of(this.#data.iterate(number) as Iterable<Buffer>) === this.#idOf.get(number);
      if (isWhole) {
        if (!isOutboxWhole) this.#queueAll(number);
        continue;
      }
      const waiting = this.#outbox.indexesOf(number);
      if (isOutboxWhole && waiting.length === 0) {
        this.#remove.run(number);
        continue;
      }
      this.#setUnwhole.run(number);
      const held = new Set(this.#held.all(number) as number[]);
      if (!isOutboxWhole || waiting.some(index => !held.has(index))) {
        this.#outbox.park(number, UNREADABLE_CODE);
        unreadable += 1;
      }
    }
    return unreadable;
  }

  due(limit: ChunkLimit): readonly BinaryChunk[] {
    return this.#outbox.due(limit);
  }

  /** Pictures that the hub refused, with the newest version that names each. */
  parked(): readonly Parked[] {
    return this.#outbox.parked().flatMap(({ binary_id: itemId, parked_code: code }) => {
      const version = this.namedBy(itemId).at(-1);
      return version === undefined || code === null
        ? []
        : [{ itemId, kind: 'picture' as const, code, version, dependants: 0, isReturned: false }];
    });
  }

  /** Which of these were whole when so many were. */
  wholeUpTo(binaryIds: readonly string[], wholeNumber: number): readonly string[] {
    return this.#wholeUpTo.all({ binaryIds: JSON.stringify(binaryIds), wholeNumber }) as string[];
  }

  /** Photographs that the hub has confirmed, as it has every version that names them, all of them old. */
  outlived(authoredBeforeMs: number, limit: number): readonly string[] {
    return this.#outlived.all({ lane: LANES.indexOf('photo'), authoredBeforeMs, limit }) as string[];
  }

  /** Drops bytes. Only what `outlived` named: anything else stays. */
  drop(binaryIds: readonly string[], authoredBeforeMs: number): readonly string[] {
    const allowed = new Set(this.outlived(authoredBeforeMs, Number.MAX_SAFE_INTEGER));
    const dropped = binaryIds.filter(binaryId => allowed.has(binaryId));
    for (const binaryId of dropped) this.#removeById.run(binaryId);
    return dropped;
  }

  /** Whether it was parked; then it waits to be sent. */
  retry(binaryId: string): boolean {
    return this.#outbox.unpark(binaryId);
  }

  withdraw(binaryId: string): void {
    const row = this.#row(binaryId);
    if (row !== undefined) this.#outbox.park(row.number, WITHDRAWN_CODE);
  }

  waiting(): { readonly waiting: Pick<LaneCounts, 'thumbnail' | 'photo'>; readonly parked: number } {
    return this.#outbox.waiting();
  }

  state(binaryId: string): BinaryState | undefined {
    const row = this.#row(binaryId);
    if (row === undefined) return undefined;
    return {
      isWhole: row.is_whole === 1,
      chunksTotal: chunksOf(row.size_bytes),
      chunksHeld: this.#held.all(row.number).length,
      chunksWaiting: this.#outbox.countOf(row.number),
      parkedCode: row.parked_code,
    };
  }

  bytes(binaryId: string): Uint8Array | undefined {
    const row = this.#row(binaryId);
    return row?.is_whole === 1 ? Buffer.concat(this.#data.all(row.number) as Buffer[]) : undefined;
  }

  namedBy(binaryId: string): readonly StoredVersion[] {
    return (this.#namedBy.all(binaryId) as VersionRow[]).map(storedVersion);
  }

  #row(binaryId: string): BinaryRow | undefined {
    return this.#find.get(binaryId) as BinaryRow | undefined;
  }
}

/** Which chunks the hub has not confirmed. Those of a parked binary stay, visibly, and are not sent. */
class ChunkOutbox {
  readonly #add: Database.Statement;
  readonly #remove: Database.Statement;
  readonly #binaryOf: Database.Statement;
  readonly #countOf: Database.Statement;
  readonly #indexesOf: Database.Statement;
  readonly #countFailure: Database.Statement;
  readonly #park: Database.Statement;
  readonly #due: Database.Statement;
  readonly #counts: Database.Statement;
  readonly #parked: Database.Statement;
  readonly #unpark: Database.Statement;
  readonly #binaries: Database.Statement;

  constructor(db: Database.Database) {
    this.#add = db.prepare(`
      INSERT INTO binary_outbox (lane, binary_number, chunk_index, chunk_id)
      SELECT lane, number, @index, @chunkId FROM binary WHERE number = @number ON CONFLICT DO NOTHING`);
    this.#remove = db.prepare('DELETE FROM binary_outbox WHERE binary_number = ? AND chunk_index = ?');
    this.#binaryOf = db.prepare('SELECT binary_number FROM binary_outbox WHERE chunk_id = ?').pluck();
    this.#indexesOf = db.prepare('SELECT chunk_index FROM binary_outbox WHERE binary_number = ?').pluck();
    this.#countOf = db.prepare('SELECT count(*) FROM binary_outbox WHERE binary_number = ?').pluck();
    this.#countFailure = db
      .prepare('UPDATE binary SET failures = failures + 1 WHERE number = ? RETURNING failures')
      .pluck();
    this.#park = db.prepare('UPDATE binary SET parked_code = ? WHERE number = ?');
    this.#due = db.prepare(`
      SELECT waiting.chunk_id, waiting.chunk_index, binary.binary_id, binary.size_bytes, chunk.data
      FROM binary_outbox AS waiting
      JOIN binary ON binary.number = waiting.binary_number
      JOIN binary_chunk AS chunk
        ON chunk.binary_number = waiting.binary_number AND chunk.chunk_index = waiting.chunk_index
      WHERE binary.parked_code IS NULL AND EXISTS (
        SELECT 1 FROM binary_name AS name JOIN version ON version.sequence = name.sequence
        WHERE name.binary_id = binary.binary_id AND version.hub_sequence IS NOT NULL
      )
      ORDER BY waiting.lane, waiting.binary_number, waiting.chunk_index`);
    this.#counts = db.prepare(`
      SELECT lane, count(*) AS count FROM binary
      WHERE parked_code IS NULL
      AND EXISTS (SELECT 1 FROM binary_outbox AS waiting WHERE waiting.binary_number = binary.number)
      GROUP BY lane`);
    this.#parked = db.prepare(
      `SELECT * FROM binary WHERE parked_code <> '${WITHDRAWN_CODE}' ORDER BY number`,
    );
    this.#unpark = db.prepare(
      `UPDATE binary SET parked_code = NULL, failures = 0
       WHERE binary_id = ? AND parked_code <> '${WITHDRAWN_CODE}'`,
    );
    this.#binaries = db.prepare('SELECT number FROM binary ORDER BY number').pluck();
  }

  /** No effect when it waits already: it keeps the id that it may have been sent with. */
  add(number: number, index: number, chunkId: string): void {
    this.#add.run({ number, index, chunkId });
  }

  remove(number: number, index: number): void {
    this.#remove.run(number, index);
  }

  binaryOf(chunkId: string): number | undefined {
    return this.#binaryOf.get(chunkId) as number | undefined;
  }

  indexesOf(number: number): readonly number[] {
    return this.#indexesOf.all(number) as number[];
  }

  countOf(number: number): number {
    return this.#countOf.get(number) as number;
  }

  /** How often the hub has refused it, this time included. */
  countFailure(number: number): number {
    return this.#countFailure.get(number) as number;
  }

  park(number: number, code: string): void {
    this.#park.run(code, number);
  }

  /** What goes next. At least one if anything can go. */
  due(limit: ChunkLimit): readonly BinaryChunk[] {
    const chunks: BinaryChunk[] = [];
    let bytes = 0;
    for (const item of this.#due.iterate()) {
      const row = item as {
        chunk_id: string;
        chunk_index: number;
        binary_id: string;
        size_bytes: number;
        data: Buffer;
      };
      if (limit.except?.has(row.chunk_id) === true) continue;
      bytes += row.data.length;
      if (chunks.length > 0 && bytes > limit.bytes) break;
      chunks.push({
        operationId: row.chunk_id,
        binaryId: row.binary_id,
        sizeBytes: row.size_bytes,
        index: row.chunk_index,
        dataBase64: row.data.toString('base64'),
      });
    }
    return chunks;
  }

  waiting(): { readonly waiting: Pick<LaneCounts, 'thumbnail' | 'photo'>; readonly parked: number } {
    const counts = this.#counts.all() as { lane: number; count: number }[];
    const countOf = (lane: 'thumbnail' | 'photo'): number =>
      counts.find(row => LANES[row.lane] === lane)?.count ?? 0;
    return {
      waiting: { thumbnail: countOf('thumbnail'), photo: countOf('photo') },
      parked: this.parked().length,
    };
  }

  parked(): readonly BinaryRow[] {
    return this.#parked.all() as BinaryRow[];
  }

  unpark(binaryId: string): boolean {
    return this.#unpark.run(binaryId).changes > 0;
  }

  binaries(): readonly number[] {
    return this.#binaries.all() as number[];
  }
}

function chunksOf(sizeBytes: number): number {
  return Math.ceil(sizeBytes / CHUNK_BYTES);
}

function sha256Of(parts: Iterable<Uint8Array>): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/** Bytes that were to be sent, and that a damaged disk has lost. */
const UNREADABLE_CODE: AppErrorCode = 'STORE_CORRUPT';

/** So often the hub may find all of a picture's bytes and the hash not to fit. */
const FAILURES_MAX = 3;
