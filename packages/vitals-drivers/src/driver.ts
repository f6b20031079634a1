import { AppError, type WaveformName } from '@shimabashi/contracts';
import { type Decoder, type NumericReading, type Reading } from './decoder.ts';
import { type Framed, type Framer } from './framing/framer.ts';
import { type HidSettings } from './hid.ts';
import { systemClock } from './system-clock.ts';
import { type Connection } from './transport.ts';

/** How a serial port must be set for a protocol. */
export interface SerialSettings {
  readonly baudRate: number;
  readonly dataBits: 7 | 8;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
}

/** What gives the bytes of one protocol their meaning: all that decoding needs, without a line. */
export interface Codec {
  readonly protocol: string;
  /** One line for people who choose a protocol. */
  readonly title: string;
  /** What our reading of it was compared with that is not ours, or `simulator only`. */
  readonly evidence: string;
  /**
   * How bytes come: as a `stream` that is chopped anywhere, or as `values`, each chunk one whole value
   * (a characteristic of Bluetooth, whose ends the radio keeps).
   */
  readonly carries: 'stream' | 'values';
  /** New ones for each connection: nothing that was half received survives a broken line. */
  createFramer(): Framer;
  createDecoder(): Decoder;
  /**
   * What each single frame says, for engineers who look at bytes: without the decoder's waiting for
   * frames that agree, and without leaving out repetitions. Where it is missing, `createDecoder` does.
   */
  createFrameDecoder?(): Decoder;
}

/** Knows one protocol. One driver per protocol, not per brand. Notes: `docs/devices/<protocol>.md`. */
export interface Driver extends Codec {
  readonly carries: 'stream';
  /** Silence longer than this means that the device is gone, in milliseconds. */
  readonly maxQuietMs: number;
  readonly serial: SerialSettings;
  /**
   * `spot`: single measurements that stand for themselves and must not be lost (cuff, meter). Left out:
   * values now and again now, of which only the newest counts.
   */
  readonly gives?: 'stream' | 'spot';
  /** For devices on USB HID; their bytes can be read from a serial line too, as recordings are. */
  readonly hid?: HidSettings;
  /** Samples a second of each waveform that the protocol carries, in Hz. */
  readonly waveforms: Readonly<Partial<Record<WaveformName, number>>>;
  /** The largest value of a waveform's samples (`WaveformBlock.fullScale`), where it is not 255. */
  readonly fullScales?: Readonly<Partial<Record<WaveformName, number>>>;
  /**
   * Begins the host's side of the conversation, for devices that do not talk unasked. `send` writes to
   * the device; a line that does not take it is closed. Answers what to call at the end, while the line
   * may still be open.
   */
  begin?(send: (bytes: Uint8Array) => void, clock: DriverClock): () => void;
  /**
   * What to answer to a frame, for devices that keep or repeat it until they are told; undefined for
   * nothing. `taken` says that its numbers are where no power cut can reach them.
   */
  acknowledge?(framed: Framed, taken: boolean, nowMs: number): Uint8Array | undefined;
  /**
   * The host's side of a conversation in which each question follows from the last answer: a new one
   * for each connection, begun at once. As `begin` for all else.
   */
  converse?(send: (bytes: Uint8Array) => void, clock: DriverClock): Conversation;
}

/** What goes on with one device. */
export interface Conversation {
  /** What the device said; `taken` as in `Driver.acknowledge`. */
  hear(framed: Framed, taken: boolean): void;
  /** The end, while the line may still be open. */
  end(): void;
}

/**
 * Keeps numbers durably: resolves when they are, and rejects when they cannot be. The same ones may come
 * twice, since a device repeats what was not acknowledged.
 */
export type Persist = (numbers: readonly NumericReading[]) => Promise<void>;

/** Time for a driver that has to speak again and again. */
export interface DriverClock {
  /** Calls `run` after `delayMs`, until the returned function is called. */
  after(delayMs: number, run: () => void): () => void;
  /** Wall clock, in milliseconds since the epoch. */
  nowMs(): number;
}

/**
 * Reads a device until `signal` aborts, giving what each chunk of bytes completed.
 *
 * Three failures are told apart: a bad frame is among the readings as `rejected` and does not end
 * the examination; a lost line ends the loop with `AppError` `DEVICE_LOST`; a bug goes up. The
 * connection is closed in every case.
 */
export async function* readingsOf(deps: {
  driver: Driver;
  connection: Connection;
  signal: AbortSignal;
  /** For drivers that `begin`; the machine's own when left out. */
  clock?: DriverClock;
  /** Before a device is told that its numbers were taken. Without it, it is told that they were not. */
  persist?: Persist;
}): AsyncGenerator<readonly Reading[], void> {
  const { driver, connection, signal, clock = systemClock, persist } = deps;
  const framer = driver.createFramer();
  const decoder = driver.createDecoder();
  const { hear, end } = beginWith(driver, connection, signal, clock);
  const close = () => {
    end();
    void connection.close();
  };
  signal.addEventListener('abort', close, { once: true });
  try {
    if (signal.aborted) return;
    for await (const chunk of connection.bytes) {
      if (signal.aborted) return;
      const decoded = framer.push(chunk).map(framed => ({ framed, readings: decoder.decode(framed) }));
      const readings = decoded.flatMap(one => one.readings);
      if (readings.length > 0) yield readings;
      if (driver.acknowledge === undefined && hear === undefined) continue;
      for (const one of decoded) {
        const taken = await isTaken(one.readings, persist);
        const answer = driver.acknowledge?.(one.framed, taken, clock.nowMs());
        // A device that does not take its answer asks again, or hangs up; the next read tells.
        if (answer !== undefined) await connection.write(answer).catch(() => connection.close());
        hear?.(one.framed, taken);
      }
    }
    if (!signal.aborted) throw new AppError('DEVICE_LOST', 'The device closed the line.');
  } catch (error) {
    if (!(signal.aborted && error instanceof AppError && error.code === 'DEVICE_LOST')) throw error;
  } finally {
    signal.removeEventListener('abort', close);
    end();
    await connection.close();
  }
}

/** Whether all numbers are kept. What has none needs no keeping; what was refused was not taken. */
async function isTaken(readings: readonly Reading[], persist: Persist | undefined): Promise<boolean> {
  const numbers = readings.filter(reading => reading.kind === 'numeric');
  if (readings.some(reading => reading.kind === 'rejected')) return false;
  if (numbers.length === 0) return true;
  if (persist === undefined) return false;
  try {
    await persist(numbers);
    return true;
  } catch {
    return false; // Whoever keeps them reports why; the device keeps them until then.
  }
}

/** Starts the host's side, if the driver has one. Answers how to go on and end it; one end counts. */
function beginWith(
  driver: Driver,
  connection: Connection,
  signal: AbortSignal,
  clock: DriverClock,
): { hear: Conversation['hear'] | undefined; end: () => void } {
  if (signal.aborted) return { hear: undefined, end: () => {} };
  // A line that cannot be written to is gone, even if it still looks open for reading.
  const send = (bytes: Uint8Array) => {
    connection.write(bytes).catch(() => void connection.close());
  };
  const endDriver = driver.begin?.(send, clock);
  const conversation = driver.converse?.(send, clock);
  let ended = false;
  return {
    hear: conversation && ((framed, taken) => conversation.hear(framed, taken)),
    end: () => {
      if (ended) return;
      ended = true;
      endDriver?.();
      conversation?.end();
    },
  };
}
