import { type TransportState } from './media-device.ts';

export interface TransportWatchDeps {
  readonly restart: () => Promise<void>;
  readonly onBroken: (why: string) => void;
  readonly onConnected: () => void;
}

type Phase = 'idle' | 'connecting' | 'connected' | 'cut' | 'restarting' | 'given-up';

/**
 * Looks after one transport: a cut is first mended by an ICE restart, which keeps everything that
 * runs over it; if that does not help in time, the transport is given up.
 */
export class TransportWatch {
  readonly #deps: TransportWatchDeps;
  #phase: Phase = 'idle';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(deps: TransportWatchDeps) {
    this.#deps = deps;
  }

  /** Whether it is being mended, or has been given up. */
  get isTroubled(): boolean {
    return this.#phase === 'cut' || this.#phase === 'restarting' || this.#phase === 'given-up';
  }

  onState(state: TransportState): void {
    if (this.#phase === 'given-up') return;
    switch (state) {
      case 'connected':
        this.#enter('connected');
        this.#deps.onConnected();
        return;
      case 'connecting':
        // Within a restart it connects anew: that has its own limit of time.
        if (this.#phase === 'idle') this.#enter('connecting', CONNECT_WITHIN_MS, 'never connected');
        return;
      case 'disconnected':
        if (this.#phase !== 'restarting') this.#cut(MENDS_ITSELF_WITHIN_MS);
        return;
      case 'failed':
        if (this.#phase === 'restarting') this.#giveUp('failed after a restart');
        else this.#cut(0);
        return;
      case 'new':
      case 'closed':
        return;
    }
  }

  stop(): void {
    this.#enter('given-up');
  }

  #cut(restartInMs: number): void {
    this.#enter('cut');
    this.#timer = setTimeout(() => this.#restart(), restartInMs);
  }

  #restart(): void {
    this.#enter('restarting', RESTART_WITHIN_MS, 'not mended by a restart');
    this.#deps.restart().catch(() => {
      if (this.#phase === 'restarting') this.#giveUp('no restart');
    });
  }

  #enter(phase: Phase, limitMs?: number, why?: string): void {
    clearTimeout(this.#timer);
    this.#phase = phase;
    if (limitMs !== undefined) this.#timer = setTimeout(() => this.#giveUp(why ?? phase), limitMs);
  }

  #giveUp(why: string): void {
    this.#enter('given-up');
    this.#deps.onBroken(why);
  }
}

/** A transport that never came up: another one, by way of a new join. */
const CONNECT_WITHIN_MS = 12_000;
/** Browsers report a few lost checks as `disconnected`, and mend it themselves most of the time. */
const MENDS_ITSELF_WITHIN_MS = 1_500;
/** A restart costs one question to the hub and two round trips of checks. */
const RESTART_WITHIN_MS = 7_000;
