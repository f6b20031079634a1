import { appendFileSync, existsSync, renameSync } from 'node:fs';
import { AppError } from '@shimabashi/contracts';
import { type Driver, readingsOf } from '../driver.ts';
import { type Reading } from '../decoder.ts';
import { loggedTransport, type RawLog, textRawLog } from '../raw-log.ts';
import { systemClock } from '../system-clock.ts';
import { detect } from '../detect.ts';
import { lineOf } from './decode.ts';
import { type Port } from './port.ts';

/** A recording of the field holds so much: a day of an oximeter. */
const LOG_BYTES_MAX = 64 * 1_048_576;

export interface ReadOptions {
  readonly port: Port;
  /** Undefined: find out. */
  readonly driver: Driver | undefined;
  /** Where to record what crosses the line. */
  readonly logPath: string | undefined;
  readonly withWaveforms: boolean;
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
  readonly note: (text: string) => void;
}

/** Reads a device and prints one JSON object a line. Answers whether anything was decoded. */
export async function readToLines(options: ReadOptions): Promise<boolean> {
  const { port, signal, note } = options;
  const driver = options.driver ?? (await detected(port, signal, note));
  if (driver === undefined) return false;
  const log = options.logPath === undefined ? undefined : fileRawLog(options.logPath, driver);
  const plain = port.transport(driver);
  const transport = log === undefined ? plain : loggedTransport(plain, log, () => Date.now());
  const connection = await transport.open(signal);
  const sequences = new Map<string, number>();
  const quiet = quietWatch(driver.maxQuietMs, () => {
    note(`nothing was heard for ${driver.maxQuietMs / 1_000} s`);
    void connection.close();
  });
  let decodedAny = false;
  const take = (reading: Reading) => {
    if (reading.kind !== 'rejected') {
      decodedAny = true;
      quiet.heard();
    }
    if (reading.kind === 'waveform' && !options.withWaveforms) return;
    options.print(JSON.stringify(lineOf(reading, sequences)));
  };
  try {
    for await (const readings of readingsOf({ driver, connection, signal, persist: async () => {} })) {
      readings.forEach(take);
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    note(error.message);
  } finally {
    quiet.cancel();
  }
  return decodedAny;
}

async function detected(
  port: Port,
  signal: AbortSignal,
  note: (text: string) => void,
): Promise<Driver | undefined> {
  const found = await detect(port, signal, systemClock);
  const [best, ...others] = found;
  if (best === undefined) note('no protocol fits what was heard');
  else {
    const also =
      others.length === 0 ? '' : ` (fits too: ${others.map(({ protocol }) => protocol).join(', ')})`;
    note(`protocol ${best.protocol}${also}`);
  }
  return best;
}

/** Records into a file; when it is full the older half is in `PATH.1`. */
function fileRawLog(path: string, driver: Driver): RawLog {
  if (existsSync(path))
    throw new AppError('CONFIG_INVALID', '--log: the file exists; a recording is not mixed');
  return textRawLog(
    { protocol: driver.protocol, deviceId: 'field' },
    {
      maxBytes: LOG_BYTES_MAX,
      append: text => appendFileSync(path, text, { mode: 0o600 }),
      rotate: () => renameSync(path, `${path}.1`),
    },
  );
}

function quietWatch(quietMs: number, onQuiet: () => void): { heard(): void; cancel(): void } {
  let cancel = systemClock.after(quietMs, onQuiet);
  return {
    heard: () => {
      cancel();
      cancel = systemClock.after(quietMs, onQuiet);
    },
    cancel: () => cancel(),
  };
}
