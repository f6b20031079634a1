import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { AppError, assert } from '@shimabashi/contracts';
import { type Connection, type Transport } from '../transport.ts';
import { socketConnection } from './tcp.ts';

/** How long a transport waits for its monitor to connect, in milliseconds. Then it is tried again. */
const WAIT_MS = 4_000;

export interface ListeningOptions {
  /** The address of this machine to listen on. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Certificate and key in PEM; with `ca` the monitors must show a certificate of it. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly ca?: string };
  /** Told of every connection from an address that no monitor was enrolled with. */
  readonly onRefused?: (address: string) => void;
}

/** A port on which monitors call us, as HL7 senders do. */
export interface ListeningPort {
  readonly port: number;
  /**
   * The line of the monitor at this address. Whoever calls from an address that was not named here is
   * refused: be it the first in a list, it is not ours.
   */
  transportFor(monitorAddress: string, waitMs?: number): Transport;
  close(): Promise<void>;
}

/**
 * Listens for monitors that connect to us. A monitor that calls again replaces its old line, which it
 * has forgotten about.
 *
 * @throws AppError `CONFIG_INVALID` when the port is taken or the certificate is none.
 */
export async function listenForMonitors(options: ListeningOptions): Promise<ListeningPort> {
  const monitors = new Map<string, MonitorLine>();
  const server = serverOf(options, socket => {
    const address = plainAddress(socket.remoteAddress ?? '');
    const line = monitors.get(address);
    if (line !== undefined) line.called(socket);
    else {
      socket.destroy();
      options.onRefused?.(address);
    }
  });
  await started(server, options);
  const bound = server.address();
  assert(bound !== null && typeof bound === 'object', 'a listening server has an address');
  return {
    port: bound.port,
    transportFor: (monitorAddress, waitMs = WAIT_MS) => {
      const address = plainAddress(monitorAddress);
      const line = monitors.get(address) ?? new MonitorLine();
      monitors.set(address, line);
      return { open: signal => line.open(signal, waitMs) };
    },
    close: () =>
      new Promise(resolve => {
        for (const line of monitors.values()) line.close();
        server.close(() => resolve());
      }),
  };
}

function serverOf({ tls }: ListeningOptions, onSocket: (socket: Socket) => void): Server {
  const settings = { noDelay: true, keepAlive: true };
  if (tls === undefined) return createTcpServer(settings, onSocket);
  try {
    return createTlsServer(
      { ...settings, ...tls, requestCert: tls.ca !== undefined, rejectUnauthorized: tls.ca !== undefined },
      onSocket,
    );
  } catch (cause) {
    throw new AppError('CONFIG_INVALID', 'The certificate or its key cannot be read.', { cause });
  }
}

function started(server: Server, { host, port }: ListeningOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', cause => {
      reject(new AppError('CONFIG_INVALID', `Port ${port} cannot be listened on.`, { cause }));
    });
    server.listen(port, host, resolve);
  });
}

/** One monitor's way in: the socket it called on, and whoever waits for it. */
class MonitorLine {
  /** Called, and not yet taken. Its bytes wait in the kernel. */
  #waiting: Socket | undefined;
  #inUse: Socket | undefined;
  #take: ((socket: Socket) => void) | undefined;

  called(socket: Socket): void {
    socket.pause();
    socket.on('error', () => socket.destroy());
    this.#inUse?.destroy();
    this.#waiting?.destroy();
    this.#waiting = socket;
    this.#take?.(socket);
  }

  open(signal: AbortSignal, waitMs: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        this.#take = undefined;
      };
      const giveUp = () => {
        end();
        reject(new AppError('DEVICE_LOST', 'The monitor has not called.'));
      };
      const timer = setTimeout(giveUp, waitMs);
      signal.addEventListener('abort', giveUp, { once: true });
      this.#take = socket => {
        end();
        this.#waiting = undefined;
        this.#inUse = socket;
        resolve(socketConnection(socket));
        socket.resume();
      };
      if (signal.aborted) giveUp();
      else if (this.#waiting !== undefined && !this.#waiting.destroyed) this.#take(this.#waiting);
    });
  }

  close(): void {
    this.#inUse?.destroy();
    this.#waiting?.destroy();
  }
}

/** An IPv4 address as people write it, also on a socket that speaks both versions. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:/, '').toLowerCase();
}
