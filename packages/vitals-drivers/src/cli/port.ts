import { type SerialSettings } from '../driver.ts';
import { type Transport } from '../transport.ts';
import { listenForMonitors } from '../transports/listening.ts';
import { serialTransport } from '../transports/serial.ts';
import { tcpTransport } from '../transports/tcp.ts';

/** Where a device is, as an engineer names it. */
export interface Port {
  /** The line, with these settings where it is a serial one. */
  transport(settings: SerialSettings): Transport;
  /** Whether the settings make a difference. */
  readonly isSerial: boolean;
  /** For those who wait: where we listen. */
  readonly note: string;
  close(): Promise<void>;
}

const PORT = /^(.+):(\d{1,5})$/;
/** A monitor is turned on while we listen, in milliseconds. */
const LISTEN_WAIT_MS = 600_000;

/** `tcp:HOST:PORT`, `listen:MONITOR-ADDRESS:PORT` or the path of a serial port; undefined otherwise. */
export async function portOf(text: string): Promise<Port | undefined> {
  const [kind = '', ...rest] = text.split(':');
  const place = PORT.exec(rest.join(':'));
  const address = { host: place?.[1] ?? '', port: Number(place?.[2]) };
  if (kind === 'tcp' || kind === 'listen') {
    if (place === null || address.port > 65_535) return undefined;
    return kind === 'tcp' ? called(tcpTransport(address)) : listening(address);
  }
  if (text === '') return undefined;
  return {
    transport: settings => serialTransport({ path: text, settings }),
    isSerial: true,
    note: text,
    close: async () => {},
  };
}

function called(transport: Transport): Port {
  return { transport: () => transport, isSerial: false, note: 'tcp', close: async () => {} };
}

async function listening({ host, port }: { host: string; port: number }): Promise<Port> {
  const gateway = await listenForMonitors({ host: '0.0.0.0', port });
  const transport = gateway.transportFor(host, LISTEN_WAIT_MS);
  return {
    transport: () => transport,
    isSerial: false,
    note: `listening on port ${gateway.port} for ${host}`,
    close: () => gateway.close(),
  };
}
