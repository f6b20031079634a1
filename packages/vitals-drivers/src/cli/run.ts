import { parseArgs } from 'node:util';
import { AppError } from '@shimabashi/contracts';
import { codecOf, CODECS } from '../codecs/index.ts';
import { type Codec } from '../driver.ts';
import { bytesFromHex } from '../hex.ts';
import { isScenario, SCENARIOS } from '../simulator/scenarios.ts';
import { SIMULATED_PROTOCOLS } from '../simulator/simulator.ts';
import { driverOf, DRIVERS } from '../drivers/index.ts';
import { bytesOfFile, bytesOrHex, type ByteSource, decodeToLines, valuesOf } from './decode.ts';
import { portOf } from './port.ts';
import { readToLines } from './read.ts';
import { openRecording } from './replay.ts';
import { simulateUntilStopped, targetOf } from './simulate.ts';

const USAGE = `pnpm vitals list
pnpm vitals decode --protocol P [--hex BYTES | --file PATH] [--waveform]   (else standard input)
pnpm vitals read --port PATH|tcp:HOST:PORT|listen:MONITOR:PORT|hid[:SERIAL]|gatt:ADDRESS --protocol P|auto [--log FILE] [--waveform]
pnpm vitals replay FILE [--protocol P] [--waveform]
pnpm vitals simulate --protocol P [--scenario S] [--seed N] --to stdout|pty[:LINK]|tcp:PORT|call:HOST:PORT
`;

export interface CliStreams {
  readonly stdin: ByteSource;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Ends what would go on for ever. */
  readonly stop: AbortSignal;
}

const EXIT = { ok: 0, nothingDecoded: 1, usage: 2 } as const;

class UsageError extends Error {}

/** Runs one command; answers the exit code. */
export async function runCli(args: readonly string[], streams: CliStreams): Promise<number> {
  const [command, ...rest] = args;
  try {
    switch (command) {
      case 'list':
        return list(streams);
      case 'decode':
        return await decode(rest, streams);
      case 'read':
        return await read(rest, streams);
      case 'replay':
        return await replay(rest, streams);
      case 'simulate':
        return await simulate(rest, streams.stop);
      case undefined:
      case 'help':
      case '--help':
        streams.out(USAGE);
        return EXIT.ok;
      default:
        throw new UsageError(`there is no command "${command}"`);
    }
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof AppError || isArgumentError(error))) throw error;
    streams.err(`vitals: ${error.message.split('\n')[0]}\n`);
    return EXIT.usage;
  }
}

function list(streams: CliStreams): number {
  for (const { protocol, title, evidence } of CODECS) {
    const simulated = SIMULATED_PROTOCOLS.includes(protocol) ? 'can be simulated' : 'no simulator';
    streams.out(`${protocol}\t${title}\t${simulated}\t${evidence}\n`);
  }
  for (const [scenario, what] of Object.entries(SCENARIOS)) streams.out(`scenario ${scenario}\t${what}\n`);
  return EXIT.ok;
}

async function decode(args: readonly string[], streams: CliStreams): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      protocol: { type: 'string' },
      hex: { type: 'string' },
      file: { type: 'string' },
      waveform: { type: 'boolean', default: false },
    },
  });
  const codec = codecNamed(values.protocol);
  const decoded = await decodeToLines({
    codec,
    bytes: sourceOf(values, codec, streams),
    withWaveforms: values.waveform,
    print: line => streams.out(`${line}\n`),
  });
  if (!decoded) streams.err('vitals: nothing was decoded\n');
  return decoded ? EXIT.ok : EXIT.nothingDecoded;
}

function sourceOf(values: { hex?: string; file?: string }, codec: Codec, streams: CliStreams): ByteSource {
  if (values.hex !== undefined && values.file !== undefined)
    throw new UsageError('--hex or --file, not both');
  const read = codec.carries === 'values' ? valuesOf : bytesOrHex;
  if (values.file !== undefined) return read(bytesOfFile(values.file));
  if (values.hex === undefined) return read(streams.stdin);
  const bytes = bytesFromHex(values.hex);
  if (bytes === undefined) throw new UsageError('--hex: not bytes in hex');
  return once(bytes);
}

async function read(args: readonly string[], streams: CliStreams): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '' },
      protocol: { type: 'string', default: '' },
      log: { type: 'string' },
      waveform: { type: 'boolean', default: false },
    },
  });
  const driver = driverOf(values.protocol);
  if (driver === undefined && values.protocol !== 'auto') {
    throw new UsageError(`--protocol: auto or one of ${DRIVERS.map(({ protocol }) => protocol).join(', ')}`);
  }
  const port = await portOf(values.port);
  if (port === undefined) {
    throw new UsageError(
      '--port: the path of a serial port, tcp:HOST:PORT, listen:MONITOR:PORT, hid[:SERIAL] or gatt:ADDRESS',
    );
  }
  const note = (text: string) => streams.err(`vitals: ${text}\n`);
  try {
    if (driver === undefined && port.needsDriver)
      throw new UsageError('--protocol: which one, on such a port');
    note(port.note);
    const decoded = await readToLines({
      port,
      driver,
      logPath: values.log,
      withWaveforms: values.waveform,
      signal: streams.stop,
      print: line => streams.out(`${line}\n`),
      note,
    });
    if (!decoded) note('nothing was decoded');
    return decoded ? EXIT.ok : EXIT.nothingDecoded;
  } finally {
    await port.close();
  }
}

async function replay(args: readonly string[], streams: CliStreams): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { protocol: { type: 'string' }, waveform: { type: 'boolean', default: false } },
  });
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw new UsageError('replay: one raw log');
  const { header, bytes } = await openRecording(path);
  const decoded = await decodeToLines({
    codec: codecNamed(values.protocol ?? header.protocol),
    bytes,
    withWaveforms: values.waveform,
    print: line => streams.out(`${line}\n`),
  });
  if (!decoded) streams.err('vitals: nothing was decoded\n');
  return decoded ? EXIT.ok : EXIT.nothingDecoded;
}

async function* once(bytes: Uint8Array): ByteSource {
  yield bytes;
}

async function simulate(args: readonly string[], stop: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      protocol: { type: 'string' },
      scenario: { type: 'string', default: 'normal' },
      seed: { type: 'string', default: '1' },
      to: { type: 'string' },
    },
  });
  const { protocol } = codecNamed(values.protocol);
  if (!SIMULATED_PROTOCOLS.includes(protocol)) throw new UsageError('--protocol: it has no simulator');
  if (!isScenario(values.scenario)) {
    throw new UsageError(`--scenario: one of ${Object.keys(SCENARIOS).join(', ')}`);
  }
  if (!/^\d{1,9}$/.test(values.seed)) throw new UsageError('--seed: a whole number');
  const to = targetOf(values.to ?? '', protocol);
  if (to === undefined) throw new UsageError('--to: stdout, pty, pty:LINK, tcp:PORT or call:HOST:PORT');
  await simulateUntilStopped({ protocol, scenario: values.scenario, seed: Number(values.seed), to }, stop);
  return EXIT.ok;
}

function codecNamed(protocol: string | undefined): Codec {
  const codec = codecOf(protocol ?? '');
  if (codec !== undefined) return codec;
  throw new UsageError(`--protocol: one of ${CODECS.map(known => known.protocol).join(', ')}`);
}

/** What `parseArgs` throws for an unknown option, and a file that is not there. */
function isArgumentError(error: unknown): error is Error {
  return (
    error instanceof Error &&
    'code' in error &&
    /^(ERR_PARSE_ARGS_|ENOENT$|EISDIR$|EACCES$|ENOTDIR$)/.test(String(error.code))
  );
}
