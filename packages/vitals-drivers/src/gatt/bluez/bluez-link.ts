import { DBusError, Variant } from '@jellybrick/dbus-next';
import { AppError } from '@shimabashi/contracts';
import { type SupervisorClock } from '../../supervised.ts';
import { systemClock } from '../../system-clock.ts';
import {
  type Advertisement,
  type ConnectOptions,
  type GattConnection,
  type GattIdentity,
  type GattLink,
  type ScanFilter,
} from '../gatt-link.ts';
import { SharedScan } from '../shared-scan.ts';
import { longUuid, tidyAddress } from '../uuid.ts';
import { PairingAgent, type PairingPrompts } from './agent.ts';
import { BluezConnection } from './bluez-connection.ts';
import { BluezBus, type BluezSignals, type Properties } from './bus.ts';
import { errorOf } from './errors.ts';
import { IFACE, ObjectTree } from './object-tree.ts';

/** How long connecting and finding services may take, once the device was heard, in milliseconds. */
const CONNECT_TIMEOUT_MS = 30_000;
/** How long services that are said to be known may take to appear. Source: bluez/bluez issue 1489. */
const SERVICES_APPEAR_MS = 5_000;
/** Properties that change when a device is heard. */
const HEARD = ['RSSI', 'ManufacturerData', 'ServiceData', 'AdvertisingFlags', 'TxPower'];

export interface BluezLinkOptions {
  /** `hci0` and so on; the first that there is when left out. */
  readonly adapter?: string;
  /** Address of the message bus; the system's when left out. */
  readonly busAddress?: string;
  readonly prompts?: PairingPrompts;
  readonly clock?: SupervisorClock;
  /** The radio hears nobody, and nothing that we may do has helped: `systemctl restart bluetooth`. */
  readonly onStuck?: () => void;
}

/**
 * Bluetooth by way of BlueZ, over D-Bus: the link for Linux. The daemon keeps the bonds, which A&D's and
 * Omron's cuffs need.
 *
 * Source: BlueZ, `doc/adapter-api.txt`, `device-api.txt`, `gatt-api.txt` (5.66).
 *
 * @throws AppError `DEVICE_LOST` when there is no message bus.
 */
export async function bluezLink(options: BluezLinkOptions = {}): Promise<GattLink> {
  const link = new BluezLink(options);
  await link.open();
  return link;
}

class BluezLink implements GattLink, BluezSignals {
  readonly #options: BluezLinkOptions;
  readonly #clock: SupervisorClock;
  readonly #tree = new ObjectTree();
  readonly #scan: SharedScan;
  readonly #connections = new Map<string, BluezConnection>();
  /** What devices say while they are being connected, by their path. */
  readonly #arriving = new Map<string, [path: string, value: Uint8Array][]>();
  /** Called at every change of the tree. */
  readonly #watchers = new Set<() => void>();
  #bus: BluezBus | undefined;
  #agent: PairingAgent | undefined;

  constructor(options: BluezLinkOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#scan = new SharedScan(
      {
        start: () => this.#startDiscovery(),
        stop: () => this.#stopDiscovery(),
        powerCycle: () => this.#powerCycle(),
      },
      this.#clock,
      options.onStuck ?? (() => {}),
    );
  }

  async open(): Promise<void> {
    try {
      this.#bus = await BluezBus.connect(this, this.#options.busAddress);
    } catch (error) {
      throw lost('There is no message bus.', error);
    }
    this.#agent = new PairingAgent(this.#bus, this.#options.prompts);
    await this.#refresh();
  }

  async scan(
    { services }: ScanFilter,
    onAdvertisement: (advertisement: Advertisement) => void,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#scan.listen(advertisement => {
      const fits = services === undefined || services.some(one => advertisement.services.includes(one));
      if (fits) onAdvertisement(advertisement);
      return false;
    }, signal);
  }

  async connect(
    identity: GattIdentity,
    options: ConnectOptions,
    signal: AbortSignal,
  ): Promise<GattConnection> {
    const wanted = { address: tidyAddress(identity.address) };
    await this.#waitFor(wanted, signal);
    if (signal.aborted) throw lost('Connecting was given up.');
    return this.#scan.quietly(() => this.#connectNow(wanted, options, signal));
  }

  async close(): Promise<void> {
    await this.#scan.close();
    for (const connection of this.#connections.values()) await connection.close();
    this.#bus?.close();
  }

  onAdded(path: string, name: string, properties: Properties): void {
    this.#tree.added(path, name, properties);
    if (name === IFACE.DEVICE && 'RSSI' in properties) this.#hear(properties);
    this.#tellWatchers();
  }

  onRemoved(path: string, names: readonly string[]): void {
    this.#tree.removed(path, names);
    if (names.includes(IFACE.DEVICE)) this.#connections.get(path)?.ended();
    if (names.includes(IFACE.ADAPTER)) this.#scan.interrupted();
    this.#tellWatchers();
  }

  onChanged(path: string, name: string, changed: Properties): void {
    this.#tree.changed(path, name, changed);
    if (name === IFACE.DEVICE) {
      const device = this.#tree.get(path, name);
      if (device !== undefined && HEARD.some(key => key in changed)) this.#hear(device);
      if (changed['Connected'] === false) this.#connections.get(path)?.ended();
    }
    if (name === IFACE.CHARACTERISTIC && changed['Value'] instanceof Uint8Array) {
      this.#spoke(path, Uint8Array.from(changed['Value']));
    }
    if (name === IFACE.ADAPTER && changed['Discovering'] === false) this.#scan.interrupted();
    this.#tellWatchers();
  }

  onRestarted(): void {
    this.#tree.replace(new Map());
    for (const connection of this.#connections.values()) connection.ended();
    this.#scan.interrupted();
    this.#tellWatchers();
    void this.#refresh();
  }

  /** Reads all objects anew. Without a daemon there are none. */
  async #refresh(): Promise<void> {
    try {
      this.#tree.replace((await this.#bus?.managedObjects()) ?? new Map());
    } catch (error) {
      if (!isOfTheDaemon(error)) throw error;
    }
    this.#tellWatchers();
  }

  /** Waits until the device is heard now, or is connected already (by itself, or by another program). */
  async #waitFor(identity: GattIdentity, signal: AbortSignal): Promise<void> {
    if (this.#deviceOf(identity)?.properties['Connected'] === true) return;
    await this.#scan.listen(({ identity: { address } }) => address === identity.address, signal);
  }

  async #connectNow(
    identity: GattIdentity,
    { bondFirst }: ConnectOptions,
    signal: AbortSignal,
  ): Promise<GattConnection> {
    const device = this.#deviceOf(identity);
    if (device === undefined || signal.aborted) throw lost('Connecting was given up.');
    const { path } = device;
    const giveUp = new AbortController();
    const cancel = this.#clock.after(CONNECT_TIMEOUT_MS, () => giveUp.abort());
    const ended = AbortSignal.any([signal, giveUp.signal]);
    // An attempt is cut short by disconnecting.
    const disconnect = () => void this.#call(path, 'Disconnect').catch(() => {});
    ended.addEventListener('abort', disconnect, { once: true });
    this.#arriving.set(path, []);
    try {
      if (bondFirst && device.properties['Paired'] !== true) await this.#pair(path, identity);
      if (this.#tree.get(path, IFACE.DEVICE)?.['Connected'] !== true) await this.#call(path, 'Connect');
      await this.#until(() => this.#tree.get(path, IFACE.DEVICE)?.['ServicesResolved'] === true, ended);
      await this.#servicesAppear(path, ended);
      return this.#connectionTo(path, identity);
    } catch (error) {
      disconnect();
      throw errorOf(error, 'pairing');
    } finally {
      cancel();
      ended.removeEventListener('abort', disconnect);
      this.#arriving.delete(path);
    }
  }

  /** `ServicesResolved` may be true before the services are on the bus. */
  async #servicesAppear(path: string, signal: AbortSignal): Promise<void> {
    if (this.#tree.having(IFACE.CHARACTERISTIC, path).length > 0) return;
    await this.#refresh();
    const enough = new AbortController();
    const cancel = this.#clock.after(SERVICES_APPEAR_MS, () => enough.abort());
    const ended = AbortSignal.any([signal, enough.signal]);
    await this.#until(() => this.#tree.having(IFACE.CHARACTERISTIC, path).length > 0, ended).finally(cancel);
  }

  #connectionTo(path: string, identity: GattIdentity): BluezConnection {
    const { Name: name } = this.#tree.get(path, IFACE.DEVICE) ?? {};
    const connection = new BluezConnection({
      path,
      identity,
      name: typeof name === 'string' ? name : null,
      tree: this.#tree,
      call: (at, iface, member, signature, body) => this.#onBus().call(at, iface, member, signature, body),
      pair: () => this.#pair(path, identity),
    });
    this.#connections.get(path)?.ended();
    this.#connections.set(path, connection);
    this.#scan.connectionBegan();
    void connection.disconnected.then(() => {
      this.#scan.connectionEnded();
      if (this.#connections.get(path) === connection) this.#connections.delete(path);
    });
    for (const [at, value] of this.#arriving.get(path) ?? []) connection.spoke(at, value);
    if (this.#tree.get(path, IFACE.DEVICE)?.['Connected'] !== true) connection.ended();
    return connection;
  }

  async #pair(path: string, identity: GattIdentity): Promise<void> {
    try {
      await this.#agent?.pair(path, identity);
    } catch (error) {
      if (error instanceof DBusError && error.type === 'org.bluez.Error.AlreadyExists') return;
      throw error;
    }
  }

  async #startDiscovery(): Promise<void> {
    const path = this.#adapterPath();
    try {
      if (this.#tree.get(path, IFACE.ADAPTER)?.['Powered'] !== true) await this.#power(path, true);
      // With a filter every advertisement is told; without, only those whose strength has changed.
      const filter = { Transport: new Variant('s', 'le'), DuplicateData: new Variant('b', true) };
      await this.#onBus().call(path, IFACE.ADAPTER, 'SetDiscoveryFilter', 'a{sv}', [filter]);
      await this.#onBus().call(path, IFACE.ADAPTER, 'StartDiscovery');
    } catch (error) {
      if (error instanceof DBusError && error.type === 'org.bluez.Error.InProgress') return;
      throw errorOf(error, 'scanning');
    }
  }

  async #stopDiscovery(): Promise<void> {
    // Whatever it says, we are done with it.
    await this.#onBus()
      .call(this.#adapterPath(), IFACE.ADAPTER, 'StopDiscovery')
      .catch(() => []);
  }

  async #powerCycle(): Promise<void> {
    const path = this.#adapterPath();
    try {
      await this.#power(path, false);
      await this.#power(path, true);
    } catch (error) {
      if (!isOfTheDaemon(error)) throw error; // It is tried again when scanning begins.
    }
  }

  #power(path: string, on: boolean): Promise<void> {
    return this.#onBus().setProperty(path, IFACE.ADAPTER, 'Powered', new Variant('b', on));
  }

  /** @throws AppError `DEVICE_LOST` without a radio. */
  #adapterPath(): string {
    const { adapter } = this.#options;
    const paths = this.#tree.having(IFACE.ADAPTER).map(([path]) => path);
    const found = paths.find(path => adapter === undefined || path.endsWith(`/${adapter}`));
    if (found === undefined) throw lost('There is no Bluetooth adapter.');
    return found;
  }

  #deviceOf({ address }: GattIdentity): { path: string; properties: Properties } | undefined {
    const found = this.#tree
      .having(IFACE.DEVICE, this.#tree.having(IFACE.ADAPTER).length === 0 ? '' : this.#adapterPath())
      .find(([, properties]) => tidyAddress(String(properties['Address'])) === address);
    return found === undefined ? undefined : { path: found[0], properties: found[1] };
  }

  #hear(device: Properties): void {
    const { Address: address, Name: name, UUIDs: uuids, RSSI: rssi } = device;
    this.#scan.hear({
      identity: { address: tidyAddress(String(address)) },
      name: typeof name === 'string' ? name : null,
      services: Array.isArray(uuids) ? uuids.map(uuid => longUuid(String(uuid))) : [],
      rssi: typeof rssi === 'number' ? rssi : null,
    });
  }

  #spoke(path: string, value: Uint8Array): void {
    const device = path.slice(0, path.indexOf('/service'));
    const connection = this.#connections.get(device);
    if (connection !== undefined) connection.spoke(path, value);
    else this.#arriving.get(device)?.push([path, value]);
  }

  #call(path: string, member: string): Promise<readonly unknown[]> {
    return this.#onBus().call(path, IFACE.DEVICE, member);
  }

  #onBus(): BluezBus {
    if (this.#bus === undefined) throw lost('There is no message bus.');
    return this.#bus;
  }

  #tellWatchers(): void {
    for (const watcher of this.#watchers) watcher();
  }

  /** @throws AppError `DEVICE_LOST` when `signal` aborts first. */
  #until(holds: () => boolean, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (!holds() && !signal.aborted) return;
        this.#watchers.delete(look);
        signal.removeEventListener('abort', look);
        if (holds()) resolve();
        else reject(lost('The device did not tell what it has.'));
      };
      this.#watchers.add(look);
      signal.addEventListener('abort', look, { once: true });
      look();
    });
  }
}

/** The daemon said no, or is gone. Anything else is a bug. */
function isOfTheDaemon(error: unknown): boolean {
  return error instanceof DBusError || error instanceof AppError;
}

function lost(message: string, cause?: unknown): AppError {
  return new AppError('DEVICE_LOST', message, { cause });
}
