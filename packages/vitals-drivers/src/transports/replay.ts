import { AppError } from '@shimabashi/contracts';
import { type Connection, type Transport } from '../transport.ts';
import { ByteQueue } from './byte-queue.ts';

/** The device's end of a line in memory. */
export interface ReplayDevice {
  /** Sends bytes to whoever has the line open, in chunks as given. Without a line they are lost. */
  send(...chunks: readonly Uint8Array[]): void;
  /** Closes the line from the device's side: after what was sent, as a switched-off device does. */
  hangUp(): void;
  /** Breaks the line with an error, as a pulled cable may. */
  breakLine(): void;
  /** While false, the line cannot be opened. */
  setPresent(present: boolean): void;
  /** Everything that was written to the device, oldest first. */
  readonly received: readonly Uint8Array[];
  /** Lines that are open at this moment. */
  readonly openLines: number;
}

/** A line in memory: recorded bytes in tests and tools. */
export function replayTransport(): { transport: Transport; device: ReplayDevice } {
  const lines = new Set<ByteQueue>();
  const received: Uint8Array[] = [];
  let present = true;
  const endAll = (error?: AppError) => {
    for (const line of lines) line.end(error);
    lines.clear();
  };
  const device: ReplayDevice = {
    send: (...chunks) => {
      for (const line of lines) for (const chunk of chunks) line.push(chunk);
    },
    hangUp: () => endAll(),
    breakLine: () => endAll(new AppError('DEVICE_LOST', 'The line broke.')),
    setPresent: value => {
      present = value;
    },
    received,
    get openLines() {
      return lines.size;
    },
  };
  const open = async (signal: AbortSignal): Promise<Connection> => {
    if (signal.aborted || !present) throw new AppError('DEVICE_LOST', 'The line cannot be opened.');
    const queue = new ByteQueue();
    lines.add(queue);
    return {
      bytes: queue,
      write: async bytes => {
        if (!lines.has(queue)) throw new AppError('DEVICE_LOST', 'The line is closed.');
        received.push(bytes.slice());
      },
      close: async () => {
        lines.delete(queue);
        queue.end();
      },
    };
  };
  return { transport: { open }, device };
}
