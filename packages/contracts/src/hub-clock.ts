import { ClockOffset } from './clock-offset.ts';

/** Two clocks of this machine: one that people may set, and one that only runs. */
export interface Clocks {
  /** Milliseconds since the epoch. */
  readonly wallMs: () => number;
  /** Milliseconds since anything. */
  readonly monotonicMs: () => number;
}

/**
 * The hub's time, told by this machine: an iPad's clock may be off by minutes, and a number must
 * still show its true age.
 *
 * Ages are unknown (`undefined`) before the first answer, and again after this machine's clock was
 * set or the machine slept, until the hub has answered anew: what was learned before says nothing.
 */
export class HubClock {
  readonly #clocks: Clocks;
  #offset = new ClockOffset();
  #asked = new Set<number>();
  #wallAheadMs: number;

  constructor(clocks: Clocks) {
    this.#clocks = clocks;
    this.#wallAheadMs = clocks.wallMs() - clocks.monotonicMs();
  }

  /**
   * Our own time, in milliseconds since the epoch, whole. It runs with the clock that nobody can set;
   * when the two have come apart, what was known of the hub's time is forgotten.
   */
  nowMs(): number {
    const wallAheadMs = this.#clocks.wallMs() - this.#clocks.monotonicMs();
    if (Math.abs(wallAheadMs - this.#wallAheadMs) > CLOCK_SET_MS) {
      this.#wallAheadMs = wallAheadMs;
      this.#offset = new ClockOffset();
      this.#asked = new Set();
    }
    return Math.round(this.#wallAheadMs + this.#clocks.monotonicMs());
  }

  /** Milliseconds since anything, for how long something takes: nobody can set it. */
  monotonicMs(): number {
    return this.#clocks.monotonicMs();
  }

  /** Begins one question to the hub; give what it returns to `answer`. */
  ask(): number {
    const nowMs = this.nowMs();
    if (this.#asked.size >= QUESTIONS_OPEN_MAX) this.#asked.clear();
    this.#asked.add(nowMs);
    return nowMs;
  }

  /** Takes the hub's time in answer to the question asked at `askedAtMs`. */
  answer(askedAtMs: number, hubAtMs: number): void {
    const answeredAtMs = this.nowMs();
    if (!this.#asked.delete(askedAtMs)) return;
    this.#offset.add({ askedAtMs, otherAtMs: hubAtMs, answeredAtMs });
  }

  /** How old something is that happened at `hubAtMs` of the hub's clock; negative if to come. */
  ageMs(hubAtMs: number): number | undefined {
    const nowMs = this.nowMs();
    const atMs = this.#offset.toOurs(hubAtMs);
    return atMs === undefined ? undefined : nowMs - atMs;
  }

  /** A time of our own wall clock in the hub's, whole; undefined while that is not known. */
  toHubMs(ourMs: number): number | undefined {
    this.nowMs();
    const aheadMs = this.#offset.toOurs(0);
    return aheadMs === undefined ? undefined : Math.max(0, Math.round(ourMs - aheadMs));
  }

  /** The hub's time now. Before its first answer our own, which is good enough for a date. */
  hubNowMs(): number {
    return Math.round(this.nowMs() - (this.#offset.toOurs(0) ?? 0));
  }
}

/** More than two clocks drift apart in an hour; less than a sleep that matters to an age. */
const CLOCK_SET_MS = 500;
const QUESTIONS_OPEN_MAX = 32;
