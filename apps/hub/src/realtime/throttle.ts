import { type Clock } from '../clock.ts';

/**
 * Lets `run` happen at most once per `periodMs` and key: the first call at once, whatever comes
 * meanwhile once at the end, so that the last news is never the one that is left out.
 */
export class Throttle {
  readonly #deps: {
    readonly clock: Clock;
    readonly periodMs: number;
    readonly run: (key: string) => void;
  };
  /** Keys that ran less than a period ago, and whether they were asked for again since. */
  readonly #resting = new Map<string, { askedAgain: boolean; readonly cancel: () => void }>();

  constructor(deps: { clock: Clock; periodMs: number; run: (key: string) => void }) {
    this.#deps = deps;
  }

  ask(key: string): void {
    const resting = this.#resting.get(key);
    if (resting !== undefined) {
      resting.askedAgain = true;
      return;
    }
    const cancel = this.#deps.clock.after(this.#deps.periodMs, () => this.#wake(key));
    this.#resting.set(key, { askedAgain: false, cancel });
    this.#deps.run(key);
  }

  stop(): void {
    for (const { cancel } of this.#resting.values()) cancel();
    this.#resting.clear();
  }

  #wake(key: string): void {
    const again = this.#resting.get(key)?.askedAgain === true;
    this.#resting.delete(key);
    if (again) this.ask(key);
  }
}
