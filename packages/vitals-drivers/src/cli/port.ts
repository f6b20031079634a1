import { AppError } from '@shimabashi/contracts';
import { type Driver } from '../driver.ts';
import { type Transport } from '../transport.ts';
import { hidTransport } from '../transports/hid.ts';
import { listenForMonitors } from '../transports/listening.ts';
import { serialTransport } from '../transports/serial.ts';
import { tcpTransport } from '../transports/tcp.ts';
import { gattPort } from './gatt-port.ts';

/** Where a device is, as an engineer names it. */
export interface Port {
  /**
   * The line, set as the driver asks.
   *
   * @throws AppError `CONFIG_INVALID` when the protocol is not spoken on such a line.
   */
  transport(driver: Pick<Driver, 'serial' | 'hid'> & { readonly protocol?: string }): Transport;
  /** Whether the settings make a difference. */
  readonly isSerial: boolean;
  /** Whether the driver must be known before the line is opened. */
  readonly needsDriver: boolean;
  /** For those who wait: where we listen. */
  readonly note: string;
  close(): Promise<void>;
}

const PORT = /^(.+):(\d{1,5})$/;
/** A monitor is turned on while we listen, in milliseconds. */
const LISTEN_WAIT_MS = 600_000;

/**
 * `tcp:HOST:PORT`, `listen:MONITOR-ADDRESS:PORT`, `hid`, `hid:SERIAL-NUMBER`, `gatt:ADDRESS` or the path of a
 * serial port; undefined otherwise.
 */
export async function portOf(text: string): Promise<Port | undefined> {
  const [kind = '', ...rest] = text.split(':');
  const place = PORT.exec(rest.join(':'));
  const address = { host: place?.[1] ?? '', port: Number(place?.[2]) };
  if (kind === 'tcp' || kind === 'listen') {
    if (place === null || address.port > 65_535) return undefined;
    return kind === 'tcp' ? called(tcpTransport(address)) : listening(address);
  }
  if (kind === 'hid') return hidPort(rest.join(':'));
  if (kind === 'gatt') return rest.length === 0 ? undefined : gattPort(rest.join(':'));
  if (text === '') return undefined;
  return {
    transport: ({ serial }) => serialTransport({ path: text, settings: serial }),
    isSerial: true,
    needsDriver: false,
    note: text,
    close: async () => {},
  };
}

function hidPort(serialNumber: string): Port {
  return {
    transport: ({ hid }) => {
      if (hid === undefined) throw new AppError('CONFIG_INVALID', 'This protocol is not spoken over HID.');
      return hidTransport({ settings: hid, serialNumber: serialNumber === '' ? undefined : serialNumber });
    },
    isSerial: false,
    needsDriver: true,
    note: 'hid',
    close: async () => {},
  };
}

function called(transport: Transport): Port {
  return {
    transport: () => transport,
    isSerial: false,
    needsDriver: false,
    note: 'tcp',
    close: async () => {},
  };
}

async function listening({ host, port }: { host: string; port: number }): Promise<Port> {
  const gateway = await listenForMonitors({ host: '0.0.0.0', port });
  const transport = gateway.transportFor(host, LISTEN_WAIT_MS);
  return {
    transport: () => transport,
    isSerial: false,
    needsDriver: false,
    note: `listening on port ${gateway.port} for ${host}`,
    close: () => gateway.close(),
  };
}
