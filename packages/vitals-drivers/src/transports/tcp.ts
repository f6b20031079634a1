import { createConnection, type Socket } from 'node:net';
import { AppError } from '@shimabashi/contracts';
import { type Connection, type Transport } from '../transport.ts';
import { ByteQueue } from './byte-queue.ts';

/** A serial device server, or anything else that gives a device's bytes on a TCP port. */
export function tcpTransport(address: { host: string; port: number }): Transport {
  return { open: signal => openTcp(address, signal) };
}

function openTcp(address: { host: string; port: number }, signal: AbortSignal): Promise<Connection> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(lost('Opening was given up.'));
      return;
    }
    const socket = createConnection({ ...address, noDelay: true, keepAlive: true });
    const giveUp = () => {
      socket.destroy();
      reject(lost('Opening was given up.'));
    };
    signal.addEventListener('abort', giveUp, { once: true });
    // The connection listens before it is known to be open, so that no first byte is missed.
    const connection = socketConnection(socket);
    socket.once('connect', () => {
      signal.removeEventListener('abort', giveUp);
      resolve(connection);
    });
    socket.once('error', error => {
      signal.removeEventListener('abort', giveUp);
      reject(lost('The line to the device cannot be opened.', error));
    });
  });
}

/** The bytes of a socket that is open or about to be. */
export function socketConnection(socket: Socket): Connection {
  const queue = new ByteQueue();
  socket.on('data', (chunk: Uint8Array) => queue.push(chunk));
  socket.on('end', () => queue.end());
  socket.on('error', error => queue.end(lost('The line to the device broke.', error)));
  socket.on('close', () => queue.end());
  return {
    bytes: queue,
    write: bytes =>
      new Promise((resolve, reject) => {
        socket.write(bytes, error => {
          if (error) reject(lost('The line to the device broke.', error));
          else resolve();
        });
      }),
    close: async () => {
      queue.end();
      socket.destroy();
    },
  };
}

function lost(message: string, cause?: unknown): AppError {
  return new AppError('DEVICE_LOST', message, { cause });
}
