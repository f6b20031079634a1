// `import { type … }` would leave an import behind, and load it.
import type { Noble, Peripheral } from '@stoprocent/noble';
import { AppError } from '@shimabashi/contracts';
import { type SupervisorClock } from '../../supervised.ts';
import { systemClock } from '../../system-clock.ts';
import {
  type Advertisement,
  type ConnectOptions,
  type GattConnection,
  type GattIdentity,
  type GattLink,
  GattRefusal,
  type ScanFilter,
} from '../gatt-link.ts';
import { SharedScan } from '../shared-scan.ts';
import { longUuid, tidyAddress } from '../uuid.ts';
import { NobleConnection } from './noble-connection.ts';

const POWER_ON_TIMEOUT_MS = 10_000;
/** How long connecting may take, once the device was heard, in milliseconds. */
const CONNECT_TIMEOUT_MS = 30_000;

export interface NobleLinkOptions {
  /** A controller on a serial port, as HCI modules and emulators have it; the machine's own when left out. */
  readonly uart?: { readonly port: string; readonly baudRate: number };
  readonly clock?: SupervisorClock;
  /** The radio hears nobody, and beginning anew has not helped. */
  readonly onStuck?: () => void;
}

/**
 * Bluetooth by way of noble: the link for Windows and macOS, and for a bare HCI controller. On Linux with
 * BlueZ use `bluezLink`, since over HCI nobody keeps bonds.
 *
 * noble is loaded here and not before: it looks for native code as soon as it is imported.
 */
export async function nobleLink(options: NobleLinkOptions = {}): Promise<GattLink> {
  const { default: noble, withBindings } = await import('@stoprocent/noble');
  const { uart } = options;
  const radio =
    uart === undefined
      ? noble
      : withBindings('hci', { hciDriver: 'uart', bindParams: { uart: { ...uart, flowControl: false } } });
  return new NobleLink(radio, options);
}

class NobleLink implements GattLink {
  readonly #noble: Noble;
  readonly #clock: SupervisorClock;
  readonly #scan: SharedScan;
  readonly #heard = new Map<string, Peripheral>();
  readonly #connections = new Set<NobleConnection>();

  constructor(noble: Noble, options: NobleLinkOptions) {
    this.#noble = noble;
    this.#clock = options.clock ?? systemClock;
    this.#scan = new SharedScan(
      { start: () => this.#start(), stop: () => this.#stop() },
      this.#clock,
      options.onStuck ?? (() => {}),
    );
    noble.removeAllListeners('warning'); // Its own listener writes to the console.
    noble.on('warning', () => {});
    noble.on('discover', peripheral => this.#discovered(peripheral));
    noble.on('stateChange', state => {
      if (state !== 'poweredOn') this.#scan.interrupted();
    });
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
    await this.#scan.listen(({ identity: { address } }) => address === wanted.address, signal);
    if (signal.aborted) throw lost('Connecting was given up.');
    return this.#scan.quietly(() => this.#connectNow(wanted, options, signal));
  }

  async close(): Promise<void> {
    await this.#scan.close();
    for (const connection of this.#connections) await connection.close();
    this.#noble.stop();
  }

  async #start(): Promise<void> {
    try {
      await this.#noble.waitForPoweredOnAsync(POWER_ON_TIMEOUT_MS);
      await this.#noble.startScanningAsync([], true);
    } catch (error) {
      throw lost('There is no Bluetooth radio, or it is switched off.', error);
    }
  }

  async #stop(): Promise<void> {
    await this.#noble.stopScanningAsync().catch(() => {}); // It is over in any case.
  }

  #discovered(peripheral: Peripheral): void {
    const identity = identityOf(peripheral);
    this.#heard.set(identity.address, peripheral);
    const { localName, serviceUuids } = peripheral.advertisement;
    this.#scan.hear({
      identity,
      name: localName ?? null,
      services: (serviceUuids ?? []).map(longUuid),
      rssi: peripheral.rssi,
    });
  }

  async #connectNow(
    identity: GattIdentity,
    { bondFirst }: ConnectOptions,
    signal: AbortSignal,
  ): Promise<GattConnection> {
    const peripheral = this.#heard.get(identity.address);
    if (peripheral === undefined || signal.aborted) throw lost('Connecting was given up.');
    const cancelConnect = () => peripheral.cancelConnect();
    const cancelTimer = this.#clock.after(CONNECT_TIMEOUT_MS, cancelConnect);
    signal.addEventListener('abort', cancelConnect, { once: true });
    try {
      await peripheral.connectAsync();
    } catch (error) {
      throw lost('The device did not connect.', error);
    } finally {
      cancelTimer();
      signal.removeEventListener('abort', cancelConnect);
    }
    const connection = new NobleConnection(peripheral, identity, this.#clock);
    this.#connections.add(connection);
    this.#scan.connectionBegan();
    void connection.disconnected.then(() => {
      this.#connections.delete(connection);
      this.#scan.connectionEnded();
    });
    if (bondFirst) await bondIfItCan(connection);
    return connection;
  }
}

/** macOS bonds by itself when a device asks for it, and lets nobody else do so; over HCI nobody can. */
async function bondIfItCan(connection: NobleConnection): Promise<void> {
  try {
    await connection.bond();
  } catch (error) {
    if (error instanceof GattRefusal && /not supported/i.test(error.reason)) return;
    await connection.close();
    throw error;
  }
}

/** macOS hides addresses: there, noble's id stands for the device. */
function identityOf(peripheral: Peripheral): GattIdentity {
  const { address, id } = peripheral;
  return { address: tidyAddress(address === '' || address === 'unknown' ? id : address) };
}

function lost(message: string, cause?: unknown): AppError {
  return new AppError('DEVICE_LOST', message, { cause });
}
