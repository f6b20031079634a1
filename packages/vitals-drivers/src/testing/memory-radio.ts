import { AppError } from '@shimabashi/contracts';
import {
  type Advertisement,
  type ConnectOptions,
  type GattCharacteristic,
  type GattConnection,
  type GattIdentity,
  type GattLink,
  type GattPlace,
  GattRefusal,
  samePlace,
  type ScanFilter,
} from '../gatt/gatt-link.ts';
import { tidyAddress } from '../gatt/uuid.ts';
import { type SimulatedCharacteristic, type SimulatedPeripheral } from '../simulator/gatt/peripheral.ts';

/** A radio in memory: devices at the one end, a `GattLink` at the other. */
export interface MemoryRadio {
  readonly link: GattLink;
  /** Everything that was done to devices, in order, one word each. */
  readonly done: readonly string[];
  /** The device begins to advertise, at this address. Answers how to end it (and its connection). */
  switchOn(address: string, peripheral: SimulatedPeripheral): () => void;
  /** Ends the connection with the device, from its side; it goes on advertising. */
  hangUp(address: string): void;
}

interface Station {
  readonly peripheral: SimulatedPeripheral;
  bonded: boolean;
  end: (() => void) | undefined;
}

export function memoryRadio(): MemoryRadio {
  const stations = new Map<string, Station>();
  const watchers = new Set<() => void>();
  const done: string[] = [];
  const changed = () => {
    for (const watcher of watchers) watcher();
  };
  /** Calls `look` now and whenever a device is switched on, until it answers something or `signal` aborts. */
  const until = <Found>(signal: AbortSignal, look: () => Found | undefined): Promise<Found | undefined> =>
    new Promise(resolve => {
      const end = (found: Found | undefined) => {
        watchers.delete(again);
        signal.removeEventListener('abort', abort);
        resolve(found);
      };
      const abort = () => end(undefined);
      const again = () => {
        const found = signal.aborted ? undefined : look();
        if (found !== undefined || signal.aborted) end(found);
      };
      watchers.add(again);
      signal.addEventListener('abort', abort, { once: true });
      again();
    });
  const link: GattLink = {
    async scan(filter, onAdvertisement, signal) {
      await until(signal, () => {
        for (const [address, { peripheral }] of stations) {
          if (fits(filter, peripheral)) onAdvertisement(advertisementOf(address, peripheral));
        }
        return undefined;
      });
    },
    async connect(identity, options, signal) {
      const address = tidyAddress(identity.address);
      const station = await until(signal, () => stations.get(address));
      if (station === undefined) throw new AppError('DEVICE_LOST', 'Connecting was given up.');
      station.end?.();
      done.push('connect');
      const connection = new MemoryConnection({ address }, station, done);
      await connection.begin(options);
      return connection;
    },
    async close() {
      for (const station of stations.values()) station.end?.();
    },
  };
  return {
    link,
    done,
    switchOn(address, peripheral) {
      const key = tidyAddress(address);
      const station: Station = { peripheral, bonded: false, end: undefined };
      stations.set(key, station);
      changed();
      return () => {
        stations.delete(key);
        station.end?.();
      };
    },
    hangUp: address => stations.get(tidyAddress(address))?.end?.(),
  };
}

class MemoryConnection implements GattConnection {
  readonly identity: GattIdentity;
  readonly name: string;
  readonly disconnected: Promise<void>;
  readonly #station: Station;
  readonly #done: string[];
  readonly #unsubscribe: (() => void)[] = [];
  #open = true;

  constructor(identity: GattIdentity, station: Station, done: string[]) {
    this.identity = identity;
    this.name = station.peripheral.name;
    this.#station = station;
    this.#done = done;
    this.disconnected = new Promise(resolve => {
      station.end = () => {
        if (!this.#open) return;
        this.#open = false;
        for (const unsubscribe of this.#unsubscribe) unsubscribe();
        done.push('disconnect');
        resolve();
      };
    });
  }

  async begin({ bondFirst }: ConnectOptions): Promise<void> {
    if (bondFirst && !this.#station.bonded) await this.bond();
  }

  async bond(): Promise<void> {
    this.#expectOpen();
    this.#done.push('bond');
    this.#station.bonded = true;
  }

  async discover(): Promise<readonly GattCharacteristic[]> {
    this.#expectOpen();
    this.#done.push('discover');
    return this.#station.peripheral.characteristics.map(({ service, characteristic, properties }) => ({
      service,
      characteristic,
      properties,
    }));
  }

  async read(place: GattPlace): Promise<Uint8Array> {
    const read = this.#at(place, 'read').read;
    if (read === undefined) throw new GattRefusal('read not permitted');
    return read();
  }

  async write(place: GattPlace, value: Uint8Array): Promise<void> {
    const write = this.#at(place, 'write').write;
    if (write === undefined) throw new GattRefusal('write not permitted');
    write(value.slice());
  }

  async subscribe(place: GattPlace, onValue: (value: Uint8Array) => void): Promise<void> {
    const subscribe = this.#at(place, 'subscribe').subscribe;
    if (subscribe === undefined) throw new GattRefusal('no notifications');
    this.#unsubscribe.push(
      subscribe(value => {
        if (this.#open) onValue(value.slice());
      }),
    );
  }

  async close(): Promise<void> {
    this.#station.end?.();
  }

  #at(place: GattPlace, what: string): SimulatedCharacteristic {
    this.#expectOpen();
    this.#done.push(`${what} ${place.characteristic.slice(4, 8)}`);
    const found = this.#station.peripheral.characteristics.find(has => samePlace(has, place));
    if (found === undefined) throw new GattRefusal('no such characteristic');
    return found;
  }

  #expectOpen(): void {
    if (!this.#open) throw new AppError('DEVICE_LOST', 'The device is not connected.');
  }
}

function fits({ services }: ScanFilter, peripheral: SimulatedPeripheral): boolean {
  return services === undefined || services.some(service => peripheral.services.includes(service));
}

function advertisementOf(address: string, { name, services }: SimulatedPeripheral): Advertisement {
  return { identity: { address }, name, services, rssi: -60 };
}
