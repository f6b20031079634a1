import { AppError, isOfVisit, SAMPLE_HELD_MS, type Sample, type Visit } from '@shimabashi/contracts';

/** The samples of two minutes are about 1,500; more than this is a device gone wild. */
const HELD_MAX = 10_000;

/**
 * The readings of the last two minutes, each bound to the visit in which it was taken.
 *
 * The binding is made when a reading arrives, by the store: no screen can give a number to another
 * patient.
 */
export class HeldSamples {
  /** In order of arrival, the oldest first. */
  readonly #held = new Map<string, { readonly sample: Sample; readonly encounterId: string }>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /**
   * Takes readings on their way from the devices, and gives those that belong to the visit.
   *
   * Not those that were received or measured before it began (the last patient's finger may still have
   * been in the sensor), and not those that a device had stored and whose time cannot be told: nobody
   * knows whose they are.
   */
  take(samples: readonly Sample[], visit: Visit | null): readonly Sample[] {
    this.#forgetOld();
    if (visit === null) return [];
    const bound = samples.filter(sample => isOfVisit(sample, visit));
    for (const sample of bound) {
      this.#held.set(sample.sampleId, { sample, encounterId: visit.encounterId });
    }
    return bound;
  }

  /**
   * The reading of that id, if it was taken in this visit and can still be vouched for.
   *
   * @throws AppError `SAMPLE_EXPIRED` (also for one of another visit: measure again),
   * `SAMPLE_ABSENT` when it says that there was no value.
   */
  measuredIn(encounterId: string, sampleId: string): Sample & { measured: { status: 'measured' } } {
    this.#forgetOld();
    const held = this.#held.get(sampleId);
    if (held === undefined || held.encounterId !== encounterId) {
      throw new AppError('SAMPLE_EXPIRED', 'The sample is not held for this visit.');
    }
    const { sample } = held;
    if (sample.measured.status !== 'measured') {
      throw new AppError('SAMPLE_ABSENT', 'The sample has no value.', {
        details: { reason: sample.measured.reason },
      });
    }
    return { ...sample, measured: sample.measured };
  }

  #forgetOld(): void {
    const oldestMs = this.#nowMs() - SAMPLE_HELD_MS;
    for (const [sampleId, { sample }] of this.#held) {
      if (sample.receivedAtMs >= oldestMs && this.#held.size <= HELD_MAX) return;
      this.#held.delete(sampleId);
    }
  }
}
