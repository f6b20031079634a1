import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** How long a kiosk has to sign, in milliseconds. */
export const CHALLENGE_MS = 60_000;

/**
 * Challenges that a kiosk signs, each good once and for a minute.
 *
 * A challenge carries its own end and our mark, so that asking for thousands fills no memory; only
 * those that were used with a right signature are remembered, until they would have ended anyway.
 */
export class Challenges {
  readonly #nowMs: () => number;
  readonly #key = randomBytes(32);
  readonly #usedUntilMs = new Map<string, number>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  issue(deviceId: string): string {
    const unmarked = `${randomBytes(16).toString('base64url')}.${this.#nowMs() + CHALLENGE_MS}`;
    return `${unmarked}.${this.#mark(deviceId, unmarked)}`;
  }

  /** Whether this challenge is ours, for this kiosk, in time and not used yet. */
  isOpen(deviceId: string, challenge: string): boolean {
    const end = challenge.lastIndexOf('.');
    const unmarked = challenge.slice(0, Math.max(0, end));
    const given = Buffer.from(challenge.slice(end + 1));
    const expected = Buffer.from(this.#mark(deviceId, unmarked));
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
    const endsAtMs = Number(unmarked.split('.')[1]);
    return this.#nowMs() < endsAtMs && !this.#usedUntilMs.has(challenge);
  }

  /** Closes a challenge that was answered rightly. */
  use(challenge: string): void {
    const nowMs = this.#nowMs();
    for (const [used, untilMs] of this.#usedUntilMs) {
      if (untilMs <= nowMs) this.#usedUntilMs.delete(used);
    }
    this.#usedUntilMs.set(challenge, nowMs + CHALLENGE_MS);
  }

  #mark(deviceId: string, unmarked: string): string {
    return createHmac('sha256', this.#key).update(`${deviceId}\n${unmarked}`).digest('base64url');
  }
}
