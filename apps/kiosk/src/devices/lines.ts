import { readFileSync } from 'node:fs';
import { AppError, assert } from '@shimabashi/contracts';
import {
  driverOf,
  gattDriverOf,
  type GattFacts,
  type GattLink,
  type Listenable,
  type Persist,
  type SupervisorClock,
  type Transport,
} from '@shimabashi/vitals-drivers';
import { type HidLibrary, hidTransport } from '@shimabashi/vitals-drivers/hid';
import {
  gattTransport,
  listenForMonitors,
  type ListeningPort,
  serialTransport,
  tcpTransport,
} from '@shimabashi/vitals-drivers/transports';
import { type DeviceConfig, type DevicesConfig } from './config.ts';
import { openRadio, type OpenRadio, sharedRadio } from './radio.ts';

/** What a line tells and needs besides its bytes. */
export interface LineUse {
  readonly persist?: Persist;
  readonly onFacts?: (facts: GattFacts) => void;
}

/** What is native or of this machine; a test puts others in their place. */
export interface LineDeps {
  readonly clock: SupervisorClock;
  readonly openRadio?: OpenRadio | undefined;
  readonly hid?: HidLibrary | undefined;
  /** A call from an address that no monitor is enrolled with. */
  readonly onRefused: (port: number) => void;
}

/** The lines of the enrolled devices. Radios and listening ports are shared, and opened when first used. */
export class Lines {
  readonly #config: DevicesConfig;
  readonly #deps: LineDeps;
  readonly #radios = new Map<string, GattLink>();
  readonly #gateways = new Map<string, Promise<Gateway>>();

  constructor(config: DevicesConfig, deps: LineDeps) {
    this.#config = config;
    this.#deps = deps;
  }

  transportOf(device: DeviceConfig, { persist, onFacts }: LineUse): Transport {
    const { protocol, transport } = device;
    const driver = driverOf(protocol);
    assert(driver !== undefined, 'the configuration was checked');
    switch (transport.kind) {
      case 'tcp':
        return tcpTransport(transport);
      case 'serial':
        return serialTransport({ path: transport.path, settings: driver.serial });
      case 'hid': {
        assert(driver.hid !== undefined, 'the configuration was checked');
        return hidTransport({ settings: driver.hid, serialNumber: transport.serialNumber }, this.#deps.hid);
      }
      case 'listen':
        return {
          open: async signal => (await this.#gateway(transport)).lineOf(transport.address).open(signal),
        };
      case 'gatt': {
        const gattDriver = gattDriverOf(protocol);
        assert(gattDriver !== undefined, 'the configuration was checked');
        return gattTransport({
          link: this.radio(transport.adapter),
          identity: { address: transport.address },
          driver: gattDriver,
          timeZone: this.#config.timeZone,
          clock: this.#deps.clock,
          bondFirst: transport.bondFirst ?? false,
          deleteKept: transport.deleteKept ?? false,
          ...(persist === undefined ? {} : { persist }),
          ...(onFacts === undefined ? {} : { onFacts }),
        });
      }
    }
  }

  /** A serial line before it is known what speaks there. */
  serialAt(path: string): Listenable['transport'] {
    return ({ serial }) => serialTransport({ path, settings: serial });
  }

  /** The radio of an adapter; the first that there is when left out. */
  radio(adapter?: string): GattLink {
    const known = this.#radios.get(adapter ?? '');
    if (known !== undefined) return known;
    const open = this.#deps.openRadio ?? openRadio;
    const radio = sharedRadio(() => open(adapter));
    this.#radios.set(adapter ?? '', radio);
    return radio;
  }

  /** Lets go of what devices share. Their own lines are closed by whoever opened them. */
  async close(): Promise<void> {
    const gateways = await Promise.allSettled(this.#gateways.values());
    for (const opened of gateways) if (opened.status === 'fulfilled') await opened.value.port.close();
    for (const radio of this.#radios.values()) await radio.close();
  }

  /** All monitors of a port are let in from its first moment. A port that is taken is tried again. */
  #gateway(place: ListenConfig): Promise<Gateway> {
    const key = `${place.host} ${place.port}`;
    const known = this.#gateways.get(key);
    if (known !== undefined) return known;
    const opening = openGateway(place, this.#monitorsOf(place), this.#deps.onRefused);
    this.#gateways.set(key, opening);
    opening.catch(() => this.#gateways.delete(key));
    return opening;
  }

  #monitorsOf({ host, port }: ListenConfig): string[] {
    return this.#config.devices.flatMap(({ transport }) =>
      transport.kind === 'listen' && transport.host === host && transport.port === port
        ? [transport.address]
        : [],
    );
  }
}

type ListenConfig = Extract<DeviceConfig['transport'], { kind: 'listen' }>;

interface Gateway {
  readonly port: ListeningPort;
  lineOf(address: string): Transport;
}

async function openGateway(
  { host, port, tls }: ListenConfig,
  monitors: readonly string[],
  onRefused: (port: number) => void,
): Promise<Gateway> {
  const opened = await listenForMonitors({
    host,
    port,
    // Whoever calls is not logged by address: it is of the practice's network.
    onRefused: () => onRefused(port),
    ...(tls === undefined ? {} : { tls: certificateOf(tls) }),
  });
  const lines = new Map(monitors.map(address => [address, opened.transportFor(address)]));
  return {
    port: opened,
    lineOf: address => {
      const line = lines.get(address);
      assert(line !== undefined, 'every monitor of the port was let in');
      return line;
    },
  };
}

function certificateOf({ certFile, keyFile, caFile }: NonNullable<ListenConfig['tls']>) {
  try {
    return {
      cert: readFileSync(certFile, 'utf8'),
      key: readFileSync(keyFile, 'utf8'),
      ...(caFile === undefined ? {} : { ca: readFileSync(caFile, 'utf8') }),
    };
  } catch (cause) {
    throw new AppError('CONFIG_INVALID', 'The certificate files of a listening port cannot be read.', {
      cause,
    });
  }
}
