import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { type Readable, type Writable } from 'node:stream';
import { AppError, assert } from '@shimabashi/contracts';

/** Where a simulated device's bytes go. */
export type SimulatorTarget =
  /** A port of 127.0.0.1, as a serial device server has one; 0 takes any free port. */
  | { readonly kind: 'tcp'; readonly port: number }
  /** A pseudo terminal, which looks like a serial port. `link` is the path to open. */
  | { readonly kind: 'pty'; readonly link: string }
  /** A port of another program that we call, as HL7 monitors do; called again when it hangs up. */
  | { readonly kind: 'call'; readonly host: string; readonly port: number }
  | { readonly kind: 'writer'; readonly write: (bytes: Uint8Array) => void };

export interface SimulatorOutput {
  /** The TCP port that listens; null for other targets. */
  readonly port: number | null;
  write(bytes: Uint8Array): void;
  /** Hangs up on whoever listens, who may call again. Where that cannot be, it does nothing. */
  hangUp(): void;
  close(): Promise<void>;
}

/** A client that takes nothing for this long (in bytes: three minutes of DF2) is let go. */
const UNSENT_BYTES_MAX = 65_536;

/** @throws AppError `CONFIG_INVALID` when the port is taken or `socat` is not there. */
export function openOutput(target: SimulatorTarget): Promise<SimulatorOutput> {
  switch (target.kind) {
    case 'tcp':
      return listen(target.port);
    case 'pty':
      return openPty(target.link);
    case 'writer':
      return Promise.resolve({ port: null, write: target.write, hangUp: () => {}, close: async () => {} });
    case 'call':
      return Promise.resolve(callOutput(target));
  }
}

/** Where a second device goes: the next free port, the path with `-2`. */
export function targetBeside(target: SimulatorTarget, port: number | null): SimulatorTarget {
  switch (target.kind) {
    case 'tcp':
      return { kind: 'tcp', port: target.port === 0 ? 0 : (port ?? target.port) + 1 };
    case 'pty':
      return { kind: 'pty', link: `${target.link}-2` };
    case 'call':
    case 'writer':
      throw new AppError('CONFIG_INVALID', 'Two devices need a port or a pty each.');
  }
}

/** A pause before calling again, in milliseconds. */
const CALL_AGAIN_MS = 500;

function callOutput({ host, port }: { host: string; port: number }): SimulatorOutput {
  let closed = false;
  let socket: Socket;
  let timer: NodeJS.Timeout | undefined;
  const call = () => {
    socket = createConnection({ host, port, noDelay: true });
    socket.resume(); // Acknowledgements are read and left alone.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      if (!closed) timer = setTimeout(call, CALL_AGAIN_MS);
    });
  };
  call();
  return {
    port: null,
    write: bytes => {
      if (socket.writable && socket.writableLength < UNSENT_BYTES_MAX) socket.write(bytes);
    },
    hangUp: () => socket.destroy(),
    close: async () => {
      closed = true;
      clearTimeout(timer);
      socket.destroy();
    },
  };
}

async function listen(port: number): Promise<SimulatorOutput> {
  const clients = new Set<Socket>();
  const server = createServer({ noDelay: true }, socket => {
    clients.add(socket);
    socket.resume(); // Commands of the host are read and left alone: DF2 needs none.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => clients.delete(socket));
  });
  await started(server, port);
  const address = server.address();
  assert(address !== null && typeof address === 'object', 'a listening TCP server has an address');
  return {
    port: address.port,
    write: bytes => {
      for (const client of clients) {
        client.write(bytes);
        if (client.writableLength > UNSENT_BYTES_MAX) client.destroy();
      }
    },
    hangUp: () => {
      for (const client of clients) client.destroy();
    },
    close: () =>
      new Promise(resolve => {
        for (const client of clients) client.destroy();
        server.close(() => resolve());
      }),
  };
}

function started(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', cause => {
      reject(new AppError('CONFIG_INVALID', `Port ${port} cannot be listened on.`, { cause }));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

type Socat = ChildProcessByStdio<Writable, null, Readable>;

/** Debian's socat makes the pty and ties it to our pipe. */
function openPty(link: string): Promise<SimulatorOutput> {
  return new Promise((resolve, reject) => {
    const socat: Socat = spawn('socat', ['-d', '-d', `pty,raw,echo=0,link=${link}`, '-'], {
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    const fail = (message: string, cause?: unknown) => {
      reject(new AppError('CONFIG_INVALID', message, { cause }));
    };
    socat.once('error', error =>
      fail('A pty needs the program socat (Debian: apt-get install socat).', error),
    );
    socat.once('exit', () => fail('socat could not make the pty: is the path free and its folder there?'));
    socat.stdin.on('error', () => {}); // socat has gone; `exit` tells.
    let said = '';
    socat.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4_096);
      if (said.includes('starting data transfer loop')) resolve(ptyOutput(socat));
    });
  });
}

function ptyOutput(socat: Socat): SimulatorOutput {
  return {
    port: null,
    write: bytes => {
      if (socat.stdin.writable && socat.stdin.writableLength < UNSENT_BYTES_MAX) socat.stdin.write(bytes);
    },
    hangUp: () => {}, // A pty goes on; the silence after it is what the driver sees.
    close: () =>
      new Promise(resolve => {
        if (socat.exitCode !== null || socat.signalCode !== null) resolve();
        else {
          socat.once('exit', () => resolve());
          socat.kill('SIGTERM');
        }
      }),
  };
}
