/** Timers are injected: a simulation has its own. */
export interface Timers {
  /** Calls back once, after `delayMs`, unless the returned function is called before. */
  after(delayMs: number, callback: () => void): () => void;
}

/** One try. `again` when there may be more to do at once. Heeds the signal, and throws to fail. */
export type Step = (signal: AbortSignal) => Promise<'again' | 'idle'>;

export interface WorkerDeps {
  readonly step: Step;
  readonly timers: Timers;
  readonly random: () => number;
  readonly onBusy: () => void;
  readonly onFailed: (error: unknown) => void;
}

/**
 * Repeats a step while there is work and while it may: one at a time, at once after success, and
 * after failures with growing pauses, without end.
 */
export class Worker {
  readonly #deps: WorkerDeps;
  /** While started. A run that finds it aborted was overtaken, and touches nothing more. */
  #run: AbortController | undefined;
  #isWanted = false;
  #isBusy = false;
  #failures = 0;
  #endPause: (() => void) | undefined;

  constructor(deps: WorkerDeps) {
    this.#deps = deps;
  }

  get busy(): boolean {
    return this.#isBusy;
  }

  /** Begins at once, and forgets the pauses of earlier failures. */
  start(): void {
    this.stop();
    this.#failures = 0;
    this.#run = new AbortController();
    this.poke();
  }

  stop(): void {
    this.#run?.abort();
    this.#run = undefined;
    this.#endPause?.();
    this.#endPause = undefined;
    this.#setBusy(false);
  }

  /** There may be work. A pause after a failure is not cut short. */
  poke(): void {
    if (this.#run === undefined) return;
    this.#isWanted = true;
    if (!this.#isBusy) void this.#work(this.#run.signal);
  }

  async #work(signal: AbortSignal): Promise<void> {
    this.#setBusy(true);
    while (!signal.aborted && this.#isWanted) {
      this.#isWanted = false;
      await this.#tryOnce(signal);
    }
    if (!signal.aborted) this.#setBusy(false);
  }

  async #tryOnce(signal: AbortSignal): Promise<void> {
    try {
      const outcome = await this.#deps.step(signal);
      if (signal.aborted) return;
      this.#failures = 0;
      if (outcome === 'again') this.#isWanted = true;
    } catch (error) {
      if (signal.aborted) return;
      this.#isWanted = true;
      this.#deps.onFailed(error);
      await this.#pause(signal);
    }
  }

  async #pause(signal: AbortSignal): Promise<void> {
    const delayMs = retryDelayMs(this.#failures, this.#deps.random());
    this.#failures += 1;
    await new Promise<void>(resolve => {
      const cancel = this.#deps.timers.after(delayMs, resolve);
      this.#endPause = () => {
        cancel();
        resolve();
      };
    });
    if (!signal.aborted) this.#endPause = undefined;
  }

  #setBusy(isBusy: boolean): void {
    if (this.#isBusy === isBusy) return;
    this.#isBusy = isBusy;
    this.#deps.onBusy();
  }
}

/** 0.25 s, 0.5 s, 1 s and so on up to 5 s, each longer by up to a half (`random` in [0, 1)). */
function retryDelayMs(failures: number, random: number): number {
  return Math.min(RETRY_DELAY_MS_MIN * 2 ** failures, RETRY_DELAY_MS_MAX) * (1 + random / 2);
}

const RETRY_DELAY_MS_MIN = 250;
const RETRY_DELAY_MS_MAX = 5_000;
