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

export interface FakeBluezOptions {
  readonly busAddress: string;
  readonly address: string;
  readonly peripheral: SimulatedPeripheral;
  /** What the device asks for when it is paired: nothing, a number that it shows, or that it is the same. */
  readonly pairing?: 'nothing' | { readonly passkey: number } | { readonly confirm: number };
}

/** The daemon of BlueZ as far as we use it, with one device within its reach. */
export interface FakeBluez {
  /** Every call, as `Interface.Member`, oldest first. */
  readonly calls: readonly string[];
  /** The device ends the connection. */
  hangUp(): void;
  /** The device advertises once more. */
  advertise(): void;
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
  const daemon = new Daemon(bus, options);
  bus.addMethodHandler(message => {
    void daemon.answer(message);
    return true;
  });
  await bus.requestName('org.bluez', 0);
  return {
    calls: daemon.calls,
    hangUp: () => daemon.disconnect(),
    advertise: () => daemon.advertise(),
    setDeaf: deaf => daemon.setDeaf(deaf),
    stop: () => daemon.stop(),
  };
}

class Daemon {
  readonly calls: string[] = [];
  readonly #bus: MessageBus;
  readonly #options: FakeBluezOptions;
  readonly #devicePath: string;
  readonly #characteristics: ReadonlyMap<string, SimulatedCharacteristic>;
  readonly #servicePaths: ReadonlyMap<string, string>;
  readonly #subscriptions = new Map<string, () => void>();
  /** What is subscribed to, now or as soon as the device is back. */
  readonly #notified = new Set<string>();
  #agent: { sender: string; path: string } | undefined;
  #deaf = false;
  #discovering = false;
  #known = false;
  #connected = false;
  #paired = false;
  #stopped = false;

  constructor(bus: MessageBus, options: FakeBluezOptions) {
    this.#bus = bus;
    this.#options = options;
    this.#devicePath = `${ADAPTER_PATH}/dev_${options.address.toUpperCase().replaceAll(':', '_')}`;
    const services = [...new Set(options.peripheral.characteristics.map(({ service }) => service))];
    this.#servicePaths = new Map(
      services.map((service, at) => [service, `${this.#devicePath}/service${hex4(at * 256)}`]),
    );
    this.#characteristics = new Map(
      options.peripheral.characteristics.map((has, at) => [
        `${this.#servicePaths.get(has.service)}/char${hex4(at + 1)}`,
        has,
      ]),
    );
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

  stop(): void {
    this.#stopped = true;
    this.#bus.disconnect();
  }

  setDeaf(deaf: boolean): void {
    this.#deaf = deaf;
  }

  advertise(): void {
    if (this.#deaf || !this.#discovering || this.#connected) return;
    if (this.#known) this.#changed(this.#devicePath, IFACE.device, { RSSI: new Variant('n', -61) });
    else this.#added(this.#devicePath, { [IFACE.device]: this.#deviceProperties() });
    this.#known = true;
  }

  disconnect(): void {
    if (!this.#connected) return;
    this.#connected = false;
    for (const unsubscribe of this.#subscriptions.values()) unsubscribe();
    this.#subscriptions.clear();
    if (!this.#paired) this.#notified.clear(); // Its objects go with it.
    this.#changed(this.#devicePath, IFACE.device, {
      ServicesResolved: new Variant('b', false),
      Connected: new Variant('b', false),
    });
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
    if (iface === IFACE.device && path === this.#devicePath) return this.#deviceCall(member);
    const characteristic = this.#characteristics.get(path);
    if (iface === IFACE.characteristic && characteristic !== undefined) {
      return this.#characteristicCall(path, characteristic, member, body);
    }
    throw new DBusError('org.freedesktop.DBus.Error.UnknownObject', 'No such object.');
  }

  #adapterCall(member: string): Answer {
    if (member === 'StartDiscovery' || member === 'StopDiscovery') {
      this.#discovering = member === 'StartDiscovery';
      this.#changed(ADAPTER_PATH, IFACE.adapter, { Discovering: new Variant('b', this.#discovering) });
      setImmediate(() => this.advertise());
    }
    return NOTHING;
  }

  async #deviceCall(member: string): Promise<Answer> {
    if (member === 'Pair') {
      await this.#askAgent();
      this.#paired = true;
      this.#changed(this.#devicePath, IFACE.device, { Paired: new Variant('b', true) });
    }
    if (member === 'Connect' || member === 'Pair') this.#connect();
    if (member === 'Disconnect') this.disconnect();
    return NOTHING;
  }

  #connect(): void {
    if (this.#connected) return;
    this.#connected = true;
    this.#changed(this.#devicePath, IFACE.device, { Connected: new Variant('b', true) });
    for (const [path, interfaces] of Object.entries(this.#gattObjects())) this.#added(path, interfaces);
    // Of a bonded device the daemon remembers who had subscribed, and renews it before anybody asks.
    for (const path of this.#notified) this.#subscribe(path);
    this.#changed(this.#devicePath, IFACE.device, { ServicesResolved: new Variant('b', true) });
  }

  async #askAgent(): Promise<void> {
    const { pairing = 'nothing' } = this.#options;
    const agent = this.#agent;
    if (agent === undefined) throw new DBusError('org.bluez.Error.AuthenticationFailed', 'No agent.');
    if (pairing === 'nothing') return;
    const [member, signature, body] =
      'passkey' in pairing
        ? ['RequestPasskey', 'o', [this.#devicePath]]
        : ['RequestConfirmation', 'ou', [this.#devicePath, pairing.confirm]];
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

  #characteristicCall(
    path: string,
    characteristic: SimulatedCharacteristic,
    member: string,
    body: readonly unknown[],
  ): Answer {
    if (!this.#connected) throw new DBusError('org.bluez.Error.NotConnected', 'Not connected.');
    try {
      return this.#gattCall(path, characteristic, member, body);
    } catch (error) {
      if (error instanceof GattRefusal) throw new DBusError('org.bluez.Error.NotPermitted', error.reason);
      throw error;
    }
  }

  #gattCall(
    path: string,
    { read, write, subscribe }: SimulatedCharacteristic,
    member: string,
    body: readonly unknown[],
  ): Answer {
    if (member === 'ReadValue' && read !== undefined) {
      const value = Buffer.from(read());
      this.#changed(path, IFACE.characteristic, { Value: new Variant('ay', value) });
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
    const stop = this.#characteristics.get(path)?.subscribe?.(value => {
      this.#changed(path, IFACE.characteristic, { Value: new Variant('ay', Buffer.from(value)) });
    });
    if (stop !== undefined) this.#subscriptions.set(path, stop);
  }

  #objects(): Record<string, unknown> {
    return {
      [ADAPTER_PATH]: { [IFACE.adapter]: { Powered: new Variant('b', true) } },
      ...(this.#known ? { [this.#devicePath]: { [IFACE.device]: this.#deviceProperties() } } : {}),
      ...(this.#connected ? this.#gattObjects() : {}),
    };
  }

  #deviceProperties(): Record<string, Variant> {
    const { address, peripheral } = this.#options;
    return {
      Address: new Variant('s', address.toUpperCase()),
      Name: new Variant('s', peripheral.name),
      UUIDs: new Variant('as', [...peripheral.services]),
      RSSI: new Variant('n', -60),
      Connected: new Variant('b', this.#connected),
      Paired: new Variant('b', this.#paired),
      ServicesResolved: new Variant('b', this.#connected),
    };
  }

  #gattObjects(): Record<string, Record<string, unknown>> {
    const services = [...this.#servicePaths].map(([uuid, path]) => [
      path,
      { [IFACE.service]: { UUID: new Variant('s', uuid), Device: new Variant('o', this.#devicePath) } },
    ]);
    const characteristics = [...this.#characteristics].map(([path, has]) => [
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

  #send(message: Message): void {
    if (!this.#stopped) this.#bus.send(message);
  }

  #added(path: string, interfaces: Record<string, unknown>): void {
    const manager = 'org.freedesktop.DBus.ObjectManager';
    this.#send(Message.newSignal('/', manager, 'InterfacesAdded', 'oa{sa{sv}}', [path, interfaces]));
  }

  #changed(path: string, iface: string, changed: Record<string, Variant>): void {
    const properties = 'org.freedesktop.DBus.Properties';
    this.#send(Message.newSignal(path, properties, 'PropertiesChanged', 'sa{sv}as', [iface, changed, []]));
  }
}

function hex4(number: number): string {
  return number.toString(16).padStart(4, '0');
}
