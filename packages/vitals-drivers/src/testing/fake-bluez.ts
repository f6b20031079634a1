import { DBusError, Message, type MessageBus, sessionBus, Variant } from '@jellybrick/dbus-next';
import { GattRefusal } from '../gatt/gatt-link.ts';
import { type SimulatedCharacteristic, type SimulatedPeripheral } from '../simulator/gatt/peripheral.ts';

const ADAPTER_PATH = '/org/bluez/hci0';
const IFACE = {
  adapter: 'org.bluez.Adapter1',
  device: 'org.bluez.Device1',
  service: 'org.bluez.GattService1',
  characteristic: 'org.bluez.GattCharacteristic1',
} as const;

/** A device within the daemon's reach. */
export interface FakeBluezDevice {
  readonly address: string;
  readonly peripheral: SimulatedPeripheral;
  /** What the device asks for when it is paired: nothing, a number that it shows, or that it is the same. */
  readonly pairing?: 'nothing' | { readonly passkey: number } | { readonly confirm: number };
}

export interface FakeBluezOptions extends FakeBluezDevice {
  readonly busAddress: string;
  /** Those besides. */
  readonly others?: readonly FakeBluezDevice[];
}

/** The daemon of BlueZ as far as we use it. Whoever is not named is the first device. */
export interface FakeBluez {
  /** Every call, as `Interface.Member`, oldest first. */
  readonly calls: readonly string[];
  /** The device ends the connection. */
  hangUp(address?: string): void;
  /** The device advertises once more. */
  advertise(address?: string): void;
  /** From now on scanning seems to go on, and nobody is heard. */
  setDeaf(deaf: boolean): void;
  /** The daemon goes away. */
  stop(): void;
}

type Answer = { readonly signature: string; readonly body: unknown[] };
const NOTHING: Answer = { signature: '', body: [] };

export async function startFakeBluez(options: FakeBluezOptions): Promise<FakeBluez> {
  const bus = sessionBus({ busAddress: options.busAddress });
  await new Promise<void>(resolve => bus.once('connect', resolve));
  const daemon = new Daemon(bus, [options, ...(options.others ?? [])]);
  bus.addMethodHandler(message => {
    void daemon.answer(message);
    return true;
  });
  await bus.requestName('org.bluez', 0);
  const { address: first } = options;
  return {
    calls: daemon.calls,
    hangUp: (address = first) => daemon.station(address).disconnect(),
    advertise: (address = first) => daemon.advertise(daemon.station(address)),
    setDeaf: deaf => daemon.setDeaf(deaf),
    stop: () => daemon.stop(),
  };
}

/** What the daemon tells everybody. */
interface Signals {
  added(path: string, interfaces: Record<string, unknown>): void;
  changed(path: string, iface: string, changed: Record<string, Variant>): void;
}

/** One device, as the daemon knows it. */
class Station {
  readonly device: FakeBluezDevice;
  readonly path: string;
  readonly characteristics: ReadonlyMap<string, SimulatedCharacteristic>;
  readonly #signals: Signals;
  readonly #servicePaths: ReadonlyMap<string, string>;
  readonly #subscriptions = new Map<string, () => void>();
  /** What is subscribed to, now or as soon as the device is back. */
  readonly #notified = new Set<string>();
  isKnown = false;
  isConnected = false;
  #paired = false;

  constructor(device: FakeBluezDevice, signals: Signals) {
    const { address, peripheral } = device;
    this.device = device;
    this.#signals = signals;
    this.path = `${ADAPTER_PATH}/dev_${address.toUpperCase().replaceAll(':', '_')}`;
    const services = [...new Set(peripheral.characteristics.map(({ service }) => service))];
    this.#servicePaths = new Map(
      services.map((service, at) => [service, `${this.path}/service${hex4(at * 256)}`]),
    );
    this.characteristics = new Map(
      peripheral.characteristics.map((has, at) => [
        `${this.#servicePaths.get(has.service)}/char${hex4(at + 1)}`,
        has,
      ]),
    );
  }

  advertise(): void {
    if (this.isConnected) return;
    if (this.isKnown) this.#signals.changed(this.path, IFACE.device, { RSSI: new Variant('n', -61) });
    else this.#signals.added(this.path, { [IFACE.device]: this.properties() });
    this.isKnown = true;
  }

  paired(): void {
    this.#paired = true;
    this.#signals.changed(this.path, IFACE.device, { Paired: new Variant('b', true) });
  }

  connect(): void {
    if (this.isConnected) return;
    this.isConnected = true;
    this.#signals.changed(this.path, IFACE.device, { Connected: new Variant('b', true) });
    for (const [path, interfaces] of Object.entries(this.gattObjects()))
      this.#signals.added(path, interfaces);
    // Of a bonded device the daemon remembers who had subscribed, and renews it before anybody asks.
    for (const path of this.#notified) this.#subscribe(path);
    this.#signals.changed(this.path, IFACE.device, { ServicesResolved: new Variant('b', true) });
  }

  disconnect(): void {
    if (!this.isConnected) return;
    this.isConnected = false;
    for (const unsubscribe of this.#subscriptions.values()) unsubscribe();
    this.#subscriptions.clear();
    if (!this.#paired) this.#notified.clear(); // Its objects go with it.
    this.#signals.changed(this.path, IFACE.device, {
      ServicesResolved: new Variant('b', false),
      Connected: new Variant('b', false),
    });
  }

  gattCall(path: string, member: string, body: readonly unknown[]): Answer {
    if (!this.isConnected) throw new DBusError('org.bluez.Error.NotConnected', 'Not connected.');
    try {
      return this.#gattCall(path, member, body);
    } catch (error) {
      if (error instanceof GattRefusal) throw new DBusError('org.bluez.Error.NotPermitted', error.reason);
      throw error;
    }
  }

  properties(): Record<string, Variant> {
    const { address, peripheral } = this.device;
    return {
      Address: new Variant('s', address.toUpperCase()),
      Name: new Variant('s', peripheral.name),
      UUIDs: new Variant('as', [...peripheral.services]),
      RSSI: new Variant('n', -60),
      Connected: new Variant('b', this.isConnected),
      Paired: new Variant('b', this.#paired),
      ServicesResolved: new Variant('b', this.isConnected),
    };
  }

  gattObjects(): Record<string, Record<string, unknown>> {
    const services = [...this.#servicePaths].map(([uuid, path]) => [
      path,
      { [IFACE.service]: { UUID: new Variant('s', uuid), Device: new Variant('o', this.path) } },
    ]);
    const characteristics = [...this.characteristics].map(([path, has]) => [
      path,
      {
        [IFACE.characteristic]: {
          UUID: new Variant('s', has.characteristic),
          Service: new Variant('o', this.#servicePaths.get(has.service)),
          Flags: new Variant('as', [...has.properties]),
        },
      },
    ]);
    return Object.fromEntries([...services, ...characteristics]) as Record<string, Record<string, unknown>>;
  }

  #gattCall(path: string, member: string, body: readonly unknown[]): Answer {
    const { read, write, subscribe } = this.characteristics.get(path) ?? {};
    if (member === 'ReadValue' && read !== undefined) {
      const value = Buffer.from(read());
      this.#signals.changed(path, IFACE.characteristic, { Value: new Variant('ay', value) });
      return { signature: 'ay', body: [value] };
    }
    if (member === 'WriteValue' && write !== undefined) {
      write(Uint8Array.from(body[0] as Uint8Array));
      return NOTHING;
    }
    if (member === 'StartNotify' && subscribe !== undefined) {
      if (this.#notified.has(path)) throw new DBusError('org.bluez.Error.Failed', 'Already notifying');
      this.#notified.add(path);
      this.#subscribe(path);
      return NOTHING;
    }
    throw new GattRefusal('not supported');
  }

  #subscribe(path: string): void {
    const stop = this.characteristics.get(path)?.subscribe?.(value => {
      this.#signals.changed(path, IFACE.characteristic, { Value: new Variant('ay', Buffer.from(value)) });
    });
    if (stop !== undefined) this.#subscriptions.set(path, stop);
  }
}

class Daemon implements Signals {
  readonly calls: string[] = [];
  readonly #bus: MessageBus;
  readonly #stations: readonly Station[];
  #agent: { sender: string; path: string } | undefined;
  #deaf = false;
  #discovering = false;
  #stopped = false;

  constructor(bus: MessageBus, devices: readonly FakeBluezDevice[]) {
    this.#bus = bus;
    this.#stations = devices.map(device => new Station(device, this));
  }

  async answer(message: Message): Promise<void> {
    this.calls.push(`${message.interface.split('.').at(-1)}.${message.member}`);
    const reply = await this.#answerOf(message).then(
      ({ signature, body }) => Message.newMethodReturn(message, signature, body),
      (error: unknown) => {
        const known = error instanceof DBusError;
        const text = known ? error.text : 'Failed';
        return Message.newError(message, known ? error.type : 'org.bluez.Error.Failed', text);
      },
    );
    this.#send(reply);
  }

  station(address: string): Station {
    const found = this.#stations.find(({ device }) => device.address === address);
    if (found === undefined) throw new Error('There is no such device.');
    return found;
  }

  stop(): void {
    this.#stopped = true;
    this.#bus.disconnect();
  }

  setDeaf(deaf: boolean): void {
    this.#deaf = deaf;
  }

  advertise(station: Station): void {
    if (!this.#deaf && this.#discovering) station.advertise();
  }

  added(path: string, interfaces: Record<string, unknown>): void {
    const manager = 'org.freedesktop.DBus.ObjectManager';
    this.#send(Message.newSignal('/', manager, 'InterfacesAdded', 'oa{sa{sv}}', [path, interfaces]));
  }

  changed(path: string, iface: string, changed: Record<string, Variant>): void {
    const properties = 'org.freedesktop.DBus.Properties';
    this.#send(Message.newSignal(path, properties, 'PropertiesChanged', 'sa{sv}as', [iface, changed, []]));
  }

  async #answerOf(message: Message): Promise<Answer> {
    const { path, interface: iface, member, body } = message;
    if (member === 'GetManagedObjects') return { signature: 'a{oa{sa{sv}}}', body: [this.#objects()] };
    if (iface === IFACE.adapter) return this.#adapterCall(member);
    if (iface === 'org.bluez.AgentManager1') {
      this.#agent =
        member === 'RegisterAgent' ? { sender: message.sender, path: String(body[0]) } : undefined;
      return NOTHING;
    }
    if (iface === 'org.freedesktop.DBus.Properties') return NOTHING; // Powered, Trusted.
    const device = this.#stations.find(station => station.path === path);
    if (iface === IFACE.device && device !== undefined) return this.#deviceCall(device, member);
    const owner = this.#stations.find(station => station.characteristics.has(path));
    if (iface === IFACE.characteristic && owner !== undefined) return owner.gattCall(path, member, body);
    throw new DBusError('org.freedesktop.DBus.Error.UnknownObject', 'No such object.');
  }

  #adapterCall(member: string): Answer {
    if (member === 'StartDiscovery' || member === 'StopDiscovery') {
      this.#discovering = member === 'StartDiscovery';
      this.changed(ADAPTER_PATH, IFACE.adapter, { Discovering: new Variant('b', this.#discovering) });
      setImmediate(() => {
        for (const station of this.#stations) this.advertise(station);
      });
    }
    return NOTHING;
  }

  async #deviceCall(station: Station, member: string): Promise<Answer> {
    if (member === 'Pair') {
      await this.#askAgent(station);
      station.paired();
    }
    if (member === 'Connect' || member === 'Pair') station.connect();
    if (member === 'Disconnect') station.disconnect();
    return NOTHING;
  }

  async #askAgent({ path, device }: Station): Promise<void> {
    const { pairing = 'nothing' } = device;
    const agent = this.#agent;
    if (agent === undefined) throw new DBusError('org.bluez.Error.AuthenticationFailed', 'No agent.');
    if (pairing === 'nothing') return;
    const [member, signature, body] =
      'passkey' in pairing
        ? ['RequestPasskey', 'o', [path]]
        : ['RequestConfirmation', 'ou', [path, pairing.confirm]];
    const asked = new Message({
      destination: agent.sender,
      path: agent.path,
      interface: 'org.bluez.Agent1',
      member: String(member),
      signature: String(signature),
      body: body as unknown[],
    });
    const reply = await this.#bus.call(asked).catch(() => null);
    const right = reply !== null && (!('passkey' in pairing) || reply.body[0] === pairing.passkey);
    if (!right) throw new DBusError('org.bluez.Error.AuthenticationFailed', 'Wrong.');
  }

  #objects(): Record<string, unknown> {
    const known = this.#stations.filter(({ isKnown }) => isKnown);
    return {
      [ADAPTER_PATH]: { [IFACE.adapter]: { Powered: new Variant('b', true) } },
      ...Object.fromEntries(known.map(station => [station.path, { [IFACE.device]: station.properties() }])),
      ...Object.fromEntries(
        known
          .filter(({ isConnected }) => isConnected)
          .flatMap(station => Object.entries(station.gattObjects())),
      ),
    };
  }

  #send(message: Message): void {
    if (!this.#stopped) this.#bus.send(message);
  }
}

function hex4(number: number): string {
  return number.toString(16).padStart(4, '0');
}
