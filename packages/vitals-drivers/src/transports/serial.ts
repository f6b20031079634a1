import { SerialPort } from 'serialport';
import { AppError } from '@shimabashi/contracts';
import { type SerialSettings } from '../driver.ts';
import { type Connection, type Transport } from '../transport.ts';
import { ByteQueue } from './byte-queue.ts';

/**
 * A serial port of this machine, USB adapters included.
 *
 * An unplugged cable often shows as mere silence (serialport reports it at the next write), and the
 * port's read loop then spins: whoever opened it must close it on silence.
 */
export function serialTransport(port: { path: string; settings: SerialSettings }): Transport {
  return { open: signal => openSerial(port, signal) };
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
    const connection = connectionOf(port);
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

function connectionOf(port: SerialPort): Connection {
  const queue = new ByteQueue();
  port.on('data', (chunk: Uint8Array) => queue.push(chunk));
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

function lost(message: string, cause?: unknown): AppError {
  return new AppError('DEVICE_LOST', message, { cause });
}
