import { type Timers } from '../worker.ts';

/** A clock that moves only when told to, with its timers. */
export class VirtualTime implements Timers {
  #nowMs: number;
  readonly #due: { readonly atMs: number; readonly callback: () => void }[] = [];

  constructor(nowMs = 1_800_000_000_000) {
    this.#nowMs = nowMs;
  }

  readonly nowMs = (): number => this.#nowMs;

  after(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, callback };
    // Behind those of the same time: what was asked for first comes first.
    const behind = this.#due.findIndex(other => other.atMs > timer.atMs);
    this.#due.splice(behind === -1 ? this.#due.length : behind, 0, timer);
    return () => {
      const index = this.#due.indexOf(timer);
      if (index !== -1) this.#due.splice(index, 1);
    };
  }

  /** Resolves after `delayMs` of this clock. */
  wait(delayMs: number): Promise<void> {
    return new Promise(resolve => this.after(delayMs, resolve));
  }

  /** Lets everything happen that is due within the next `durationMs`. */
  async pass(durationMs: number): Promise<void> {
    const untilMs = this.#nowMs + durationMs;
    await promisesToRun();
    for (;;) {
      const next = this.#due[0];
      if (next === undefined || next.atMs > untilMs) break;
      this.#due.shift();
      this.#nowMs = next.atMs;
      next.callback();
      await promisesToRun();
    }
    this.#nowMs = untilMs;
  }
}

/** One turn of the event loop: every promise that can go on has gone on. */
function promisesToRun(): Promise<void> {
  return new Promise(resolve => {
    setImmediate(resolve);
  });
}
