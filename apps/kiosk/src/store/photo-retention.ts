import {
  AppError,
  type AppErrorCode,
  type HubContract,
  type RowRequest,
  type RowResponse,
} from '@shimabashi/contracts';
import { type ChartLog, type Timers } from '@shimabashi/sync';

/**
 * How long a kiosk keeps the original of a photograph that the hospital has, in milliseconds: 30 days.
 * The thumbnail stays. Source: docs/operations.md; a matter of the disk, not of medicine.
 */
export const PHOTO_KEPT_MS = 30 * 86_400_000;
/** How often it is looked, in milliseconds: after the link is up, and then every six hours. */
const LOOK_EVERY_MS = 6 * 3_600_000;
const ASKED_AT_ONCE = 100;

type BackedUp = RowResponse<HubContract, 'sync.backed-up'>;

export interface PhotoRetentionDeps {
  readonly log: Pick<ChartLog, 'outlivedPhotos' | 'dropPhotos'>;
  readonly deviceId: () => string | null;
  readonly askHub: (request: RowRequest<HubContract, 'sync.backed-up'>) => Promise<BackedUp>;
  readonly nowMs: () => number;
  readonly timers: Timers;
  /** For the log of the process: codes only. */
  readonly report: (what: string, code: AppErrorCode) => void;
}

/**
 * Makes room: drops the originals of photographs that the hub has taken whole and found to have their
 * hash, that are older than the window, and that are in the hub's last verified backup. Each of these
 * is asked anew each time, and where one cannot be answered nothing is dropped.
 */
export class PhotoRetention {
  readonly #deps: PhotoRetentionDeps;
  #cancel: (() => void) | undefined;
  #isStopped = false;

  constructor(deps: PhotoRetentionDeps) {
    this.#deps = deps;
  }

  /** Looks now, and again later, as long as it is not stopped. */
  async run(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    try {
      await this.#dropSome();
    } catch (error) {
      this.#deps.report('photographs that may go', error instanceof AppError ? error.code : 'INTERNAL');
    }
    if (!this.#isStopped) this.#cancel = this.#deps.timers.after(LOOK_EVERY_MS, () => void this.run());
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  async #dropSome(): Promise<void> {
    const { log, askHub, deviceId, nowMs } = this.#deps;
    const before = nowMs() - PHOTO_KEPT_MS;
    const candidates = log.outlivedPhotos(before, ASKED_AT_ONCE);
    const actorId = deviceId();
    if (candidates.length === 0 || actorId === null) return;
    const { binaryIds } = await askHub({ binaryIds: [...candidates] });
    if (this.#isStopped) return;
    const asked = new Set(candidates);
    const audit = {
      actorId,
      deviceId: actorId,
      action: 'drop-photos',
      patientId: null,
      atMs: nowMs(),
    } as const;
    log.dropPhotos(
      binaryIds.filter(binaryId => asked.has(binaryId)),
      before,
      audit,
    );
  }
}
