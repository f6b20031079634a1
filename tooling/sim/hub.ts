import {
  AppError,
  type BinaryChunk,
  type Operation,
  type PullResponse,
  type PushResponse,
} from '@shimabashi/contracts';
import {
  type ChartLog,
  createReceipts,
  type HubPort,
  type OutboxItem,
  type PushItem,
  versionIn,
} from '@shimabashi/sync';
import { openMemoryLog } from '@shimabashi/sync/sqlite';
import { type VirtualTime } from '@shimabashi/sync/testing';
import { type Chance } from '../demo/chance.ts';
import { Disk, onDisk } from './disk.ts';
import { drawFault, type FaultRates, NO_FAULTS, refusal } from './faults.ts';
import { type Trace } from './trace.ts';

export const CLINICS = ['shiomijima', 'tomarijima'] as const;
const KEY = new Uint8Array(32);
/** The client's own limit: a request that hangs ends after this. */
const HANGS_FOR_MS = 15_000;

interface SimHubDeps {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly trace: Trace;
  /** Something was accepted for this clinic: its kiosks are poked. */
  readonly onAccepted: (clinicId: string) => void;
  readonly sabotage?: (log: ChartLog) => ChartLog;
}

/** The hub's real log behind its rules of who may write what, and behind a network that fails. */
export class SimHub {
  log: ChartLog;
  readonly disk = new Disk();
  rates: FaultRates = NO_FAULTS;
  /** Counts restarts: a request of an earlier life has no answer. */
  #life = 0;
  readonly #receipts = createReceipts(KEY);
  #image: () => Uint8Array = () => new Uint8Array();
  #backup: Uint8Array | undefined;
  readonly #deps: SimHubDeps;

  constructor(deps: SimHubDeps) {
    this.#deps = deps;
    this.log = this.#open();
  }

  /** The hub as one kiosk reaches it. */
  portFor(kiosk: { readonly deviceId: string; readonly clinicId: string; readonly isOld: boolean }): HubPort {
    const port = this.#portFor(kiosk);
    return kiosk.isOld ? toOldKiosk(port) : port;
  }

  #portFor(kiosk: { readonly deviceId: string; readonly clinicId: string }): HubPort {
    return {
      backfill: ({ patientId, cursor, limit }, signal) =>
        this.#request(kiosk.deviceId, signal, (): PullResponse => {
          const from = cursor.epoch === this.log.epoch ? cursor.sequence : 0;
          return this.#answer(this.log.versionsOf(patientId, from, Math.min(limit, 7)));
        }),
      push: (items, signal) => this.#request(kiosk.deviceId, signal, () => this.#push(items, kiosk)),
      pull: ({ cursor, limit }, signal) =>
        this.#request(kiosk.deviceId, signal, (): PullResponse => {
          const from = cursor.epoch === this.log.epoch ? cursor.sequence : 0;
          const page = this.log.versionsAfter(from, [kiosk.clinicId], Math.min(limit, 7));
          const backfill = this.log.joined({ after: from, upTo: page.nextSequence }, [kiosk.clinicId]);
          return { ...this.#answer(page), backfill: [...backfill] };
        }),
    };
  }

  /** A doctor at a console writes straight into the hub's log. False: the disk is full. */
  writeAtConsole(operation: Operation): boolean {
    try {
      this.log.accept([operation], auditOf(operation.deviceId));
    } catch (error) {
      if (error instanceof AppError && error.code === 'DISK_FULL') return false;
      throw error;
    }
    for (const clinicId of CLINICS) this.#deps.onAccepted(clinicId);
    return true;
  }

  /** Killed and started again: what was committed stays, what was under way has no answer. */
  crash(): void {
    this.#life += 1;
  }

  takeBackup(): void {
    this.#backup = this.#image();
  }

  /** Comes back from its last backup: another epoch, and everything since then is not here. */
  restore(): void {
    this.crash();
    this.disk.isFull = false;
    this.log.close();
    this.log = this.#open(this.#backup);
  }

  #open(image?: Uint8Array): ChartLog {
    const { chance, sabotage } = this.#deps;
    const opened = openMemoryLog({
      newId: () => chance.uuid(),
      ...(image === undefined ? {} : { image, renewEpoch: true }),
    });
    this.#image = () => opened.image();
    return onDisk(sabotage?.(opened.log) ?? opened.log, this.disk);
  }

  #answer(page: ReturnType<ChartLog['versionsAfter']>): PullResponse {
    const versions = page.versions.map(version => ({
      ...version,
      receipt: this.#receipts.of(version.operation),
    }));
    return { ...this.#epochs(), ...page, versions };
  }

  #epochs(): Pick<PullResponse, 'epoch' | 'continues'> {
    return { epoch: this.log.epoch, continues: [...this.log.continues] };
  }

  #push(
    items: readonly PushItem[],
    kiosk: { readonly deviceId: string; readonly clinicId: string },
  ): PushResponse {
    const results = items.flatMap(item =>
      'binaryId' in item ? this.#takeChunk(item, kiosk) : this.#takeOperation(item, kiosk),
    );
    if (results.some(({ outcome }) => outcome === 'applied' || outcome === 'conflict')) {
      for (const clinicId of CLINICS) this.#deps.onAccepted(clinicId);
    }
    return { ...this.#epochs(), results };
  }

  /** As the hub's judge: one that does not fit is refused alone. */
  #takeOperation(
    item: OutboxItem,
    kiosk: { readonly deviceId: string; readonly clinicId: string },
  ): PushResponse['results'] {
    const operation = versionIn(item);
    const { operationId } = operation;
    const isProven = 'receipt' in item && this.#receipts.isOurs(operation, item.receipt);
    if (!isProven && !this.#mayWrite(operation, kiosk)) {
      return [{ operationId, outcome: 'rejected', code: 'FORBIDDEN' }];
    }
    if (operation.resource['poison'] === true) {
      return [{ operationId, outcome: 'rejected', code: 'RESOURCE_INVALID' }];
    }
    const results = this.log.accept([operation], auditOf(operation.deviceId));
    if (isProven && results[0]?.outcome !== 'duplicate') {
      this.#deps.trace.note(this.#deps.time.nowMs(), 'given-back', operationId);
    }
    return [...results];
  }

  /** For itself, and about the patients of its clinic and those who have joined it. */
  #mayWrite(
    { deviceId, clinicId, patientId }: Operation,
    kiosk: { readonly deviceId: string; readonly clinicId: string },
  ): boolean {
    const clinics = patientId === null ? [] : this.log.clinicsOf(patientId);
    const isOf = (each: string): boolean => clinics.length === 0 || clinics.includes(each);
    return deviceId === kiosk.deviceId && isOf(kiosk.clinicId) && isOf(clinicId);
  }

  #takeChunk(chunk: BinaryChunk, kiosk: { readonly deviceId: string }): PushResponse['results'] {
    if (this.log.binaryNamedBy(chunk.binaryId).length === 0) {
      return [{ operationId: chunk.operationId, outcome: 'rejected', code: 'FORBIDDEN' }];
    }
    return [...this.log.acceptChunks([chunk], auditOf(kiosk.deviceId))];
  }

  async #request<Answer>(who: string, signal: AbortSignal, work: () => Answer): Promise<Answer> {
    const { time, chance, trace } = this.#deps;
    const fault = drawFault(this.rates, chance);
    if (fault !== 'none') trace.note(time.nowMs(), fault, who);
    const life = this.#life;
    await time.wait(fault === 'slow' ? 1_000 + chance.whole(8_000) : 10 + chance.whole(400));
    if (fault === 'requestLost') throw new AppError('LINK_DOWN', 'The request was lost.');
    if (fault === 'refused') throw refusal(chance);
    // The hub works for whoever asked, also when the line has been cut meanwhile.
    if (life !== this.#life) throw new AppError('LINK_DOWN', 'The hub was restarted.');
    const answer = work();
    if (fault === 'doubled') work();
    await time.wait(fault === 'halfOpen' ? HANGS_FOR_MS : 10 + chance.whole(400));
    if (fault === 'answerLost' || fault === 'halfOpen' || life !== this.#life || signal.aborted) {
      throw new AppError('TIMEOUT', 'The answer was lost.');
    }
    return answer;
  }
}

export function auditOf(deviceId: string) {
  return { actorId: 'sim', deviceId, action: 'write' as const, patientId: null, atMs: 0 };
}

/** What a kiosk of the first release is given: nothing that it does not understand. */
function toOldKiosk(port: HubPort): HubPort {
  return {
    ...port,
    push: async (items, signal) => {
      const { epoch, results } = await port.push(items, signal);
      return { epoch, results };
    },
    pull: async (request, signal) => {
      const { epoch, versions, nextSequence, more } = await port.pull(request, signal);
      const old = versions.map(({ sequence, operation }) => ({ sequence, operation: asBefore(operation) }));
      return { epoch, versions: old, nextSequence, more };
    },
  };
}

function asBefore(operation: Operation): Operation {
  const { mergedVersionId: _, ...rest } = operation;
  return rest;
}
