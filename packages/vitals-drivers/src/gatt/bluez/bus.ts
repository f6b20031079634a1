import {
  DBusError,
  Message,
  type MessageBus,
  MessageType,
  sessionBus,
  systemBus,
  Variant,
} from '@jellybrick/dbus-next';
import { AppError } from '@shimabashi/contracts';

export const BLUEZ = 'org.bluez';
const DBUS = 'org.freedesktop.DBus';
const PROPERTIES = 'org.freedesktop.DBus.Properties';
const OBJECT_MANAGER = 'org.freedesktop.DBus.ObjectManager';

/** The properties of one interface of an object, without D-Bus's wrapping. */
export type Properties = Readonly<Record<string, unknown>>;

export interface BluezSignals {
  /** An object has an interface that it had not, with all its properties. */
  onAdded(path: string, name: string, properties: Properties): void;
  onRemoved(path: string, names: readonly string[]): void;
  onChanged(path: string, name: string, changed: Properties): void;
  /** The daemon went, or came back, or the bus is gone: nothing that was known holds. */
  onRestarted(): void;
}

/** What answers a call of the daemon to us, or throws a `DBusError`. */
export type CallHandler = (member: string, body: readonly unknown[]) => Promise<BusReply>;
export interface BusReply {
  readonly signature: string;
  readonly body: readonly unknown[];
}

/** The daemon's end of D-Bus: calls, signals, and objects of ours that it calls. */
export class BluezBus {
  readonly #bus: MessageBus;
  readonly #handlers = new Map<string, CallHandler>();
  #closed = false;

  private constructor(bus: MessageBus) {
    this.#bus = bus;
  }

  /**
   * Connects to the bus and listens to `org.bluez`. The daemon need not be there yet.
   *
   * @throws Error when there is no bus.
   */
  static async connect(signals: BluezSignals, busAddress?: string): Promise<BluezBus> {
    // The library takes an address for the session's bus only.
    const bus = busAddress === undefined ? systemBus() : sessionBus({ busAddress });
    await new Promise<void>((resolve, reject) => {
      bus.once('connect', resolve);
      // The library tells of a bus that is gone by an event that its types do not have.
      (bus as NodeJS.EventEmitter).on('error', error => {
        signals.onRestarted();
        reject(error instanceof Error ? error : new Error('There is no message bus.'));
      });
    });
    const connected = new BluezBus(bus);
    connected.#listen(signals);
    for (const rule of [
      `type='signal',sender='${BLUEZ}'`,
      `type='signal',sender='${DBUS}',interface='${DBUS}',member='NameOwnerChanged',arg0='${BLUEZ}'`,
    ]) {
      await connected.#call(DBUS, '/org/freedesktop/DBus', DBUS, 'AddMatch', 's', [rule]);
    }
    return connected;
  }

  /** Calls the daemon. @throws DBusError; AppError `DEVICE_LOST` when the bus is gone. */
  call(
    path: string,
    name: string,
    member: string,
    signature = '',
    body: readonly unknown[] = [],
  ): Promise<readonly unknown[]> {
    return this.#call(BLUEZ, path, name, member, signature, body);
  }

  async setProperty(path: string, name: string, property: string, value: Variant): Promise<void> {
    await this.call(path, PROPERTIES, 'Set', 'ssv', [name, property, value]);
  }

  /** Every object of the daemon, with its interfaces and their properties. */
  async managedObjects(): Promise<ReadonlyMap<string, ReadonlyMap<string, Properties>>> {
    const [objects] = await this.call('/', OBJECT_MANAGER, 'GetManagedObjects');
    return new Map(
      Object.entries(objects as Record<string, unknown>).map(([path, names]) => [path, interfacesOf(names)]),
    );
  }

  /** Answers calls to `path`. Answers how to end it. */
  handle(path: string, handler: CallHandler): () => void {
    this.#handlers.set(path, handler);
    return () => this.#handlers.delete(path);
  }

  close(): void {
    this.#closed = true;
    this.#bus.disconnect();
  }

  #listen(signals: BluezSignals): void {
    this.#bus.on('message', message => {
      if (!this.#closed && message.type === MessageType.SIGNAL) giveSignal(message, signals);
    });
    this.#bus.addMethodHandler(message => {
      const handler = this.#handlers.get(message.path);
      if (handler === undefined) return false;
      void this.#answer(message, handler);
      return true;
    });
  }

  async #answer(message: Message, handler: CallHandler): Promise<void> {
    const reply = await handler(message.member, message.body).then(
      ({ signature, body }) => Message.newMethodReturn(message, signature, [...body]),
      (error: unknown) => {
        const name = error instanceof DBusError ? error.type : 'org.bluez.Error.Rejected';
        return Message.newError(message, name, 'Refused.');
      },
    );
    if (!this.#closed) this.#bus.send(reply);
  }

  async #call(
    destination: string,
    path: string,
    name: string,
    member: string,
    signature: string,
    body: readonly unknown[],
  ): Promise<readonly unknown[]> {
    const message = new Message({
      destination,
      path,
      interface: name,
      member,
      signature,
      body: [...body],
    });
    try {
      return (await this.#bus.call(message))?.body ?? [];
    } catch (error) {
      if (error instanceof DBusError) throw error;
      throw new AppError('DEVICE_LOST', 'The message bus is gone.', { cause: error });
    }
  }
}

function giveSignal(message: Message, signals: BluezSignals): void {
  const [first, second, third] = message.body;
  switch (`${message.interface}.${message.member}`) {
    case `${OBJECT_MANAGER}.InterfacesAdded`:
      for (const [name, properties] of interfacesOf(second)) signals.onAdded(String(first), name, properties);
      break;
    case `${OBJECT_MANAGER}.InterfacesRemoved`:
      signals.onRemoved(String(first), (second as string[]).map(String));
      break;
    case `${PROPERTIES}.PropertiesChanged`:
      signals.onChanged(message.path, String(first), plain(second));
      break;
    case `${DBUS}.NameOwnerChanged`:
      if (first === BLUEZ && third !== second) signals.onRestarted();
      break;
  }
}

function interfacesOf(raw: unknown): ReadonlyMap<string, Properties> {
  return new Map(
    Object.entries(raw as Record<string, unknown>).map(([name, properties]) => [name, plain(properties)]),
  );
}

function plain(properties: unknown): Properties {
  return Object.fromEntries(
    Object.entries(properties as Record<string, unknown>).map(([key, value]) => [
      key,
      value instanceof Variant ? value.value : value,
    ]),
  );
}
