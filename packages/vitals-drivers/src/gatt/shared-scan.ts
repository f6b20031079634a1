import { AppError } from '@shimabashi/contracts';
import { type SupervisorClock } from '../supervised.ts';
import { DiscoveryWatchdog } from './discovery-watchdog.ts';
import { type Advertisement } from './gatt-link.ts';

/** How often the watchdog looks, in milliseconds. */
const LOOK_EVERY_MS = 10_000;

/** What a stack must be able to do. Each is called only after the one before has ended. */
export interface Scanner {
  /** @throws AppError `DEVICE_LOST` */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Switches the controller off and on; left out where a program may not. */
  powerCycle?(): Promise<void>;
}

interface Listener {
  readonly take: (advertisement: Advertisement) => void;
  readonly fail: (error: AppError) => void;
}

/**
 * One scan for all who wait for a device, and not while a connection is made: controllers fail at both.
 *
 * It begins with the first who listens and ends with the last.
 */
export class SharedScan {
  readonly #scanner: Scanner;
  readonly #clock: SupervisorClock;
  readonly #onStuck: () => void;
  readonly #watchdog = new DiscoveryWatchdog();
  readonly #listeners = new Set<Listener>();
  #lane: Promise<unknown> = Promise.resolve();
  #running = false;
  #connections = 0;
  #cancelLook = () => {};

  constructor(scanner: Scanner, clock: SupervisorClock, onStuck: () => void) {
    this.#scanner = scanner;
    this.#clock = clock;
    this.#onStuck = onStuck;
  }

  /** The stack heard somebody. */
  hear(advertisement: Advertisement): void {
    this.#watchdog.heard(this.#clock.nowMs());
    for (const listener of this.#listeners) listener.take(advertisement);
  }

  /** The stack stopped scanning by itself: another program, or the adapter was taken away. */
  interrupted(): void {
    if (!this.#running) return;
    this.#running = false;
    this.#settle();
  }

  /**
   * Listens until `signal` aborts, or `take` answers true.
   *
   * @throws AppError `DEVICE_LOST` when there is no scanning.
   */
  listen(take: (advertisement: Advertisement) => boolean, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = () => {
        this.#listeners.delete(listener);
        signal.removeEventListener('abort', onAbort);
        this.#settle();
      };
      const onAbort = () => {
        end();
        resolve();
      };
      const listener: Listener = {
        take: advertisement => {
          if (!take(advertisement)) return;
          end();
          resolve();
        },
        fail: error => {
          end();
          reject(error);
        },
      };
      if (signal.aborted) {
        resolve();
        return;
      }
      signal.addEventListener('abort', onAbort, { once: true });
      this.#listeners.add(listener);
      this.#settle();
    });
  }

  /** Does something while nobody scans and nobody else does such a thing. */
  async quietly<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#inLane(async () => {
      await this.#stop();
      try {
        return await work();
      } finally {
        this.#settle();
      }
    });
  }

  /** Counts connections: while there are any, the controller is not switched off. */
  connectionBegan(): void {
    this.#connections += 1;
  }

  connectionEnded(): void {
    this.#connections -= 1;
  }

  /** Ends scanning for good; who listens is told that it is over. */
  async close(): Promise<void> {
    this.#failAll(new AppError('DEVICE_LOST', 'The radio was closed.'));
    await this.#inLane(() => this.#stop());
  }

  /** Brings scanning to where it should be, when it is its turn. */
  #settle(): void {
    void this.#inLane(async () => {
      if (this.#listeners.size === 0) return this.#stop();
      if (!this.#running) await this.#start();
    });
  }

  async #start(): Promise<void> {
    try {
      await this.#scanner.start();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#failAll(error);
      return;
    }
    this.#running = true;
    this.#watchdog.started(this.#clock.nowMs());
    this.#lookLater();
  }

  async #stop(): Promise<void> {
    this.#cancelLook();
    this.#watchdog.stopped();
    if (!this.#running) return;
    this.#running = false;
    await this.#scanner.stop();
  }

  #lookLater(): void {
    this.#cancelLook();
    this.#cancelLook = this.#clock.after(LOOK_EVERY_MS, () => {
      void this.#inLane(() => this.#look());
    });
  }

  async #look(): Promise<void> {
    if (!this.#running) return;
    const remedy = this.#watchdog.check(this.#clock.nowMs());
    if (remedy === 'stuck') this.#onStuck();
    if (remedy === 'none') {
      this.#lookLater();
      return;
    }
    await this.#stop();
    // A connection is worth more than a scan.
    if (remedy === 'power-cycle' && this.#connections === 0) await this.#scanner.powerCycle?.();
    await this.#start();
  }

  #failAll(error: AppError): void {
    for (const listener of this.#listeners) listener.fail(error);
  }

  #inLane<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#lane.then(work);
    this.#lane = done.catch(() => {});
    return done;
  }
}
