import {
  AppError,
  type AppErrorCode,
  type BackfillRequest,
  type BinaryChunk,
  CHUNK_BYTES,
  type FormerEpoch,
  type HubContract,
  OPERATIONS_PER_BATCH_MAX,
  type PullProgress,
  type PullResponse,
  type PushResponse,
  type RowRequest,
} from '@shimabashi/contracts';
import { type ChartLog, type OutboxItem } from './log.ts';
import { type Step, type Timers, Worker } from './worker.ts';

/**
 * The hub as the engine sees it. A call that fails throws, and one that hangs must end by itself:
 * the engine has no time-outs of its own. Answers have been checked against their schema.
 */
export interface HubPort {
  push(items: readonly PushItem[], signal: AbortSignal): Promise<PushResponse>;
  pull(request: RowRequest<HubContract, 'sync.pull'>, signal: AbortSignal): Promise<PullResponse>;
  /** One patient's versions. */
  backfill(request: BackfillRequest, signal: AbortSignal): Promise<PullResponse>;
}

/** Operations and chunks never go in one push: see `createSyncEngine`. */
export type PushItem = OutboxItem | BinaryChunk;

export type SyncSide = 'push' | 'pull' | 'photos' | 'backfill';

export interface SyncEngineDeps {
  readonly log: Pick<
    ChartLog,
    | 'outbox'
    | 'chunksDue'
    | 'settle'
    | 'cursor'
    | 'applyPulled'
    | 'adoptEpoch'
    | 'backfillDue'
    | 'applyBackfill'
  >;
  readonly hub: HubPort;
  /** The device that this kiosk is enrolled as. */
  readonly deviceId: string;
  readonly nowMs: () => number;
  readonly timers: Timers;
  /** From 0 to below 1. Spreads the retries of many kiosks after one cut. */
  readonly random: () => number;
  /** `status()` or what the log says of the outbox may have changed. */
  readonly onChange: () => void;
  /** The charts of these patients have changed; null stands for what is nobody's. */
  readonly onPulled: (patientIds: readonly (string | null)[]) => void;
  /** A try that failed and will be made again. For the log of the process: codes only. */
  readonly onFailed?: (side: SyncSide, error: unknown) => void;
}

export interface SyncEngineStatus {
  /** When the hub last confirmed anything of ours, or null since the start. */
  readonly lastConfirmedAtMs: number | null;
  /** Everything that the hub had at this time is here. */
  readonly lastPulledAtMs: number | null;
  /** While there is more than one page to read: how far it is, where the hub says so. */
  readonly progress: PullProgress | null;
  readonly busy: boolean;
}

export interface SyncEngine {
  linkUp(): void;
  /** Ends what is under way. Answers that still come are not used: they will be asked for again. */
  linkDown(): void;
  /** There is something new here (`push`), at the hub (`pull`), or perhaps both. */
  poke(side?: 'push' | 'pull'): void;
  /** As `linkDown`, for good. The log may be closed after this. */
  stop(): void;
  status(): SyncEngineStatus;
}

/**
 * Moves operations between a kiosk's log and the hub while the link is up: pushes until the outbox
 * is empty, pulls until there is no more, then waits to be poked.
 *
 * Thumbnails and photographs go in pushes of their own, a chunk each, and only while no operation
 * waits: whatever is entered meanwhile goes before the next chunk, and a cut costs what is under way,
 * one chunk on a slow link and two on a fast one.
 *
 * Pushing and pulling fail and are tried again each on their own, so that nothing that the hub
 * refuses to take can keep its news away. Nothing leaves the outbox without the hub's answer to it;
 * sending twice is harmless, because the id of an operation is its author's.
 */
export function createSyncEngine(deps: SyncEngineDeps): SyncEngine {
  return new Engine(deps);
}

class Engine implements SyncEngine {
  readonly #deps: SyncEngineDeps;
  readonly #push: Worker;
  /** Two, so that one chunk travels while the other's answer does. The second rests on a slow link. */
  readonly #photos: readonly [Worker, Worker];
  readonly #pull: Worker;
  /** Apart: who waits at the desk does not wait for everybody's past. */
  readonly #backfill: Worker;
  #isStopped = false;
  #operationsPerBatch = OPERATIONS_PER_BATCH_MAX;
  #chunkBytesPerBatch = CHUNK_BYTES;
  #chunksUnderWay = new Set<string>();
  /** Sent, and no answer came. The next answer says which of them the hub has. */
  readonly #chunksInDoubt = new Set<string>();
  #isChunkFast = false;
  #lastConfirmedAtMs: number | null = null;
  #lastPulledAtMs: number | null = null;
  #progress: PullProgress | null = null;

  constructor(deps: SyncEngineDeps) {
    this.#deps = deps;
    const workerOf = (side: SyncSide, step: Step) =>
      new Worker({
        step,
        timers: deps.timers,
        random: deps.random,
        onBusy: deps.onChange,
        onFailed: error => deps.onFailed?.(side, error),
      });
    this.#push = workerOf('push', signal => this.#pushOnce(signal));
    this.#photos = [
      workerOf('photos', signal => this.#pushChunks(signal)),
      workerOf('photos', async signal => (this.#isChunkFast ? this.#pushChunks(signal) : this.#rest())),
    ];
    this.#pull = workerOf('pull', signal => this.#pullOnce(signal));
    this.#backfill = workerOf('backfill', signal => this.#backfillOnce(signal));
  }

  linkUp(): void {
    if (this.#isStopped) return;
    // All of them, before one begins and pokes another: that would send with what is ended next.
    this.linkDown();
    this.#chunksUnderWay = new Set();
    this.#isChunkFast = false;
    this.#push.start();
    for (const photos of this.#photos) photos.start();
    this.#pull.start();
    this.#backfill.start();
  }

  linkDown(): void {
    this.#push.stop();
    for (const photos of this.#photos) photos.stop();
    this.#pull.stop();
    this.#backfill.stop();
  }

  poke(side?: 'push' | 'pull'): void {
    if (side !== 'pull') this.#push.poke();
    if (side !== 'push') this.#pull.poke();
  }

  stop(): void {
    this.#isStopped = true;
    this.linkDown();
  }

  status(): SyncEngineStatus {
    return {
      lastConfirmedAtMs: this.#lastConfirmedAtMs,
      lastPulledAtMs: this.#lastPulledAtMs,
      progress: this.#progress,
      busy: [this.#push, ...this.#photos, this.#pull, this.#backfill].some(worker => worker.busy),
    };
  }

  async #pushOnce(signal: AbortSignal): Promise<'again' | 'idle'> {
    const { log, hub } = this.#deps;
    const operations = log.outbox({ operations: this.#operationsPerBatch, bytes: BATCH_BYTES_MAX });
    if (operations.length === 0) {
      for (const photos of this.#photos) photos.poke();
      return 'idle';
    }
    try {
      const sentTo = log.cursor().epoch;
      const response = await hub.push(operations, signal);
      signal.throwIfAborted();
      this.#takeAnswers(operations, response, sentTo);
      this.#operationsPerBatch = Math.min(this.#operationsPerBatch * 2, OPERATIONS_PER_BATCH_MAX);
    } catch (error) {
      signal.throwIfAborted();
      if (!isRefusal(error)) throw error;
      this.#operationsPerBatch = Math.ceil(operations.length / 2);
      this.#parkIfAlone(operations, error.code);
    }
    return 'again';
  }

  async #pushChunks(signal: AbortSignal): Promise<'again' | 'idle'> {
    const { log, hub, nowMs } = this.#deps;
    // Higher lanes first. When they are empty, this is poked.
    if (log.outbox({ operations: 1, bytes: 1 }).length > 0) return 'idle';
    const underWay = this.#chunksUnderWay;
    const chunks = this.#nextChunks();
    if (chunks.length === 0) return 'idle';
    for (const { operationId } of chunks) underWay.add(operationId);
    try {
      const sentAtMs = nowMs();
      const sentTo = log.cursor().epoch;
      const response = await hub.push(chunks, signal);
      signal.throwIfAborted();
      this.#takeAnswers(chunks, response, sentTo);
      this.#chunksInDoubt.clear();
      this.#isChunkFast = nowMs() - sentAtMs <= FAST_CHUNK_MS;
      this.#chunkBytesPerBatch = CHUNK_BYTES;
      this.#photos[1].poke();
    } catch (error) {
      for (const { operationId } of chunks) this.#chunksInDoubt.add(operationId);
      signal.throwIfAborted();
      if (!isRefusal(error)) throw error;
      this.#chunkBytesPerBatch = 1;
      this.#parkIfAlone(chunks, error.code);
    } finally {
      for (const { operationId } of chunks) underWay.delete(operationId);
    }
    return 'again';
  }

  /** The second rests, and may leave a chunk lying that was lost under it: the first looks again. */
  #rest(): 'idle' {
    this.#photos[0].poke();
    return 'idle';
  }

  /** Rather others than what may have arrived: one answer tells of all rows of a picture. */
  #nextChunks(): readonly BinaryChunk[] {
    const bytes = this.#chunkBytesPerBatch;
    const except = new Set([...this.#chunksUnderWay, ...this.#chunksInDoubt]);
    const chunks = this.#deps.log.chunksDue({ bytes, except });
    if (chunks.length > 0 || this.#chunksInDoubt.size === 0) return chunks;
    this.#chunksInDoubt.clear();
    return this.#deps.log.chunksDue({ bytes, except: this.#chunksUnderWay });
  }

  /** `sentTo`: the epoch of the hub as it was known when this was sent. */
  #takeAnswers(
    items: readonly PushItem[],
    { epoch, results, continues }: PushResponse,
    sentTo: string | null,
  ): void {
    const sent = new Set(items.map(item => item.operationId));
    const answers = results.filter(result => sent.has(result.operationId));
    if (answers.length === 0) {
      throw new AppError('INTERNAL', 'The hub answered nothing that was asked.');
    }
    this.#adopt(epoch, continues);
    // A restored hub cannot know what names these bytes, or what this stands on, until it has been told
    // again. Whoever else was under way may have heard of it first.
    const isRestored = sentTo !== null && sentTo !== epoch;
    this.#deps.log.settle(isRestored ? answers.filter(answer => 'sequence' in answer) : answers);
    this.#lastConfirmedAtMs = this.#deps.nowMs();
    this.#deps.onChange();
  }

  /**
   * The hub refused a batch as a whole. Something in it is the reason: a smaller batch tells what,
   * and one that is refused alone is parked with that reason.
   */
  #parkIfAlone(items: readonly PushItem[], code: AppErrorCode): void {
    const [first, ...others] = items;
    if (first === undefined || others.length > 0) return;
    this.#deps.log.settle([{ operationId: first.operationId, outcome: 'rejected', code }]);
    this.#deps.onChange();
  }

  async #pullOnce(signal: AbortSignal): Promise<'again' | 'idle'> {
    const { log, hub, nowMs, onChange, onPulled } = this.#deps;
    const cursor = log.cursor();
    const askedAtMs = nowMs();
    const page = await hub.pull({ cursor, limit: OPERATIONS_PER_BATCH_MAX }, signal);
    signal.throwIfAborted();

    if (cursor.epoch !== null && cursor.epoch !== page.epoch) {
      this.#adopt(page.epoch, page.continues);
      // The page follows a cursor that means nothing any more. Ask again, but not in a tight loop:
      // should two hubs answer at one address, this would never end.
      throw new AppError('CONFLICT', 'The hub was restored: everything is compared again.');
    }
    // A push has learnt of a new epoch while this page was on its way.
    if (log.cursor().epoch !== cursor.epoch) return 'again';
    if (page.nextSequence < cursor.sequence || (page.more && page.nextSequence === cursor.sequence)) {
      throw new AppError('INTERNAL', "The hub's page leads nowhere.");
    }
    const { patientIds } = log.applyPulled(page);
    if (patientIds.length > 0) onPulled(patientIds);
    if (page.backfill !== undefined) this.#backfill.poke();
    this.#progress = page.more ? (page.progress ?? null) : null;
    if (page.more) {
      if (this.#progress !== null) onChange();
      return 'again';
    }
    this.#lastPulledAtMs = askedAtMs;
    onChange();
    return 'idle';
  }

  async #backfillOnce(signal: AbortSignal): Promise<'again' | 'idle'> {
    const { log, hub, onPulled } = this.#deps;
    const due = log.backfillDue();
    const { epoch } = log.cursor();
    if (due === undefined || epoch === null) return 'idle';
    const { patientId, sequence } = due;
    const request = { patientId, cursor: { epoch, sequence }, limit: OPERATIONS_PER_BATCH_MAX };
    const page = await hub.backfill(request, signal).catch((error: unknown) => {
      // No longer of this clinic, or never.
      if (error instanceof AppError && error.code === 'NOT_FOUND') return null;
      throw error;
    });
    signal.throwIfAborted();
    if (page !== null && page.epoch !== epoch) {
      this.#pull.poke();
      throw new AppError('CONFLICT', 'The hub was restored: its numbers are others now.');
    }
    const { patientIds } = log.applyBackfill(patientId, page);
    if (patientIds.length > 0) onPulled(patientIds);
    return 'again';
  }

  /** Both sides start over when the hub has changed under them: see `ChartLog.adoptEpoch`. */
  #adopt(epoch: string, continues: readonly FormerEpoch[] | undefined): void {
    if (this.#deps.log.cursor().epoch === epoch) return;
    this.#deps.log.adoptEpoch(epoch, this.#deps.deviceId, continues);
    this.#deps.onChange();
    this.poke();
  }
}

/** Whether the hub found fault with what was sent, rather than with the time or the sender. */
function isRefusal(error: unknown): error is AppError {
  return error instanceof AppError && (error.code === 'BAD_REQUEST' || error.code === 'TOO_LARGE');
}

/** Slower than this, a second chunk under way would only be in the way of what matters more. */
const FAST_CHUNK_MS = 1_000;

/** Largest batch before compression, in bytes: some seconds on a poor link. */
const BATCH_BYTES_MAX = 1_048_576;
