import { type LiveDown, type Sample, STREAM_STALE_AFTER_MS } from '@shimabashi/contracts';

export type LiveSamples = Extract<LiveDown, { type: 'samples' }>;

interface Held {
  readonly encounterId: string;
  readonly kioskDeviceId: string;
  /** The newest of each parameter of each device. */
  readonly samples: ReadonlyMap<string, Sample>;
}

/**
 * The newest live numbers of each patient, so that a console that begins to watch sees something at
 * once. Nothing is held longer than it may be shown as live.
 */
export class LiveBoard {
  readonly #nowMs: () => number;
  readonly #held = new Map<string, Held>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  hold(message: LiveSamples): void {
    const { patientId, encounterId, kioskDeviceId } = message;
    const before = this.#held.get(patientId);
    const samples = new Map(before?.kioskDeviceId === kioskDeviceId ? before.samples : []);
    for (const sample of message.samples) samples.set(`${sample.deviceId} ${sample.parameter}`, sample);
    this.#held.set(patientId, { encounterId, kioskDeviceId, samples });
  }

  drop(patientId: string): void {
    this.#held.delete(patientId);
  }

  /** What is live of this patient now, or undefined. */
  latest(patientId: string): LiveSamples | undefined {
    const held = this.#held.get(patientId);
    const samples = held === undefined ? [] : [...held.samples.values()].filter(this.#isFresh);
    if (held === undefined || samples.length === 0) return undefined;
    const { encounterId, kioskDeviceId } = held;
    return { type: 'samples', patientId, encounterId, kioskDeviceId, samples };
  }

  /** Forgets what is too old to be shown. */
  prune(): void {
    for (const patientId of this.#held.keys()) {
      if (this.latest(patientId) === undefined) this.#held.delete(patientId);
    }
  }

  readonly #isFresh = (sample: Sample): boolean =>
    this.#nowMs() - sample.receivedAtMs <= STREAM_STALE_AFTER_MS;
}
