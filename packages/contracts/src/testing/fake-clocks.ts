import { type Clocks } from '../hub-clock.ts';

/** Clocks that a test turns by hand. */
export class FakeClocks implements Clocks {
  #wallMs: number;
  #monotonicMs = 0;

  constructor(wallMs = 1_795_000_000_000) {
    this.#wallMs = wallMs;
  }

  readonly wallMs = (): number => this.#wallMs;
  readonly monotonicMs = (): number => this.#monotonicMs;

  pass(ms: number): void {
    this.#wallMs += ms;
    this.#monotonicMs += ms;
  }

  /** Somebody sets the clock: no time passes. */
  set(wallMs: number): void {
    this.#wallMs = wallMs;
  }
}
