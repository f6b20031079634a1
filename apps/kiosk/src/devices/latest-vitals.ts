import { type Parameter, SAMPLE_HELD_MS, type Sample } from '@shimabashi/contracts';

/**
 * The newest sample of each parameter of each connected device, and single measurements for as long as the
 * store vouches for them, since a cuff goes as soon as it has told its own.
 */
export class LatestVitals {
  readonly #nowMs: () => number;
  readonly #byDevice = new Map<string, Map<Parameter, Sample>>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  take(samples: readonly Sample[]): void {
    for (const sample of samples) {
      const ofDevice = this.#byDevice.get(sample.deviceId) ?? new Map<Parameter, Sample>();
      ofDevice.set(sample.parameter, sample);
      this.#byDevice.set(sample.deviceId, ofDevice);
    }
  }

  /** Forgets what a device streamed that is no longer connected: it must not look like a number of now. */
  withdraw(deviceId: string): void {
    const ofDevice = this.#byDevice.get(deviceId);
    for (const [parameter, { measuredAtMs }] of ofDevice ?? []) {
      if (measuredAtMs === undefined) ofDevice?.delete(parameter);
    }
  }

  /** Forgets everything of a device that is no longer enrolled. */
  forget(deviceId: string): void {
    this.#byDevice.delete(deviceId);
  }

  all(): Sample[] {
    const heldSinceMs = this.#nowMs() - SAMPLE_HELD_MS;
    return [...this.#byDevice.values()]
      .flatMap(ofDevice => [...ofDevice.values()])
      .filter(({ measuredAtMs, receivedAtMs }) => measuredAtMs === undefined || receivedAtMs >= heldSinceMs);
  }
}
