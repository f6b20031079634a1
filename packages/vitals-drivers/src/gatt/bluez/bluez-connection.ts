import { Variant } from '@jellybrick/dbus-next';
import { AppError } from '@shimabashi/contracts';
import {
  type GattCharacteristic,
  type GattConnection,
  type GattIdentity,
  type GattPlace,
  type GattProperty,
  GattRefusal,
  samePlace,
} from '../gatt-link.ts';
import { longUuid } from '../uuid.ts';
import { errorOf } from './errors.ts';
import { IFACE, type ObjectTree } from './object-tree.ts';

/** What the daemon calls a property, and what we do. Others (broadcast, extended) are of no use here. */
const PROPERTY_OF: Readonly<Record<string, GattProperty>> = {
  read: 'read',
  write: 'write',
  'write-without-response': 'write-without-response',
  notify: 'notify',
  indicate: 'indicate',
};

export interface BluezDevice {
  readonly path: string;
  readonly identity: GattIdentity;
  readonly name: string | null;
  readonly tree: ObjectTree;
  readonly call: (
    path: string,
    iface: string,
    member: string,
    signature?: string,
    body?: readonly unknown[],
  ) => Promise<readonly unknown[]>;
  readonly pair: () => Promise<void>;
}

/** Values that may wait for their subscription: more than any device sends unasked. */
const EARLY_MAX = 1_000;

/** One device that the daemon holds connected. */
export class BluezConnection implements GattConnection {
  readonly identity: GattIdentity;
  readonly name: string | null;
  readonly disconnected: Promise<void>;
  readonly #device: BluezDevice;
  readonly #onValue = new Map<string, (value: Uint8Array) => void>();
  /** Values of characteristics that nobody has subscribed to yet, oldest first. */
  #early: { readonly path: string; readonly value: Uint8Array }[] = [];
  #open = true;
  #resolveDisconnected: () => void = () => {};

  constructor(device: BluezDevice) {
    this.#device = device;
    this.identity = device.identity;
    this.name = device.name;
    this.disconnected = new Promise(resolve => {
      this.#resolveDisconnected = resolve;
    });
  }

  /** The daemon says that it is over. */
  ended(): void {
    this.#open = false;
    this.#onValue.clear();
    this.#resolveDisconnected();
  }

  /**
   * The daemon has a new value of a characteristic. It keeps subscriptions from one connection to the next,
   * so that a bonded device may speak before we have asked: such a value waits.
   */
  spoke(path: string, value: Uint8Array): void {
    const onValue = this.#onValue.get(path);
    if (onValue !== undefined) onValue(value);
    else if (this.#early.length < EARLY_MAX) this.#early.push({ path, value });
  }

  async bond(): Promise<void> {
    this.#expectOpen();
    await this.#device.pair().catch((error: unknown) => {
      throw errorOf(error, 'pairing');
    });
  }

  async discover(): Promise<readonly GattCharacteristic[]> {
    this.#expectOpen();
    return this.#characteristics().map(({ place }) => place);
  }

  async read(place: GattPlace): Promise<Uint8Array> {
    const [value] = await this.#call(place, 'ReadValue', 'a{sv}', [{}]);
    this.#takeEarly(this.#pathOf(place)); // The daemon tells of what was read, too.
    return Uint8Array.from(value as Uint8Array);
  }

  async write(place: GattPlace, value: Uint8Array, how: 'with-response' | 'without-response'): Promise<void> {
    const options = { type: new Variant('s', how === 'with-response' ? 'request' : 'command') };
    await this.#call(place, 'WriteValue', 'aya{sv}', [Buffer.from(value), options]);
  }

  async subscribe(place: GattPlace, onValue: (value: Uint8Array) => void): Promise<void> {
    const path = this.#pathOf(place);
    this.#onValue.set(path, onValue); // First values may come before the answer.
    for (const value of this.#takeEarly(path)) onValue(value);
    try {
      await this.#call(place, 'StartNotify');
    } catch (error) {
      if (error instanceof GattRefusal && isSubscribed(error)) return;
      this.#onValue.delete(path);
      throw error;
    }
  }

  #takeEarly(path: string): Uint8Array[] {
    const values = this.#early.filter(early => early.path === path).map(({ value }) => value);
    this.#early = this.#early.filter(early => early.path !== path);
    return values;
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.ended();
    // The daemon may be gone, or have lost the device a moment ago.
    await this.#device.call(this.#device.path, IFACE.DEVICE, 'Disconnect').catch(() => []);
  }

  async #call(
    place: GattPlace,
    member: string,
    signature?: string,
    body?: readonly unknown[],
  ): Promise<readonly unknown[]> {
    const path = this.#pathOf(place);
    try {
      return await this.#device.call(path, IFACE.CHARACTERISTIC, member, signature, body);
    } catch (error) {
      this.#expectOpen();
      throw errorOf(error, 'asking');
    }
  }

  #pathOf(place: GattPlace): string {
    this.#expectOpen();
    const found = this.#characteristics().find(has => samePlace(has.place, place));
    if (found === undefined) throw new GattRefusal('no such characteristic');
    return found.path;
  }

  #characteristics(): { path: string; place: GattCharacteristic }[] {
    const { tree, path: device } = this.#device;
    return tree.having(IFACE.CHARACTERISTIC, device).flatMap(([path, properties]) => {
      const service = tree.get(String(properties['Service']), IFACE.SERVICE);
      const flags = properties['Flags'];
      if (service === undefined || !Array.isArray(flags)) return [];
      const place: GattCharacteristic = {
        service: longUuid(String(service['UUID'])),
        characteristic: longUuid(String(properties['UUID'])),
        properties: flags.flatMap(flag => PROPERTY_OF[String(flag)] ?? []),
      };
      return [{ path, place }];
    });
  }

  #expectOpen(): void {
    if (!this.#open) throw new AppError('DEVICE_LOST', 'The device is not connected.');
  }
}

/**
 * The daemon renewed our subscription by itself when the device came back, and refuses to do it twice.
 * Source: BlueZ, `src/gatt-client.c`, `characteristic_start_notify`.
 */
function isSubscribed({ reason }: GattRefusal): boolean {
  return reason.endsWith('Already notifying') || reason.startsWith('org.bluez.Error.InProgress');
}
