import { type GattCharacteristic, type GattPlace } from '../../gatt/gatt-link.ts';
import { type Uuid } from '../../gatt/uuid.ts';

/** One characteristic of a simulated device. What has no function is refused. */
export interface SimulatedCharacteristic extends GattCharacteristic {
  /** @throws GattRefusal */
  readonly read?: () => Uint8Array;
  /** @throws GattRefusal */
  readonly write?: (value: Uint8Array) => void;
  /** Somebody subscribed: `send` brings values to them until the returned function is called. */
  readonly subscribe?: (send: (value: Uint8Array) => void) => () => void;
}

/**
 * A Bluetooth device as a radio sees it. The same one is played over a link in memory, a fake `org.bluez`
 * and an emulated controller: none of them can tell it from a device.
 */
export interface SimulatedPeripheral {
  readonly name: string;
  /** What it advertises. */
  readonly services: readonly Uuid[];
  readonly characteristics: readonly SimulatedCharacteristic[];
}

/** A characteristic that only ever says the same. */
export function constantCharacteristic(place: GattPlace, value: Uint8Array): SimulatedCharacteristic {
  return { ...place, properties: ['read'], read: () => value };
}
