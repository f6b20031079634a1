import { type Parameter, type Sample } from '@shimabashi/contracts';

/** The newest sample of each parameter of each connected device. */
export class LatestVitals {
  readonly #byDevice = new Map<string, Map<Parameter, Sample>>();

  take(samples: readonly Sample[]): void {
    for (const sample of samples) {
      const ofDevice = this.#byDevice.get(sample.deviceId) ?? new Map<Parameter, Sample>();
      ofDevice.set(sample.parameter, sample);
      this.#byDevice.set(sample.deviceId, ofDevice);
    }
  }

  /** Forgets a device that is no longer connected: an old number must not look like one of now. */
  withdraw(deviceId: string): void {
    this.#byDevice.delete(deviceId);
  }

  all(): Sample[] {
    return [...this.#byDevice.values()].flatMap(ofDevice => [...ofDevice.values()]);
  }
}
