import type Database from 'better-sqlite3';
import {
  AppError,
  assert,
  type BinaryChunk,
  type FormerEpoch,
  type Operation,
  type PullCursor,
  type PullResponse,
  type PushResult,
  WITHDRAWN_CODE,
} from '@shimabashi/contracts';
import { type AuditNote, type ChartLog, type NewBinary, type OutboxItem } from '../log.ts';
import { binariesNamedBy } from '../search/binary.ts';
import { Backfills } from './backfills.ts';
import { Binaries } from './binaries.ts';
import { openEncryptedDatabase } from './database.ts';
import { withStoreErrors } from './errors.ts';
import { Facts } from './facts.ts';
import { Heads } from './heads.ts';
import { Incoming } from './incoming.ts';
import { Members } from './members.ts';
import { mergeHeads } from './merging.ts';
import { CHART_MIGRATIONS } from './migrations.ts';
import { Outbox } from './outbox.ts';
import { Pages } from './pages.ts';
import { Queries } from './queries.ts';
import { Versions } from './versions.ts';

export interface ChartLogOptions {
  /** The file, or `:memory:` (simulations only: nothing is encrypted there, nothing lasts). */
  readonly path: string;
  /** 32 random bytes. */
  readonly key: Uint8Array;
  /** Gives a new UUID: the epoch of a new log, the id of a chunk. */
  readonly newId: () => string;
  /** A page turned out to be damaged, or the disk does not give it: each time that this is found. */
  readonly onDamaged?: () => void;
  /** Hub: the file was just restored from a backup, so that what kiosks know of it is void. */
  readonly renewEpoch?: boolean;
}

/**
 * Opens, or creates, the chart's log in one encrypted SQLite file.
 *
 * @throws AppError `STORE_KEY_WRONG`, `STORE_CORRUPT`, `CONFIG_INVALID` (a newer release wrote it),
 * `DISK_FULL`.
 */
export function openChartLog(options: ChartLogOptions): ChartLog {
  const db = openEncryptedDatabase({ ...options, migrations: CHART_MIGRATIONS });
  try {
    return withStoreErrors(() => new SqliteChartLog(db, options));
  } catch (error) {
    db.close();
    throw error;
  }
}

export class SqliteChartLog implements ChartLog {
  readonly epoch: string;
  readonly continues: readonly FormerEpoch[];
  readonly #db: Database.Database;
  readonly #versions: Versions;
  readonly #heads: Heads;
  readonly #outbox: Outbox;
  readonly #queries: Queries;
  readonly #binaries: Binaries;
  readonly #incoming: Incoming;
  readonly #pages: Pages;
  readonly #members: Members;
  readonly #backfills: Backfills;
  readonly #audit: Database.Statement;
  readonly #facts: Facts;
  #onDamaged: () => void = () => {};

  constructor(
    db: Database.Database,
    { newId, renewEpoch, onDamaged = () => {} }: Omit<ChartLogOptions, 'path' | 'key'>,
  ) {
    this.#db = db;
    this.#versions = new Versions(db);
    this.#heads = new Heads(db);
    this.#outbox = new Outbox(db);
    this.#queries = new Queries(db);
    this.#binaries = new Binaries(db, newId);
    this.#audit = db.prepare(`
      INSERT INTO audit (actor_id, device_id, action, patient_id, at_ms)
      VALUES (@actorId, @deviceId, @action, @patientId, @atMs)`);
    this.#incoming = new Incoming({ versions: this.#versions, heads: this.#heads, outbox: this.#outbox });
    this.#pages = new Pages(db);
    this.#members = new Members(db);
    this.#backfills = new Backfills(db);
    this.#facts = new Facts(db);

    this.#write(() => this.#facts.beginEpoch(newId(), renewEpoch === true));
    this.epoch = this.#facts.epoch();
    this.continues = this.#facts.formerEpochs();
    // Whoever opens it hears of damage as an error.
    this.#onDamaged = onDamaged;
  }

  author(
    operations: readonly Operation[],
    audit: AuditNote,
    binaries: readonly NewBinary[] = [],
  ): readonly ('saved' | 'already-saved')[] {
    const named = new Set(operations.flatMap(({ resource }) => namesIn(resource)));
    assert(
      binaries.every(({ binaryId }) => named.has(binaryId)),
      'bytes are kept with what names them',
    );
    return this.#write(() => {
      this.#audit.run(audit);
      for (const binary of binaries) this.#binaries.add(binary);
      return operations.map(operation => {
        const sequence = this.#versions.insert(operation, { authoredHere: true });
        if (sequence === undefined) return 'already-saved';
        this.#outbox.add(sequence, operation);
        this.#heads.add(sequence, operation);
        return 'saved';
      });
    });
  }

  accept(operations: readonly Operation[], audit: AuditNote): readonly PushResult[] {
    return this.#write(() => {
      this.#audit.run(audit);
      return operations.map(operation => this.#acceptOne(operation, audit));
    });
  }

  #acceptOne(operation: Operation, audit: AuditNote): PushResult {
    const { operationId, patientId, clinicId, resource } = operation;
    const known = this.#versions.sequenceOf(operationId);
    if (known !== undefined) return { operationId, outcome: 'duplicate', sequence: known };

    const owner = patientId === null ? undefined : this.#versions.clinicOf(resource);
    if (owner !== undefined && owner !== clinicId) {
      return { operationId, outcome: 'rejected', code: 'FORBIDDEN' };
    }
    const { sequence, outcome } = this.#number(operation);
    mergeHeads({ versions: this.#versions, heads: this.#heads }, operation, merged => {
      this.#number(merged);
      const { authorId: actorId, deviceId } = merged;
      this.#audit.run({ actorId, deviceId, action: 'write', patientId, atMs: audit.atMs });
    });
    const isMerged = outcome === 'conflict' && !this.#heads.of(resource).includes(operationId);
    return { operationId, outcome: isMerged ? 'applied' : outcome, sequence };
  }

  /** Hub: gives a new version its number. */
  #number(operation: Operation): { readonly sequence: number; readonly outcome: 'applied' | 'conflict' } {
    const sequence = this.#versions.insert(operation, { authoredHere: false });
    assert(sequence !== undefined, 'an unknown operation is inserted');
    this.#versions.setHubSequence(sequence, sequence);
    this.#members.take(sequence, operation);
    return { sequence, outcome: this.#heads.add(sequence, operation) };
  }

  acceptChunks(chunks: readonly BinaryChunk[], audit: AuditNote): readonly PushResult[] {
    return this.#write(() =>
      chunks.map(chunk => {
        const wasWhole = this.#binaries.state(chunk.binaryId)?.isWhole === true;
        const result = this.#binaries.receive(chunk);
        const isWhole = this.#binaries.state(chunk.binaryId)?.isWhole === true;
        if (isWhole && !wasWhole) this.#audit.run(audit);
        return result;
      }),
    );
  }

  versionsAfter(
    sequence: number,
    clinicIds: readonly string[],
    limit: number,
  ): ReturnType<ChartLog['versionsAfter']> {
    return this.#guard(() => this.#pages.ofClinics(sequence, clinicIds, limit));
  }

  versionsOf(patientId: string, sequence: number, limit: number): ReturnType<ChartLog['versionsOf']> {
    return this.#guard(() => this.#pages.ofPatient(patientId, sequence, limit));
  }

  clinicsOf(patientId: string): readonly string[] {
    return this.#guard(() => this.#members.clinicsOf(patientId));
  }

  joined(
    between: { readonly after: number; readonly upTo: number },
    clinicIds: readonly string[],
  ): readonly string[] {
    return this.#guard(() => this.#members.joined(between, clinicIds));
  }

  progress(sequence: number, clinicIds: readonly string[]): ReturnType<ChartLog['progress']> {
    return this.#guard(() => this.#pages.progress(sequence, clinicIds));
  }

  backfillDue(): ReturnType<ChartLog['backfillDue']> {
    return this.#guard(() => this.#backfills.next());
  }

  applyBackfill(patientId: string, page: PullResponse | null): ReturnType<ChartLog['applyBackfill']> {
    return this.#write(() => {
      if (page === null) {
        this.#backfills.end(patientId);
        return { patientIds: [] };
      }
      if (page.epoch !== this.#facts.cursor().epoch) return { patientIds: [] };
      const changed = page.versions.filter(version => this.#incoming.apply(version));
      if (page.more) this.#backfills.moveTo(patientId, page.nextSequence);
      else this.#backfills.end(patientId);
      return { patientIds: [...new Set(changed.map(version => version.operation.patientId))] };
    });
  }

  clinicIds(): readonly string[] {
    return this.#guard(() => this.#queries.clinicIds());
  }

  applyPulled(page: PullResponse): { readonly patientIds: readonly (string | null)[] } {
    return this.#write(() => {
      const { epoch } = this.#facts.cursor();
      assert(epoch === null || epoch === page.epoch, 'a page is of the epoch that the cursor is of');
      const changed = page.versions.filter(version => this.#incoming.apply(version));
      this.#facts.setCursor({ epoch: page.epoch, sequence: page.nextSequence });
      this.#backfills.add(page.backfill ?? []);
      return { patientIds: [...new Set(changed.map(version => version.operation.patientId))] };
    });
  }

  cursor(): PullCursor {
    return this.#guard(() => this.#facts.cursor());
  }

  adoptEpoch(
    epoch: string,
    deviceId: string,
    continues: readonly FormerEpoch[] = [],
  ): { readonly requeued: number } {
    return this.#write(() => {
      const known = this.#facts.cursor();
      if (known.epoch === epoch) return { requeued: 0 };
      const after = continues.find(former => former.epoch === known.epoch)?.sequence ?? 0;
      const requeued = this.#outbox.requeue(deviceId, after);
      this.#binaries.requeue();
      this.#backfills.restart();
      for (const resource of this.#versions.forgetHubSequences(after)) this.#heads.renew(resource);
      this.#facts.setCursor({ epoch, sequence: Math.min(after, known.sequence) });
      return { requeued };
    });
  }

  outbox(limit: { readonly operations: number; readonly bytes: number }): readonly OutboxItem[] {
    return this.#guard(() => this.#outbox.due(limit));
  }

  chunksDue(limit: Parameters<ChartLog['chunksDue']>[0]): readonly BinaryChunk[] {
    return this.#guard(() => this.#binaries.due(limit));
  }

  settle(results: readonly PushResult[]): void {
    this.#write(() => {
      for (const result of results) this.#settleOne(result);
    });
  }

  #settleOne(result: PushResult): void {
    switch (result.outcome) {
      case 'applied':
      case 'duplicate':
      case 'conflict':
        this.#incoming.taken(result);
        return;
      case 'received':
        this.#binaries.settle(result);
        return;
      case 'rejected': {
        const sequence = this.#versions.sequenceOf(result.operationId);
        if (sequence === undefined) this.#binaries.settle(result);
        else this.#outbox.park(sequence, result.code);
      }
    }
  }

  waiting(): ReturnType<ChartLog['waiting']> {
    return this.#guard(() => {
      const operations = this.#outbox.waiting();
      const binaries = this.#binaries.waiting();
      return {
        waiting: { ...operations.waiting, ...binaries.waiting },
        parked: operations.parked + binaries.parked,
      };
    });
  }

  parked(): ReturnType<ChartLog['parked']> {
    return this.#guard(() => [
      ...this.#outbox.parked().map(version => ({
        itemId: version.operation.operationId,
        kind: 'operation' as const,
        code: version.parkedCode ?? '',
        version,
        dependants: this.#outbox.family(version.sequence).length - 1,
        isReturned: this.#outbox.wasHandedOut(version.sequence),
      })),
      ...this.#binaries.parked(),
    ]);
  }

  retry(itemId: string, audit: AuditNote): boolean {
    return this.#write(() => {
      const sequence = this.#parkedSequence(itemId);
      if (sequence !== undefined) this.#outbox.unpark(sequence);
      const isParked = sequence !== undefined || this.#binaries.retry(itemId);
      if (isParked) this.#audit.run(audit);
      return isParked;
    });
  }

  withdraw(itemId: string, audit: AuditNote): boolean {
    return this.#write(() => {
      const sequence = this.#parkedSequence(itemId);
      if (sequence !== undefined && this.#outbox.wasHandedOut(sequence)) return false;
      const isPicture = this.#binaries.parked().some(parked => parked.itemId === itemId);
      if (sequence === undefined && !isPicture) return false;
      if (sequence === undefined) this.#binaries.withdraw(itemId);
      else this.#withdrawFamily(sequence);
      this.#audit.run(audit);
      return true;
    });
  }

  /** Of an operation that the hub refused, and nobody has withdrawn. */
  #parkedSequence(operationId: string): number | undefined {
    const sequence = this.#versions.sequenceOf(operationId);
    const code = sequence === undefined ? undefined : this.#outbox.codeOf(sequence);
    return code === undefined || code === WITHDRAWN_CODE ? undefined : sequence;
  }

  #withdrawFamily(sequence: number): void {
    const family = this.#outbox.family(sequence);
    for (const version of family) this.#outbox.park(version.sequence, WITHDRAWN_CODE);
    for (const { operation } of family) this.#heads.renew(operation.resource);
    for (const binaryId of family.flatMap(({ operation }) => namesIn(operation.resource))) {
      const isNamedElsewhere = this.#binaries
        .namedBy(binaryId)
        .some(version => version.parkedCode !== WITHDRAWN_CODE);
      if (!isNamedElsewhere) this.#binaries.withdraw(binaryId);
    }
  }

  heads(query: Parameters<ChartLog['heads']>[0]): ReturnType<ChartLog['heads']> {
    return this.#guard(() => this.#queries.heads(query));
  }

  contested(query: Parameters<ChartLog['contested']>[0]): ReturnType<ChartLog['contested']> {
    return this.#guard(() => this.#queries.contested(query));
  }

  contestedCounts(clinicIds: readonly string[]): ReturnType<ChartLog['contestedCounts']> {
    return this.#guard(() => this.#queries.contestedCounts(clinicIds));
  }

  observations(query: Parameters<ChartLog['observations']>[0]): ReturnType<ChartLog['observations']> {
    return this.#guard(() => this.#queries.observations(query));
  }

  latestObservations(patientId: string): ReturnType<ChartLog['latestObservations']> {
    return this.#guard(() => this.#queries.latestObservations(patientId));
  }

  encounters(query: Parameters<ChartLog['encounters']>[0]): ReturnType<ChartLog['encounters']> {
    return this.#guard(() => this.#queries.encounters(query));
  }

  findPatients(
    text: string,
    clinicIds: readonly string[],
    limit: number,
  ): ReturnType<ChartLog['findPatients']> {
    return this.#guard(() => this.#queries.findPatients(text, clinicIds, limit));
  }

  binary(binaryId: string): ReturnType<ChartLog['binary']> {
    return this.#guard(() => this.#binaries.state(binaryId));
  }

  wholeUpTo(binaryIds: readonly string[], wholeNumber: number): readonly string[] {
    return this.#guard(() => this.#binaries.wholeUpTo(binaryIds, wholeNumber));
  }

  outlivedPhotos(authoredBeforeMs: number, limit: number): readonly string[] {
    return this.#guard(() => this.#binaries.outlived(authoredBeforeMs, limit));
  }

  dropPhotos(binaryIds: readonly string[], authoredBeforeMs: number, audit: AuditNote): readonly string[] {
    return this.#write(() => {
      const dropped = this.#binaries.drop(binaryIds, authoredBeforeMs);
      if (dropped.length > 0) this.#audit.run(audit);
      return dropped;
    });
  }

  binaryBytes(binaryId: string): ReturnType<ChartLog['binaryBytes']> {
    return this.#guard(() => this.#binaries.bytes(binaryId));
  }

  binaryNamedBy(binaryId: string): ReturnType<ChartLog['binaryNamedBy']> {
    return this.#guard(() => this.#binaries.namedBy(binaryId));
  }

  history(resourceId: string): ReturnType<ChartLog['history']> {
    return this.#guard(() => this.#queries.history(resourceId));
  }

  operationIds(): readonly string[] {
    return this.#guard(() => this.#queries.operationIds());
  }

  audit(note: AuditNote): void {
    this.#write(() => this.#audit.run(note));
  }

  getSetting(name: string): string | undefined {
    return this.#guard(() => this.#facts.setting(name));
  }

  setSetting(name: string, value: string | null): void {
    this.#write(() => this.#facts.setSetting(name, value));
  }

  close(): void {
    this.#db.close();
  }

  #guard<Result>(work: () => Result): Result {
    try {
      return withStoreErrors(work);
    } catch (error) {
      if (error instanceof AppError && error.code === 'STORE_CORRUPT') this.#onDamaged();
      throw error;
    }
  }

  /** Runs `work` so that all of its writes are on the disk when this returns, or none are kept. */
  #write<Result>(work: () => Result): Result {
    return this.#guard(() => this.#db.transaction(work).immediate());
  }
}

function namesIn(resource: Operation['resource']): readonly string[] {
  return binariesNamedBy(resource).map(({ binaryId }) => binaryId);
}
