import { networkInterfaces } from 'node:os';
import { createWorker, type types } from 'mediasoup';
import { type Clock } from '../../clock.ts';
import { MEDIA_CODECS } from './codecs.ts';
import { listenInfosOf } from './listen.ts';
import { mediaIsRestarting } from './media-call.ts';

export interface MediaSettings {
  /** Workers, one port and at most one core each. 0: this hub has no calls. */
  readonly workers: number;
  /** The first worker's port, the next one's is one higher; 0 takes any free ones. */
  readonly port: number;
  readonly announcedAddress: string | undefined;
  readonly withLoopback: boolean;
  /** The worker's program; mediasoup's own place when undefined. */
  readonly workerBin: string | undefined;
}

/** A router, and the port through which its transports go. */
export interface RoomRouter {
  readonly router: types.Router;
  readonly webRtcServer: types.WebRtcServer;
}

/**
 * After so many failures in a row a start waits this long, in milliseconds; then as the last. Short: a
 * nurse and a doctor look at a still picture meanwhile, and a start costs next to nothing.
 */
const RETRY_AFTER_MS = [0, 500, 1_000, 2_000, 5_000];
/** A worker that lived so long had started well. */
const LIVED_WELL_MS = 3_000;
/** How long a room waits for a worker that is just starting. */
const START_WITHIN_MS = 5_000;
const PROBE_EVERY_MS = 5_000;
/** A worker that has not answered for so long hangs: its rooms are better off on another. */
const ANSWER_WITHIN_MS = 10_000;

interface Host {
  readonly worker: types.Worker;
  readonly webRtcServer: types.WebRtcServer;
  readonly upSinceMs: number;
  rooms: number;
  askedAtMs: number | undefined;
}

/**
 * The processes that carry sound and picture. One that dies, hangs or cannot start is started again,
 * for ever: charts and alerts go on without it.
 */
export class MediaWorkers {
  readonly #settings: MediaSettings;
  readonly #clock: Clock;
  readonly #onProblem: (error: unknown) => void;
  readonly #hosts = new Map<number, Host>();
  readonly #waiting = new Set<() => void>();
  readonly #endRetry = new Map<number, () => void>();
  #endProbes = (): void => {};
  #restarts = 0;
  #stopped = false;

  constructor(deps: {
    settings: MediaSettings;
    clock: Clock;
    /** A worker could not be started, or ended by itself. */
    onProblem: (error: unknown) => void;
  }) {
    this.#settings = deps.settings;
    this.#clock = deps.clock;
    this.#onProblem = deps.onProblem;
  }

  /** Workers that are up. */
  get count(): number {
    return this.#hosts.size;
  }

  /** Workers that were started in place of one that had ended by itself. */
  get restarts(): number {
    return this.#restarts;
  }

  get pids(): number[] {
    return [...this.#hosts.values()].map(({ worker }) => worker.pid);
  }

  start(): void {
    for (let slot = 0; slot < this.#settings.workers; slot += 1) this.#start(slot, 0);
    this.#endProbes = this.#clock.every(PROBE_EVERY_MS, () => this.#probe());
  }

  /**
   * A router on the worker with the fewest rooms.
   *
   * @throws AppError `SERVICE_RESTARTING` when no worker came up in time
   */
  async openRouter(): Promise<RoomRouter> {
    const host = await this.#leastBusy();
    host.rooms += 1;
    try {
      const router = await host.worker.createRouter({ mediaCodecs: MEDIA_CODECS });
      router.observer.once('close', () => {
        host.rooms -= 1;
      });
      return { router, webRtcServer: host.webRtcServer };
    } catch {
      host.rooms -= 1;
      throw mediaIsRestarting(); // It died between our asking and its answer.
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#endProbes();
    for (const end of this.#endRetry.values()) end();
    for (const { worker } of this.#hosts.values()) worker.close();
    this.#hosts.clear();
  }

  #start(slot: number, failures: number): void {
    this.#launch(slot).then(
      host => {
        if (this.#stopped) {
          host.worker.close();
          return;
        }
        this.#hosts.set(slot, host);
        host.worker.on('died', error => this.#died(slot, host, failures, error));
        for (const wake of this.#waiting) wake();
      },
      (error: unknown) => this.#startAgain(slot, failures + 1, error),
    );
  }

  async #launch(slot: number): Promise<Host> {
    const { port, announcedAddress, withLoopback, workerBin } = this.#settings;
    const worker = await createWorker({
      logLevel: 'error',
      ...(workerBin === undefined ? {} : { workerBin }),
    });
    try {
      const webRtcServer = await worker.createWebRtcServer({
        listenInfos: listenInfosOf({
          port: port === 0 ? 0 : port + slot,
          announcedAddress,
          withLoopback,
          interfaces: networkInterfaces(),
        }),
      });
      return { worker, webRtcServer, upSinceMs: this.#clock.nowMs(), rooms: 0, askedAtMs: undefined };
    } catch (error) {
      worker.close();
      throw error;
    }
  }

  #died(slot: number, host: Host, failures: number, error: unknown): void {
    this.#hosts.delete(slot);
    const livedWell = this.#clock.nowMs() - host.upSinceMs >= LIVED_WELL_MS;
    this.#restarts += 1;
    this.#startAgain(slot, livedWell ? 0 : failures + 1, error);
  }

  #startAgain(slot: number, failures: number, error: unknown): void {
    if (this.#stopped) return;
    this.#onProblem(error);
    // The first time at once: somebody is in the middle of a sentence.
    const afterMs = RETRY_AFTER_MS[Math.max(0, failures - 1)] ?? RETRY_AFTER_MS.at(-1)!;
    if (afterMs === 0) this.#start(slot, failures);
    else
      this.#endRetry.set(
        slot,
        this.#clock.after(afterMs, () => this.#start(slot, failures)),
      );
  }

  async #leastBusy(): Promise<Host> {
    if (this.#hosts.size === 0 && this.#settings.workers > 0) await this.#anyUp();
    const [host] = [...this.#hosts.values()].toSorted((a, b) => a.rooms - b.rooms);
    if (host === undefined) throw mediaIsRestarting();
    return host;
  }

  #anyUp(): Promise<void> {
    return new Promise(resolve => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        endWait();
        resolve();
      };
      const endWait = this.#clock.after(START_WITHIN_MS, wake);
      this.#waiting.add(wake);
    });
  }

  #probe(): void {
    const nowMs = this.#clock.nowMs();
    for (const host of this.#hosts.values()) {
      if (host.askedAtMs !== undefined) {
        if (nowMs - host.askedAtMs >= ANSWER_WITHIN_MS) process.kill(host.worker.pid, 'SIGKILL');
        continue;
      }
      host.askedAtMs = nowMs;
      host.worker.getResourceUsage().then(
        () => {
          host.askedAtMs = undefined;
        },
        () => {}, // It ended meanwhile; `died` says so.
      );
    }
  }
}
