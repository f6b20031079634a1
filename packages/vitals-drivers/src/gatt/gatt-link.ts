import { type Uuid } from './uuid.ts';

/**
 * The way to Bluetooth LE devices: all that a driver may know about a radio.
 *
 * What goes wrong with the air or the radio is `AppError` `DEVICE_LOST`; what a device itself refuses is a
 * `GattRefusal`. A link is shared by all devices of a kiosk: scanning goes on for all at once, and
 * connections are made one after the other, since controllers fail at more.
 */
export interface GattLink {
  /**
   * Tells what advertises, until `signal` aborts; then it resolves. The same device comes again and
   * again. For enrolment: a driver never takes what it finds here.
   *
   * @throws AppError `DEVICE_LOST` without a radio.
   */
  scan(
    filter: ScanFilter,
    onAdvertisement: (advertisement: Advertisement) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /**
   * Waits until this very device advertises and connects to it. Aborting `signal` ends it soon.
   *
   * @throws AppError `DEVICE_LOST`; `GattRefusal` when it refused to be paired.
   */
  connect(identity: GattIdentity, options: ConnectOptions, signal: AbortSignal): Promise<GattConnection>;
  /** Disconnects everything and lets go of the radio. */
  close(): Promise<void>;
}

/**
 * One device for ever: its public or static address (six bytes in hex with colons). Where the operating
 * system hides addresses (macOS), the id that it gives in their place, which no other machine knows.
 */
export interface GattIdentity {
  readonly address: string;
}

export interface ScanFilter {
  /** Only devices that advertise one of these services; all when left out. */
  readonly services?: readonly Uuid[];
}

export interface Advertisement {
  readonly identity: GattIdentity;
  /** As the device calls itself; null when it does not say. Never an identity: others are called the same. */
  readonly name: string | null;
  readonly services: readonly Uuid[];
  /** Received power in dBm; null when the radio does not say. */
  readonly rssi: number | null;
}

export interface ConnectOptions {
  /**
   * Bonds before anything is discovered, unless it is bonded already. A&D's cuffs switch off with an
   * error when they are asked for their services without a bond.
   */
  readonly bondFirst: boolean;
}

export type GattProperty = 'read' | 'write' | 'write-without-response' | 'notify' | 'indicate';

/** The same characteristic may stand in several services (Date Time of A&D does). */
export interface GattPlace {
  readonly service: Uuid;
  readonly characteristic: Uuid;
}

export interface GattCharacteristic extends GattPlace {
  readonly properties: readonly GattProperty[];
}

/** One connected device. After `disconnected` everything fails with `DEVICE_LOST`. */
export interface GattConnection {
  readonly identity: GattIdentity;
  /** As it calls itself; null when it has not said. */
  readonly name: string | null;
  /** Resolves when the connection is over, whoever ended it. Never rejects. */
  readonly disconnected: Promise<void>;
  /** Makes a bond that outlives the connection, where the radio can. @throws GattRefusal */
  bond(): Promise<void>;
  /** Everything that the device has. */
  discover(): Promise<readonly GattCharacteristic[]>;
  /** @throws GattRefusal */
  read(place: GattPlace): Promise<Uint8Array>;
  /** Resolves, with a response, when the device has confirmed it. @throws GattRefusal */
  write(place: GattPlace, value: Uint8Array, how: 'with-response' | 'without-response'): Promise<void>;
  /**
   * Asks for notifications or indications, whichever the device offers. Each value is given whole, in
   * order and with all others of the connection, also those that come before this resolves.
   *
   * @throws GattRefusal
   */
  subscribe(place: GattPlace, onValue: (value: Uint8Array) => void): Promise<void>;
  /** Ends the connection. Calling it again does nothing. Never fails. */
  close(): Promise<void>;
}

/** The device answered, and said no. The connection lives on. */
export class GattRefusal extends Error {
  override readonly name = 'GattRefusal';
  /** As the stack names it; not for people. */
  readonly reason: string;

  constructor(reason: string) {
    super('The device refused.');
    this.reason = reason;
  }
}

export function samePlace(one: GattPlace, other: GattPlace): boolean {
  return one.service === other.service && one.characteristic === other.characteristic;
}
