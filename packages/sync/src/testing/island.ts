import { randomUUID } from 'node:crypto';
import {
  AppError,
  type AppErrorCode,
  type Operation,
  type PullResponse,
  type PushResponse,
} from '@shimabashi/contracts';
import { createSyncEngine, type HubPort, type SyncEngine } from '../engine.ts';
import { type ChartLog } from '../log.ts';
import { AUDIT, CLINIC } from './operations.ts';
import { type VirtualTime } from './virtual-time.ts';

/** What may happen to one request on its way. */
export type Fault = 'none' | 'request-lost' | 'answer-lost' | 'slow';

/** A hub with a real log, behind a network that does what it is told. */
export class SimulatedHub implements HubPort {
  log: ChartLog;
  /** For the next requests, in order; none when it is empty. */
  readonly faults: Fault[] = [];
  /** Why a batch is refused as a whole, by what is in it. */
  refuseBatch: (operations: readonly Operation[]) => AppErrorCode | undefined = () => undefined;
  /** Why one operation is refused, and only it. */
  refuseOne: (operation: Operation) => string | undefined = () => undefined;
  /** The operations of every push that reached the hub. */
  readonly pushes: (readonly Operation[])[] = [];
  pulls = 0;
  readonly #time: VirtualTime;
  readonly #newLog: () => ChartLog;

  constructor(time: VirtualTime, newLog: () => ChartLog) {
    this.#time = time;
    this.#newLog = newLog;
    this.log = newLog();
  }

  push(operations: readonly Operation[]): Promise<PushResponse> {
    return this.#overTheNetwork(() => {
      this.pushes.push(operations);
      const code = this.refuseBatch(operations);
      if (code !== undefined) throw new AppError(code, 'The batch is refused.');
      return { epoch: this.log.epoch, results: operations.flatMap(operation => this.#answer(operation)) };
    });
  }

  #answer(operation: Operation): PushResponse['results'] {
    const code = this.refuseOne(operation);
    if (code === undefined) return [...this.log.accept([operation], AUDIT)];
    return [{ operationId: operation.operationId, outcome: 'rejected', code }];
  }

  pull({ cursor, limit }: Parameters<HubPort['pull']>[0]): Promise<PullResponse> {
    return this.#overTheNetwork(() => {
      this.pulls += 1;
      const from = cursor.epoch === this.log.epoch ? cursor.sequence : 0;
      const page = this.log.versionsAfter(from, [CLINIC], Math.min(limit, 3));
      return { epoch: this.log.epoch, ...page, versions: [...page.versions] };
    });
  }

  /** The hub comes back from a backup that knows only its first `count` operations. */
  restore(count: number): void {
    const { versions } = this.log.versionsAfter(0, [CLINIC], 500);
    this.log.close();
    this.log = this.#newLog();
    for (const { operation } of versions.slice(0, count)) this.log.accept([operation], AUDIT);
  }

  async #overTheNetwork<Answer>(work: () => Answer): Promise<Answer> {
    const fault = this.faults.shift() ?? 'none';
    await this.#time.wait(fault === 'slow' ? 700 : 20);
    if (fault === 'request-lost') throw new AppError('LINK_DOWN', 'The request was lost.');
    const answer = work();
    await this.#time.wait(20);
    if (fault === 'answer-lost') throw new AppError('TIMEOUT', 'The answer was lost.');
    return answer;
  }
}

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
