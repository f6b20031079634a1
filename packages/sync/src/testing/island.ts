import { randomUUID } from 'node:crypto';
import {
  AppError,
  type AppErrorCode,
  type BinaryChunk,
  type Operation,
  type PullResponse,
  type PushResponse,
} from '@shimabashi/contracts';
import { createSyncEngine, type HubPort, type PushItem, type SyncEngine } from '../engine.ts';
import { type ChartLog, type NewBinary, versionIn } from '../log.ts';
import { AUDIT, CLINIC } from './operations.ts';
import { type VirtualTime } from './virtual-time.ts';

/** What may happen to one request on its way. */
export type Fault = 'none' | 'request-lost' | 'answer-lost' | 'slow' | 'crawl';

/** A hub with a real log, behind a network that does what it is told. */
export class SimulatedHub implements HubPort {
  log: ChartLog;
  /** For the next requests, in order; none when it is empty. */
  readonly faults: Fault[] = [];
  /** Why a batch is refused as a whole, by what is in it. */
  refuseBatch: (items: readonly PushItem[]) => AppErrorCode | undefined = () => undefined;
  /** Why one operation is refused, and only it. */
  refuseOne: (operation: Operation) => string | undefined = () => undefined;
  /** What was in every push that reached the hub. */
  readonly pushes: (readonly PushItem[])[] = [];
  /** What becomes of a chunk between the kiosk and here. */
  onTheWay: (chunk: BinaryChunk) => BinaryChunk = chunk => chunk;
  pulls = 0;
  readonly #time: VirtualTime;
  readonly #newLog: () => ChartLog;

  constructor(time: VirtualTime, newLog: () => ChartLog) {
    this.#time = time;
    this.#newLog = newLog;
    this.log = newLog();
  }

  push(items: readonly PushItem[]): Promise<PushResponse> {
    return this.#overTheNetwork(() => {
      this.pushes.push(items);
      const code = this.refuseBatch(items);
      if (code !== undefined) throw new AppError(code, 'The batch is refused.');
      return { epoch: this.log.epoch, results: items.flatMap(item => this.#answer(item)) };
    });
  }

  #answer(item: PushItem): PushResponse['results'] {
    if ('binaryId' in item) return this.#answerChunk(item);
    const operation = versionIn(item);
    const code = this.refuseOne(operation);
    if (code === undefined) return [...this.log.accept([operation], AUDIT)];
    return [{ operationId: item.operationId, outcome: 'rejected', code }];
  }

  #answerChunk(chunk: BinaryChunk): PushResponse['results'] {
    if (this.log.binaryNamedBy(chunk.binaryId).length === 0) {
      return [{ operationId: chunk.operationId, outcome: 'rejected', code: 'FORBIDDEN' }];
    }
    return [...this.log.acceptChunks([this.onTheWay(chunk)], AUDIT)];
  }

  pull({ cursor, limit }: Parameters<HubPort['pull']>[0]): Promise<PullResponse> {
    return this.#overTheNetwork(() => {
      this.pulls += 1;
      const from = cursor.epoch === this.log.epoch ? cursor.sequence : 0;
      const page = this.log.versionsAfter(from, [CLINIC], Math.min(limit, 3));
      return { epoch: this.log.epoch, ...page, versions: [...page.versions] };
    });
  }

  backfill({ patientId, cursor, limit }: Parameters<HubPort['backfill']>[0]): Promise<PullResponse> {
    return this.#overTheNetwork(() => {
      const from = cursor.epoch === this.log.epoch ? cursor.sequence : 0;
      const page = this.log.versionsOf(patientId, from, Math.min(limit, 3));
      return { epoch: this.log.epoch, ...page, versions: [...page.versions] };
    });
  }

  /**
   * The hub comes back from a backup that knows only its first `count` operations, and no picture but
   * what `refill` gives it.
   */
  restore(count: number, refill: (log: ChartLog) => void = () => {}): void {
    const { versions } = this.log.versionsAfter(0, [CLINIC], 500);
    const restored = this.#newLog();
    refill(restored);
    this.log.close();
    this.log = restored;
    for (const { operation } of versions.slice(0, count)) this.log.accept([operation], AUDIT);
  }

  async #overTheNetwork<Answer>(work: () => Answer): Promise<Answer> {
    const fault = this.faults.shift() ?? 'none';
    await this.#time.wait(WAY_MS[fault]);
    if (fault === 'request-lost') throw new AppError('LINK_DOWN', 'The request was lost.');
    const answer = work();
    await this.#time.wait(20);
    if (fault === 'answer-lost') throw new AppError('TIMEOUT', 'The answer was lost.');
    return answer;
  }
}

/** How long a request is on its way, in milliseconds. */
const WAY_MS = {
  none: 20,
  'request-lost': 20,
  'answer-lost': 20,
  slow: 700,
  crawl: 1_750,
} as const satisfies Record<Fault, number>;

/** A kiosk with a real log and the real engine. */
export class SimulatedKiosk {
  readonly deviceId: string;
  readonly log: ChartLog;
  readonly authored: Operation[] = [];
  readonly failures: string[] = [];
  readonly pulled: (string | null)[] = [];
  engine: SyncEngine;
  readonly #time: VirtualTime;
  readonly #hub: HubPort;

  constructor(deviceId: string, log: ChartLog, hub: HubPort, time: VirtualTime) {
    this.deviceId = deviceId;
    this.log = log;
    this.#hub = hub;
    this.#time = time;
    this.engine = this.#newEngine();
  }

  author(...operations: readonly Operation[]): void {
    this.log.author(operations, AUDIT);
    this.authored.push(...operations);
    this.engine.poke('push');
  }

  authorPhoto(document: Operation, binaries: readonly NewBinary[]): void {
    this.log.author([document], AUDIT, binaries);
    this.authored.push(document);
    this.engine.poke('push');
  }

  /** The process dies and comes back: what was under way is gone, what was committed is not. */
  restart(): void {
    this.engine.stop();
    this.engine = this.#newEngine();
  }

  #newEngine(): SyncEngine {
    return createSyncEngine({
      log: this.log,
      hub: this.#hub,
      deviceId: this.deviceId,
      nowMs: this.#time.nowMs,
      timers: this.#time,
      random: () => 0.5,
      onChange: () => this.log.waiting(),
      onPulled: patientIds => this.pulled.push(...patientIds),
      onFailed: (side, error) =>
        this.failures.push(`${side} ${error instanceof AppError ? error.code : String(error)}`),
    });
  }
}

/** Versions made from what a kiosk sees, as its nurse would: on the newest head, or new. */
export function editOf(kiosk: SimulatedKiosk, resourceId: string, value: number): Operation {
  const [head] = kiosk.log.heads({ resourceId });
  return {
    operationId: randomUUID(),
    baseVersionId: head?.operation.operationId ?? null,
    resource: { resourceType: 'Patient', id: resourceId, multipleBirthInteger: value },
    patientId: resourceId,
    clinicId: CLINIC,
    authorId: 'nurse-1',
    deviceId: kiosk.deviceId,
    reason: null,
    authoredAtMs: 1_800_000_000_000,
  };
}
