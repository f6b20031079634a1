import { AppError, type WaveformName } from '@shimabashi/contracts';
import { type Decoder, type Reading } from './decoder.ts';
import { type Framer } from './framing/framer.ts';
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
}

/** Time for a driver that has to speak again and again. */
export interface DriverClock {
  /** Calls `run` after `delayMs`, until the returned function is called. */
  after(delayMs: number, run: () => void): () => void;
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
}): AsyncGenerator<readonly Reading[], void> {
  const { driver, connection, signal, clock = systemClock } = deps;
  const framer = driver.createFramer();
  const decoder = driver.createDecoder();
  const end = beginWith(driver, connection, signal, clock);
  const close = () => {
    end();
    void connection.close();
  };
  signal.addEventListener('abort', close, { once: true });
  try {
    if (signal.aborted) return;
    for await (const chunk of connection.bytes) {
      if (signal.aborted) return;
      const readings = framer.push(chunk).flatMap(framed => decoder.decode(framed));
      if (readings.length > 0) yield readings;
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

/** Starts the host's side, if the driver has one. Answers how to end it; only the first call counts. */
function beginWith(
  driver: Driver,
  connection: Connection,
  signal: AbortSignal,
  clock: DriverClock,
): () => void {
  if (signal.aborted || driver.begin === undefined) return () => {};
  // A line that cannot be written to is gone, even if it still looks open for reading.
  const send = (bytes: Uint8Array) => {
    connection.write(bytes).catch(() => void connection.close());
  };
  const endDriver = driver.begin(send, clock);
  let ended = false;
  return () => {
    if (!ended) endDriver();
    ended = true;
  };
}
