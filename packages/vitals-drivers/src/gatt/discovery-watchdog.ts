/**
 * A radio that scans hears somebody sooner or later: a telephone, a neighbour's lamp. After so long without
 * anybody, in milliseconds, scanning is begun anew, which disturbs nobody.
 */
const SILENCE_MS = 60_000;
/** So many new beginnings in silence, and the controller is switched off and on. */
const RESTARTS_MAX = 3;

/** What to do about a scan: `stuck` is for people, since nothing that a program may do has helped. */
export type DiscoveryRemedy = 'none' | 'restart' | 'power-cycle' | 'stuck';

/**
 * Watches for a scan that has died: BlueZ then says `Discovering: true` and hears nobody, after some
 * connections and for ever. Source: KristianP26/ble-scale-sync, `watchdog.ts`, `failure-kind.ts` (issues
 * 80, 213: it must not take a quiet place for a dead radio).
 *
 * It sharpens only once somebody was heard. Until then beginning anew is all that it does: on an island
 * there may be nobody else. No clock of its own.
 */
export class DiscoveryWatchdog {
  #heardAnybody = false;
  #quietSinceMs: number | undefined;
  #restarts = 0;
  #cycled = false;

  /** Scanning began, whether anew or for the first time. */
  started(nowMs: number): void {
    this.#quietSinceMs = nowMs;
  }

  /** Nobody scans: silence means nothing. */
  stopped(): void {
    this.#quietSinceMs = undefined;
  }

  heard(nowMs: number): void {
    this.#heardAnybody = true;
    this.#restarts = 0;
    this.#cycled = false;
    if (this.#quietSinceMs !== undefined) this.#quietSinceMs = nowMs;
  }

  /** What is to be done now; it counts as done. */
  check(nowMs: number): DiscoveryRemedy {
    if (this.#quietSinceMs === undefined || nowMs - this.#quietSinceMs < SILENCE_MS) return 'none';
    this.#quietSinceMs = nowMs;
    if (!this.#heardAnybody || this.#restarts < RESTARTS_MAX) {
      this.#restarts += 1;
      return 'restart';
    }
    this.#restarts = 0;
    if (this.#cycled) return 'stuck';
    this.#cycled = true;
    return 'power-cycle';
  }
}
