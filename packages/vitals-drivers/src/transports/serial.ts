import { readSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { SerialPort } from 'serialport';
import { AppError } from '@shimabashi/contracts';
import { type SerialSettings } from '../driver.ts';
import { type Connection, type Transport } from '../transport.ts';
import { ByteQueue } from './byte-queue.ts';

/** Looking for a port costs nothing: within 3 s after it is plugged in it is read. */
const RETRY_MAX_MS = 1_500;
/** More than a line of 115,200 baud brings in half a second. */
const READ_BYTES = 8_192;
/** How often it is looked whether the port is still there, in milliseconds. */
const LOOK_EVERY_MS = 500;

/**
 * A serial port of this machine, USB adapters included.
 *
 * An unplugged adapter often shows as mere silence (serialport reports it at the next write), and the
 * port's read loop then spins. So it is looked whether the path still leads to the port that was opened;
 * where nothing of this shows, whoever opened it must close it on silence.
 */
export function serialTransport(port: { path: string; settings: SerialSettings }): Transport {
  return { retryMaxMs: RETRY_MAX_MS, open: signal => openSerial(port, signal) };
}

function openSerial(
  { path, settings }: { path: string; settings: SerialSettings },
  signal: AbortSignal,
): Promise<Connection> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(lost('Opening was given up.'));
      return;
    }
    const port = new SerialPort({ path, ...settings, autoOpen: false });
    const connection = connectionOf(port, path);
    port.open(error => {
      if (error !== null) {
        reject(lost('The serial port cannot be opened.', error));
      } else if (signal.aborted) {
        // Opening itself cannot be cut short; a port that opens too late is closed again.
        void connection.close().then(() => reject(lost('Opening was given up.')));
      } else {
        resolve(connection);
      }
    });
  });
}

function connectionOf(port: SerialPort, path: string): Connection {
  const queue = new ByteQueue();
  port.once('open', () => {
    watch(port, path, () => queue.end(lost('The serial port is gone.')));
    readInto(queue, port);
  });
  port.on('error', error => queue.end(lost('The serial port broke.', error)));
  port.on('close', () => queue.end());
  return {
    bytes: queue,
    write: bytes =>
      new Promise((resolve, reject) => {
        if (!port.isOpen) {
          reject(lost('The serial port is closed.')); // serialport would keep the bytes for later.
          return;
        }
        port.write(bytes, error => {
          if (error) reject(lost('The serial port broke.', error));
          else resolve();
        });
      }),
    close: () => {
      queue.end();
      return new Promise(resolve => {
        if (!port.isOpen) resolve();
        else port.close(() => resolve());
      });
    },
  };
}

/**
 * Reads what the port has as soon as it has something. serialport's own stream asks a thread twice for each
 * packet, once in vain: with an oximeter, which sends 75 a second, that is a third of the whole service's work.
 */
function readInto(queue: ByteQueue, port: SerialPort): void {
  const binding = port.port;
  if (binding === undefined || !('poller' in binding)) {
    port.on('data', (chunk: Uint8Array) => queue.push(chunk)); // Windows has no such way.
    return;
  }
  const buffer = Buffer.alloc(READ_BYTES);
  const wait = () => binding.poller.once('readable', take);
  const take = (error: Error | null) => {
    if (!port.isOpen || binding.fd === null) return;
    if (error !== null) {
      queue.end(lost('The serial port broke.', error));
      return;
    }
    const bytes = bytesNow(binding.fd, buffer);
    if (bytes instanceof AppError) queue.end(bytes);
    else {
      if (bytes.length > 0) queue.push(bytes);
      wait();
    }
  };
  wait();
}

/** What is there, without waiting; an end of the line where the port has one. */
function bytesNow(fd: number, buffer: Buffer): Uint8Array | AppError {
  try {
    const count = readSync(fd, buffer, 0, buffer.length, null);
    // A terminal that is readable and has nothing has hung up.
    return count === 0 ? lost('The serial port is gone.') : Uint8Array.from(buffer.subarray(0, count));
  } catch (error) {
    const isEmpty = error instanceof Error && 'code' in error && error.code === 'EAGAIN';
    return isEmpty ? new Uint8Array() : lost('The serial port broke.', error);
  }
}

/** Looks again and again, while the port is open, whether its path leads to it. */
function watch(port: SerialPort, path: string, onGone: () => void): void {
  if (process.platform === 'win32') return; // A port has no path there.
  let opened: string | undefined;
  const look = async () => {
    const found = await placeOf(path);
    opened ??= found;
    if (port.isOpen && found !== opened) onGone();
  };
  void look();
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  port.once('close', () => clearInterval(timer));
}

/** Which device of the machine a path leads to; `nowhere` when it leads to none. */
async function placeOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined ? 'nowhere' : `${found.dev} ${found.ino} ${found.rdev}`;
}

function lost(message: string, cause?: unknown): AppError {
  return new AppError('DEVICE_LOST', message, { cause });
}
