import { AppError } from '@shimabashi/contracts';

/** How many attempts may fail within the time before further ones are refused unheard. */
export interface AttemptLimit {
  readonly attempts: number;
  readonly withinMs: number;
}

/**
 * Counts failed attempts per key (an account, an address).
 *
 * An attempt counts from its start, before the slow check, so that a hundred at once are not a
 * hundred guesses; success takes it back. Keys are counted whether the account exists or not, so
 * that a refusal tells nothing. Memory is bounded: when it is full, the oldest key is forgotten.
 */
export class AttemptLimiter {
  readonly #limit: AttemptLimit;
  readonly #nowMs: () => number;
  readonly #keysMax: number;
  readonly #attempts = new Map<string, number[]>();

  constructor(deps: { limit: AttemptLimit; nowMs: () => number; keysMax?: number }) {
    this.#limit = deps.limit;
    this.#nowMs = deps.nowMs;
    this.#keysMax = deps.keysMax ?? 10_000;
  }

  /**
   * Begins an attempt.
   *
   * @returns takes this attempt back; to be called when it succeeded.
   * @throws AppError `TOO_MANY_ATTEMPTS`
   */
  begin(key: string): () => void {
    const nowMs = this.#nowMs();
    // One array per key for as long as it is kept: an attempt under way takes itself out of it.
    const recent = this.#attempts.get(key) ?? [];
    while (recent[0] !== undefined && nowMs - recent[0] >= this.#limit.withinMs) recent.shift();
    if (recent.length >= this.#limit.attempts) {
      throw new AppError('TOO_MANY_ATTEMPTS', 'Too many attempts. Try again later.', {
        details: { retryAfterMs: Math.max(0, recent[0]! + this.#limit.withinMs - nowMs) },
      });
    }
    recent.push(nowMs);
    this.#attempts.delete(key); // Set again below, so that the map stays in order of use.
    this.#attempts.set(key, recent);
    this.#forgetOldest();
    return () => {
      const index = recent.indexOf(nowMs);
      if (index >= 0) recent.splice(index, 1);
    };
  }

  /** Forgets what failed before: whoever knows the secret has mistyped, not guessed. */
  forgive(key: string): void {
    this.#attempts.delete(key);
  }

  #forgetOldest(): void {
    const oldest = this.#attempts.keys().next();
    if (this.#attempts.size > this.#keysMax && oldest.done !== true) this.#attempts.delete(oldest.value);
  }
}
