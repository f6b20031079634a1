import { createHash } from 'node:crypto';
import { AppError, type Operation } from '@shimabashi/contracts';
import {
  type ChartLog,
  createSyncEngine,
  type HubPort,
  laneOf,
  type NewBinary,
  type OutboxItem,
  type SyncEngine,
  versionIn,
} from '@shimabashi/sync';
import { openMemoryLog } from '@shimabashi/sync/sqlite';
import { type VirtualTime } from '@shimabashi/sync/testing';
import { type Chance } from '../demo/chance.ts';
import { Disk, onDisk } from './disk.ts';
import { auditOf } from './hub.ts';
import { type Trace } from './trace.ts';

interface SimKioskDeps {
  readonly deviceId: string;
  readonly clinicId: string;
  /** Of the first release. */
  readonly isOld: boolean;
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly trace: Trace;
  readonly hub: HubPort;
  readonly sabotage?: (log: ChartLog) => ChartLog;
}

/** A kiosk: the real log, the real engine, a clock of its own and a line that is up or not. */
export class SimKiosk {
  readonly deviceId: string;
  readonly clinicId: string;
  readonly isOld: boolean;
  readonly log: ChartLog;
  readonly disk = new Disk();
  /** What the nurse was told is saved. */
  readonly acknowledged: Operation[] = [];
  /** What was sent while something of a higher lane had been waiting: must stay empty. */
  readonly outOfLane: string[] = [];
  /** How far its clock is off, in milliseconds. Nothing may depend on it. */
  clockErrorMs = 0;
  isUp = false;
  readonly #deps: SimKioskDeps;
  #engine: SyncEngine;

  constructor(deps: SimKioskDeps) {
    const { chance, sabotage } = deps;
    this.#deps = deps;
    this.deviceId = deps.deviceId;
    this.clinicId = deps.clinicId;
    this.isOld = deps.isOld;
    const { log } = openMemoryLog({ newId: () => chance.uuid() });
    this.log = onDisk(sabotage?.(log) ?? log, this.disk);
    this.#engine = this.#newEngine();
  }

  nowMs(): number {
    return this.#deps.time.nowMs() + this.clockErrorMs;
  }

  /** The nurse saves. Only what the log took is acknowledged. */
  save(operation: Operation, binaries: readonly NewBinary[] = []): void {
    const { time, trace } = this.#deps;
    try {
      this.log.author([operation], auditOf(this.deviceId), binaries);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'DISK_FULL') throw error;
      trace.note(time.nowMs(), 'refused-disk-full', operation.operationId);
      return;
    }
    this.acknowledged.push(operation);
    this.#engine.poke('push');
  }

  poke(): void {
    if (this.isUp) this.#engine.poke('pull');
  }

  setLink(isUp: boolean): void {
    if (this.isUp === isUp) return;
    this.isUp = isUp;
    if (isUp) this.#engine.linkUp();
    else this.#engine.linkDown();
  }

  /** The process dies and comes back: what was under way is gone, what was committed is not. */
  crash(): void {
    this.#engine.stop();
    this.#engine = this.#newEngine();
    if (this.isUp) this.#engine.linkUp();
  }

  stop(): void {
    this.#engine.stop();
    this.log.close();
  }

  #newEngine(): SyncEngine {
    const { hub, time, chance } = this.#deps;
    return createSyncEngine({
      log: this.log,
      hub: {
        push: (items, signal) => {
          this.#checkLanes(items);
          return hub.push(items, signal);
        },
        pull: (request, signal) => hub.pull(request, signal),
        backfill: (request, signal) => hub.backfill(request, signal),
      },
      deviceId: this.deviceId,
      nowMs: () => this.nowMs(),
      timers: time,
      random: () => chance.unit(),
      onChange: () => {},
      onPulled: () => {},
    });
  }

  /** Looks at the moment of sending, into the whole outbox, whatever the engine believes. */
  #checkLanes(items: Parameters<HubPort['push']>[0]): void {
    const waiting = this.log.outbox({ operations: 10_000, bytes: Number.MAX_SAFE_INTEGER });
    const isVital = (item: OutboxItem): boolean => laneOf(versionIn(item)) === 'vitals';
    const sent = new Set(items.map(({ operationId }) => operationId));
    const isBehind = waiting.some(item => isVital(item) && !sent.has(item.operationId));
    const first = items[0];
    const isLower = first !== undefined && ('binaryId' in first || !isVital(first));
    // A batch that holds vitals may have left some behind only when it is full of vitals.
    if (isBehind && isLower) this.outOfLane.push(first.operationId);
  }
}

export function binaryOf(chance: Chance, sizeBytes: number): NewBinary {
  const bytes = new Uint8Array(sizeBytes).fill(chance.whole(256));
  bytes[0] = chance.whole(256);
  return { binaryId: createHash('sha256').update(bytes).digest('hex'), bytes, lane: 'photo' };
}
