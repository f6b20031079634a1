import { type DeviceStatus } from '@shimabashi/contracts';
import { type GattFacts } from '@shimabashi/vitals-drivers';

/** What is told of devices besides their state: what they said of themselves when they were connected last. */
export class DeviceBoard {
  readonly #facts = new Map<string, DeviceStatus['facts']>();

  learn(deviceId: string, said: GattFacts): void {
    const { manufacturer, model, serialNumber, firmware, battery, clockOffsetMs } = said;
    this.#facts.set(deviceId, {
      manufacturer,
      model,
      serialNumber,
      firmware,
      // A device may send anything: more than 100 % is nothing.
      battery: battery !== null && battery <= 100 ? battery : null,
      clockOffsetMs: clockOffsetMs === null ? null : Math.round(clockOffsetMs),
    });
  }

  told(status: DeviceStatus): DeviceStatus {
    const facts = this.#facts.get(status.deviceId);
    return facts === undefined ? status : { ...status, facts };
  }
}
