import { type Call } from '@shimabashi/contracts';
import { type Clock } from '../clock.ts';
import { ringsAt } from './call-rules.ts';

export interface CallBellDeps {
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Calls that ring, as they stand in the database. */
  readonly ringing: () => readonly Call[];
  /** How long a call may still ring, in milliseconds. */
  readonly leftMs: (call: Call) => number;
  /** One try at all browsers of this person. True: it need not be tried again. */
  readonly push: (call: Call, practitionerId: string, ttlSeconds: number) => Promise<boolean>;
  readonly reportUnexpected: (error: unknown) => void;
}

interface Ring {
  attempts: number;
  /** Null while a try is under way, and once one was taken. */
  nextAtMs: number | null;
}

const AGAIN_FIRST_MS = 1_000;
const AGAIN_MOST_MS = 10_000;

/**
 * Rings at doctors whose console is closed, or open where they are not: once to each browser, and again
 * until a push service takes it, no longer than the call rings.
 *
 * It keeps nothing of its own on the disk: what rings is there. A hub that was killed rings once more,
 * under the same tag, which a browser shows without another sound.
 */
export class CallBell {
  readonly #deps: CallBellDeps;
  readonly #rings = new Map<string, Ring>();

  constructor(deps: CallBellDeps) {
    this.#deps = deps;
  }

  /** Begins a try wherever one is due. */
  look(): void {
    const nowMs = this.#deps.clock.nowMs();
    const due = this.#deps
      .ringing()
      .flatMap(call =>
        call.rung.filter(({ staff }) => ringsAt(call, staff)).map(({ staff }) => ({ call, staff })),
      );
    const keys = new Set(due.map(({ call, staff }) => keyOf(call, staff.practitionerId)));
    for (const key of this.#rings.keys()) if (!keys.has(key)) this.#rings.delete(key);
    for (const { call, staff } of due) {
      const key = keyOf(call, staff.practitionerId);
      const ring = this.#rings.get(key) ?? { attempts: 0, nextAtMs: nowMs };
      this.#rings.set(key, ring);
      if (ring.nextAtMs === null || ring.nextAtMs > nowMs) continue;
      ring.nextAtMs = null;
      void this.#try(call, staff.practitionerId, ring);
    }
  }

  async #try(call: Call, practitionerId: string, ring: Ring): Promise<void> {
    const { push, leftMs, clock, reportUnexpected } = this.#deps;
    try {
      const ttlSeconds = Math.max(1, Math.ceil(leftMs(call) / 1_000));
      if (await push(call, practitionerId, ttlSeconds)) return;
    } catch (error) {
      reportUnexpected(error);
    }
    const backOffMs = Math.min(AGAIN_FIRST_MS * 2 ** ring.attempts, AGAIN_MOST_MS);
    ring.attempts += 1;
    ring.nextAtMs = clock.nowMs() + backOffMs;
  }
}

function keyOf({ callId }: Call, practitionerId: string): string {
  return `${callId} ${practitionerId}`;
}
