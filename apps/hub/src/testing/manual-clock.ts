import { type Clock } from '../clock.ts';

/** A clock that stands still until it is moved, and then calls back in order. */
export class ManualClock implements Clock {
  #nowMs: number;
  readonly #due = new Set<{
    atMs: number;
    readonly periodMs: number | undefined;
    readonly run: () => void;
  }>();

  constructor(nowMs = 1_795_000_000_000) {
    this.#nowMs = nowMs;
  }

  readonly nowMs = (): number => this.#nowMs;
  readonly after = (delayMs: number, run: () => void): (() => void) => this.#add(delayMs, undefined, run);
  readonly every = (periodMs: number, run: () => void): (() => void) => this.#add(periodMs, periodMs, run);

  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (let next = this.#next(untilMs); next !== undefined; next = this.#next(untilMs)) {
      this.#nowMs = next.atMs;
      if (next.periodMs === undefined) this.#due.delete(next);
      else next.atMs += next.periodMs;
      next.run();
    }
    this.#nowMs = untilMs;
  }

  #next(untilMs: number) {
    return [...this.#due].filter(({ atMs }) => atMs <= untilMs).toSorted((a, b) => a.atMs - b.atMs)[0];
  }

  #add(delayMs: number, periodMs: number | undefined, run: () => void): () => void {
    const entry = { atMs: this.#nowMs + delayMs, periodMs, run };
    this.#due.add(entry);
    return () => void this.#due.delete(entry);
  }
}
