import { type DeviceFacts, type DeviceStatus } from '@shimabashi/contracts';
import { type GattFacts } from '@shimabashi/vitals-drivers';

/** What is told of devices besides their state: what they said of themselves when they were connected last. */
export class DeviceBoard {
  readonly #facts = new Map<string, DeviceFacts>();
  readonly #enrolledHere: { has(deviceId: string): boolean };

  /** `enrolledHere`: which devices a nurse may let go. */
  constructor(enrolledHere: { has(deviceId: string): boolean } = new Set()) {
    this.#enrolledHere = enrolledHere;
  }

  learn(deviceId: string, said: GattFacts): void {
    this.#facts.set(deviceId, factsOf(said));
  }

  /** Of a device that tells nothing else of itself, or has told the rest. */
  learnClock(deviceId: string, offsetMs: number | null): void {
    const clockOffsetMs = offsetMs === null ? null : Math.round(offsetMs);
    this.#facts.set(deviceId, { ...(this.#facts.get(deviceId) ?? NOTHING_SAID), clockOffsetMs });
  }

  told(status: DeviceStatus): DeviceStatus {
    const { deviceId } = status;
    const facts = this.#facts.get(deviceId);
    return {
      ...status,
      ...(facts === undefined ? {} : { facts }),
      ...(this.#enrolledHere.has(deviceId) ? { enrolledHere: true as const } : {}),
    };
  }

  forget(deviceId: string): void {
    this.#facts.delete(deviceId);
  }
}

const NOTHING_SAID: DeviceFacts = {
  manufacturer: null,
  model: null,
  serialNumber: null,
  firmware: null,
  battery: null,
  clockOffsetMs: null,
};

/** What a device said, as far as it can be. */
export function factsOf(said: GattFacts): DeviceFacts {
  const { manufacturer, model, serialNumber, firmware, battery, clockOffsetMs } = said;
  return {
    manufacturer,
    model,
    serialNumber,
    firmware,
    // A device may send anything: more than 100 % is nothing.
    battery: battery !== null && battery <= 100 ? battery : null,
    clockOffsetMs: clockOffsetMs === null ? null : Math.round(clockOffsetMs),
  };
}
