import { createConnection, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import {
  describeHangUpContract,
  describeTransportContract,
  type FarEnd,
} from '../testing/transport-contract.ts';
import { TEST_CERTIFICATE } from '../testing/test-certificate.ts';
import { listenForMonitors, type ListeningOptions } from './listening.ts';

const HERE = '127.0.0.1';

/** A monitor that calls, and calls again whenever its line is gone. */
async function callingMonitor(): Promise<FarEnd> {
  const gateway = await listenForMonitors({ host: HERE, port: 0 });
  const transport = gateway.transportFor(HERE);
  let stopped = false;
  let received = Buffer.alloc(0);
  let pending: Uint8Array[] = [];
  let socket: Socket;
  const waiting: (() => void)[] = [];
  const call = () => {
    socket = createConnection({ host: HERE, port: gateway.port });
    socket.on('data', chunk => {
      received = Buffer.concat([received, chunk]);
      for (const wake of waiting.splice(0)) wake();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      if (!stopped) call();
    });
  };
  call();
  return {
    transport,
    send: bytes => {
      pending.push(bytes);
      for (const chunk of pending) socket.write(chunk);
      pending = [];
    },
    received: async byteCount => {
      while (received.length < byteCount) await new Promise<void>(resolve => waiting.push(resolve));
      return Uint8Array.from(received);
    },
    hangUp: () => {
      stopped = true;
      socket.end();
    },
    nowhere: gateway.transportFor('192.0.2.1', 20),
    stop: async () => {
      stopped = true;
      socket.destroy();
      await gateway.close();
    },
  };
}

describeTransportContract('listening', callingMonitor);
describeHangUpContract('listening', callingMonitor);

describe('a listening port', () => {
  const cleanUps: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  });
  const listening = async (options: Partial<ListeningOptions> = {}) => {
    const gateway = await listenForMonitors({ host: HERE, port: 0, ...options });
    cleanUps.push(() => gateway.close());
    return gateway;
  };
  const calling = (port: number) => {
    const socket = createConnection({ host: HERE, port });
    socket.on('error', () => {});
    socket.resume();
    cleanUps.push(() => void socket.destroy());
    return socket;
  };
  const never = new AbortController().signal;

  it('refuses whoever was not enrolled, and says so', async () => {
    const refused = Promise.withResolvers<string>();
    const gateway = await listening({ onRefused: refused.resolve });
    gateway.transportFor('192.0.2.1');
    const closed = new Promise<void>(resolve => calling(gateway.port).once('close', () => resolve()));
    expect(await refused.promise).toBe(HERE);
    await closed;
  });

  it('replaces the line of a monitor that calls again', async () => {
    const gateway = await listening();
    const transport = gateway.transportFor(HERE);
    const first = calling(gateway.port);
    const connection = await transport.open(never);
    const second = calling(gateway.port);
    await new Promise<void>(resolve => first.once('close', () => resolve()));
    for await (const _ of connection.bytes);
    second.write('x');
    const again = await transport.open(never);
    for await (const chunk of again.bytes) {
      expect(Buffer.from(chunk).toString()).toBe('x');
      break;
    }
  });

  it('speaks TLS when it is given a certificate', async () => {
    const gateway = await listening({ tls: TEST_CERTIFICATE });
    const opening = gateway.transportFor(HERE).open(never);
    const socket = connectTls({
      host: HERE,
      port: gateway.port,
      ca: TEST_CERTIFICATE.cert,
      servername: 'localhost',
    });
    cleanUps.push(() => void socket.destroy());
    const connection = await opening;
    socket.write('y');
    for await (const chunk of connection.bytes) {
      expect(Buffer.from(chunk).toString()).toBe('y');
      break;
    }
    await connection.write(Uint8Array.of(0x7a));
    const answer = await new Promise<Buffer>(resolve => socket.once('data', resolve));
    expect(answer.toString()).toBe('z');
  });

  it.each([
    ['a certificate that is none', { tls: { key: 'x', cert: 'y' } }],
    ['an address that is not ours', { host: '192.0.2.1' }],
  ])('cannot be opened with %s', async (_, options) => {
    await expect(listenForMonitors({ host: HERE, port: 0, ...options })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
  });
});
