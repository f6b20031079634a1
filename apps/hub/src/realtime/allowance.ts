/** How many messages somebody may send: a burst, and then so many a second. */
export class Allowance {
  readonly #burst: number;
  readonly #perSecond: number;
  readonly #nowMs: () => number;
  #left: number;
  #countedAtMs: number;

  constructor(options: { burst: number; perSecond: number; nowMs: () => number }) {
    this.#burst = options.burst;
    this.#perSecond = options.perSecond;
    this.#nowMs = options.nowMs;
    this.#left = options.burst;
    this.#countedAtMs = options.nowMs();
  }

  /** Whether one more is allowed now; if so, it counts. */
  take(): boolean {
    const nowMs = this.#nowMs();
    // A clock that was set back gives nothing and takes nothing.
    const passedMs = Math.max(0, nowMs - this.#countedAtMs);
    this.#left = Math.min(this.#burst, this.#left + (passedMs / 1_000) * this.#perSecond);
    this.#countedAtMs = nowMs;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
