import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { assert } from '@shimabashi/contracts';
import {
  describeHangUpContract,
  describeTransportContract,
  type FarEnd,
} from '../testing/transport-contract.ts';
import { tcpTransport } from './tcp.ts';

/** A serial device server of one port. */
async function start(): Promise<FarEnd> {
  const clients = new Set<Socket>();
  const received: Buffer[] = [];
  const waiting = new Set<() => void>();
  const server = createServer({ noDelay: true }, socket => {
    clients.add(socket);
    for (const bytes of unsent.splice(0)) socket.write(bytes);
    socket.on('data', (chunk: Buffer) => {
      received.push(chunk);
      for (const wake of waiting) wake();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => clients.delete(socket));
    if (hungUp) socket.end();
  });
  // The server may notice a client after the client has noticed it.
  const unsent: Uint8Array[] = [];
  let hungUp = false;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert(address !== null && typeof address === 'object', 'a listening server has an address');
  const alive = () => [...clients].filter(client => !client.destroyed && !client.readableEnded);
  return {
    transport: tcpTransport({ host: '127.0.0.1', port: address.port }),
    nowhere: tcpTransport({ host: '127.0.0.1', port: 1 }),
    send: bytes => {
      if (alive().length === 0) unsent.push(bytes.slice());
      for (const client of alive()) client.write(bytes);
    },
    received: async byteCount => {
      while (Buffer.concat(received).length < byteCount) {
        await new Promise<void>(resolve => waiting.add(resolve));
      }
      return Uint8Array.from(Buffer.concat(received));
    },
    hangUp: () => {
      hungUp = true;
      for (const client of clients) client.end();
    },
    stop: async () => {
      for (const client of clients) client.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

describeTransportContract('tcp', start);
describeHangUpContract('tcp', start);
