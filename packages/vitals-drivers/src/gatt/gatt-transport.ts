import { AppError } from '@shimabashi/contracts';
import { type SupervisorClock } from '../supervised.ts';
import { systemClock } from '../system-clock.ts';
import { type Connection, type Transport } from '../transport.ts';
import { ByteQueue } from '../transports/byte-queue.ts';
import { encodeGattValue } from './envelope.ts';
import { type GattDriver } from './gatt-driver.ts';
import { type GattConnection, type GattIdentity, type GattLink, GattRefusal } from './gatt-link.ts';
import { type PersistRecords, RecordMemory } from './record-sink.ts';
import { type GattFacts, GattSession } from './session.ts';

/** How long a device is waited for until it advertises, in milliseconds. Then the wait begins anew. */
const WAIT_FOR_DEVICE_MS = 3_600_000;
/**
 * After a device that measures now and then was let go, it is left alone for so long, in milliseconds:
 * most go on advertising for a while. Source: weliem/blessed-android reconnects after 5 s.
 */
const REST_MS = 5_000;

export interface GattTransportOptions {
  readonly link: GattLink;
  /** The enrolled device, and never another that calls itself the same. */
  readonly identity: GattIdentity;
  readonly driver: GattDriver;
  /** IANA name of the zone of the practice. */
  readonly timeZone: string;
  /** The device must be bonded before it is asked for anything (A&D, Omron). */
  readonly bondFirst?: boolean;
  /** Awaited before the device is told that it may delete anything, and before it is let go. */
  readonly persist?: PersistRecords;
  /** Empty the device's memory once its records are kept. Off unless a practice wants it. */
  readonly deleteKept?: boolean;
  readonly onFacts?: (facts: GattFacts) => void;
  readonly clock?: SupervisorClock;
}

/**
 * An enrolled Bluetooth device as a line of bytes: each value that it sends comes in an envelope
 * (`envelope.ts`), which the profile's driver decodes.
 *
 * Opening waits for the device, connects, and finds out what it has. The conversation (clock,
 * subscriptions, records) goes on while bytes are read. Writing is not for the outside.
 */
export function gattTransport(options: GattTransportOptions): Transport {
  const memory = new RecordMemory();
  let restsUntilMs = 0;
  const { clock = systemClock } = options;
  return {
    openTimeoutMs: WAIT_FOR_DEVICE_MS,
    open: async signal => {
      await pause(restsUntilMs - clock.nowMs(), clock, signal);
      const { link, identity, bondFirst = false } = options;
      const connection = await refusalIsLoss(link.connect(identity, { bondFirst }, signal));
      if (options.driver.gatt.gives === 'spot') {
        void connection.disconnected.then(() => {
          restsUntilMs = clock.nowMs() + REST_MS;
        });
      }
      return openLine(connection, options, memory, signal);
    },
  };
}

async function openLine(
  connection: GattConnection,
  options: GattTransportOptions,
  memory: RecordMemory,
  signal: AbortSignal,
): Promise<Connection> {
  const queue = new ByteQueue();
  const session = new GattSession(connection, {
    profile: options.driver.gatt,
    clock: options.clock ?? systemClock,
    timeZone: options.timeZone,
    persist: options.persist,
    deleteKept: options.deleteKept ?? false,
    memory,
    onValue: sent => queue.push(encodeGattValue(sent)),
    onFacts: options.onFacts ?? (() => {}),
  });
  const giveUp = () => void connection.close();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    await session.discover();
    if (signal.aborted) throw lost('Opening was given up.');
  } catch (error) {
    await connection.close();
    throw error;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
  void converse(session, connection, queue);
  return {
    bytes: queue,
    write: () => Promise.reject(lost('A Bluetooth device is not written to as a line.')),
    close: async () => {
      await connection.close();
      queue.end();
    },
  };
}

/** Has the conversation, and ends the bytes with it. What was received comes before the end. */
async function converse(session: GattSession, connection: GattConnection, queue: ByteQueue): Promise<void> {
  try {
    await session.converse();
    queue.end();
  } catch (error) {
    queue.end(error instanceof Error ? error : new Error('The conversation failed.', { cause: error }));
  } finally {
    await connection.close();
  }
}

async function refusalIsLoss(connecting: Promise<GattConnection>): Promise<GattConnection> {
  try {
    return await connecting;
  } catch (error) {
    if (!(error instanceof GattRefusal)) throw error;
    throw new AppError('DEVICE_LOST', 'The device refused to be paired.', {
      details: { reason: error.reason },
    });
  }
}

function pause(delayMs: number, clock: SupervisorClock, signal: AbortSignal): Promise<void> {
  if (delayMs <= 0 || signal.aborted) return Promise.resolve();
  return new Promise(resolve => {
    const end = () => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.after(delayMs, end);
    signal.addEventListener('abort', end, { once: true });
  });
}

function lost(message: string): AppError {
  return new AppError('DEVICE_LOST', message);
}
