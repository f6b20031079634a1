import { type Timers } from '@shimabashi/sync';

/** Timers whose time passes when a test says so. */
export class ManualTimers implements Timers {
  #nowMs = 0;
  readonly #due = new Set<{ readonly atMs: number; readonly callback: () => void }>();

  after(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, callback };
    this.#due.add(timer);
    return () => this.#due.delete(timer);
  }

  advance(byMs: number): void {
    this.#nowMs += byMs;
    for (const timer of [...this.#due].filter(({ atMs }) => atMs <= this.#nowMs)) {
      this.#due.delete(timer);
      timer.callback();
    }
  }
}
