import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { CODECS } from '../codecs/index.ts';
import { hexOf } from '../hex.ts';
import { PUFFERFISH_PACKET } from '../testing/nonin-df2-vectors.ts';
import { startSimulator } from '../simulator/simulator.ts';
import { SCENARIOS } from '../simulator/scenarios.ts';
import { runCli } from './run.ts';

const HEX = hexOf(PUFFERFISH_PACKET);

async function run(
  args: readonly string[],
  stdin: readonly Uint8Array[] = [],
  { stop = new AbortController().signal, onLine = () => {} } = {},
) {
  let out = '';
  let err = '';
  const code = await runCli(args, {
    stdin: (async function* () {
      yield* stdin;
    })(),
    out: text => {
      out += text;
      onLine();
    },
    err: text => (err += text),
    stop,
  });
  return { code, err, lines: out.split('\n').filter(line => line !== '') };
}

const decode = (...args: string[]) => run(['decode', '--protocol', 'nonin-df2', ...args]);

describe('vitals decode', () => {
  const folders: string[] = [];
  afterEach(async () => {
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
  });

  it('prints one JSON object a number', async () => {
    const { code, lines, err } = await decode('--hex', HEX);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(lines.map(line => JSON.parse(line) as unknown)).toEqual([
      {
        parameter: 'pulse-rate',
        value: 72,
        unit: '/min',
        quality: [],
        deviceTime: null,
        sequence: 0,
        rawHex: '018101008301800148ca',
        details: { average: '4-beat', firmwareRevision: 48 },
      },
      expect.objectContaining({ parameter: 'SpO2', value: 97, unit: '%', sequence: 1 }),
    ]);
  });

  it('prints the reason where there is no number', async () => {
    const { lines } = await decode('--hex', '018901038e 0188017f09 0188017f09 01880130ba');
    expect(lines.map(line => (JSON.parse(line) as { absent?: string }).absent)).toEqual([
      'sensor-off',
      'sensor-off',
    ]);
  });

  it('prints a rejected frame as an error, and ends with 1 when nothing else came', async () => {
    const { code, lines, err } = await decode('--hex', '0181010084');
    expect(code).toBe(1);
    expect(lines.map(line => JSON.parse(line) as unknown)).toEqual([
      { error: { code: 'DEVICE_FRAME_INVALID', reason: 'not-a-frame' }, rawHex: '0181010084' },
    ]);
    expect(err).toContain('nothing was decoded');
  });

  it('prints the wave when it is asked to', async () => {
    const { lines } = await decode('--hex', HEX, '--waveform');
    const waves = lines
      .map(line => JSON.parse(line) as { waveform?: string })
      .filter(({ waveform }) => waveform);
    expect(waves).toHaveLength(25);
    expect(waves[24]).toEqual({ waveform: 'pleth', value: 1, unit: '1', sequence: 24 });
  });

  it('prints each frame as it stands where a bedside waits for frames that agree', async () => {
    const { code, lines } = await run([
      'decode',
      '--protocol',
      'bci-5byte',
      '--hex',
      '87 32 05 48 62 ff 88 28 04 4b 61',
    ]);
    expect(code).toBe(0);
    expect(lines.map(line => JSON.parse(line) as unknown)).toMatchObject([
      { parameter: 'pulse-rate', value: 72 },
      { parameter: 'SpO2', value: 98 },
      { error: { code: 'DEVICE_FRAME_INVALID' }, rawHex: 'ff' },
      { parameter: 'pulse-rate', value: 75 },
      { parameter: 'SpO2', value: 97 },
    ]);
  });

  it('reads files and pipes, of bytes or of hex', async () => {
    const expected = (await decode('--hex', HEX)).lines;
    const folder = await mkdtemp(join(tmpdir(), 'shimabashi-cli-'));
    folders.push(folder);
    await writeFile(join(folder, 'raw'), PUFFERFISH_PACKET);
    await writeFile(join(folder, 'hex'), `${HEX.slice(0, 50)}  # a comment\n${HEX.slice(50)}\n`);
    expect((await decode('--file', join(folder, 'raw'))).lines).toEqual(expected);
    expect((await decode('--file', join(folder, 'hex'))).lines).toEqual(expected);
    const piped = await run(
      ['decode', '--protocol', 'nonin-df2'],
      [PUFFERFISH_PACKET.subarray(0, 7), PUFFERFISH_PACKET.subarray(7)],
    );
    expect(piped.lines).toEqual(expected);
  });

  it.each([
    [['decode', '--protocol', 'none', '--hex', HEX], '--protocol: one of nonin-df2'],
    [['decode', '--protocol', 'nonin-df2', '--hex', 'zz'], '--hex: not bytes in hex'],
    [['decode', '--protocol', 'nonin-df2', '--hex', HEX, '--file', 'x'], 'not both'],
    [['decode', '--protocol', 'nonin-df2', '--file', '/no/such/file'], 'ENOENT'],
    [['decode', '--colour'], "Unknown option '--colour'"],
    [['simulate', '--protocol', 'gatt-2a35', '--to', 'stdout'], 'no simulator'],
    [['simulate', '--protocol', 'nonin-df2', '--to', 'udp:1'], '--to:'],
    [['simulate', '--protocol', 'nonin-df2', '--to', 'tcp:99999'], '--to:'],
    [
      ['simulate', '--protocol', 'nonin-df2', '--scenario', 'x', '--to', 'stdout'],
      '--scenario: one of normal',
    ],
    [['simulate', '--protocol', 'nonin-df2', '--seed', '-1', '--to', 'stdout'], '--seed'],
    [['dance'], 'there is no command "dance"'],
  ])('refuses %j in one line', async (args, problem) => {
    const { code, err, lines } = await run(args);
    expect(code).toBe(2);
    expect(lines).toEqual([]);
    expect(err).toContain(problem);
    expect(err.split('\n')).toHaveLength(2);
  });
});

describe('vitals decode of values', () => {
  const decodeValues = (protocol: string, ...chunks: string[]) =>
    run(
      ['decode', '--protocol', protocol],
      chunks.map(chunk => Buffer.from(chunk)),
    );
  const BP = '1e 8a00 5800 7800 ea07 0b 16 09 05 00 3c00 01 0500';

  it('prints a line for each reading of the value', async () => {
    const { code, lines, err } = await run(['decode', '--protocol', 'gatt-2a35', '--hex', BP]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(lines.map(line => JSON.parse(line) as unknown)).toEqual([
      {
        parameter: 'systolic-pressure',
        value: 138,
        unit: 'mm[Hg]',
        quality: ['motion', 'irregular-pulse'],
        deviceTime: '2026-11-22T09:05:00',
        sequence: 0,
        rawHex: BP.replaceAll(' ', ''),
        details: {
          deviceUnit: 'mm[Hg]',
          userId: 1,
          measurementStatus: ['body-movement', 'irregular-pulse'],
          pulseRateRange: 'within',
        },
      },
      expect.objectContaining({ parameter: 'diastolic-pressure', value: 88, sequence: 1 }),
      expect.objectContaining({ parameter: 'mean-arterial-pressure', value: 120, sequence: 2 }),
      expect.objectContaining({ parameter: 'pulse-rate', value: 60, unit: '/min', sequence: 3 }),
    ]);
  });

  it('gives the number that the device gave to the record, and statements as lines of their own', async () => {
    const glucose = await decodeValues('gatt-2a18', '02 0700 ea07 0b 16 09 05 00 78b0 11');
    expect(glucose.lines.map(line => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ parameter: 'glucose', value: 120, unit: 'mg/dL', sequence: 7 }),
    ]);
    const clock = await decodeValues('gatt-2a08', '0000 00 00 12 1a 20');
    expect(clock.lines.map(line => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ parameter: 'device-clock', absent: 'not-available', deviceTime: null }),
    ]);
  });

  it('takes one value a line of a pipe, and goes on after one that it refuses', async () => {
    const { code, lines } = await decodeValues('gatt-2a37', '00 55\n', '# three\n16', ' 01\n\n00 48');
    expect(code).toBe(0);
    expect(lines.map(line => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ parameter: 'heart-rate', value: 85 }),
      { error: { code: 'DEVICE_FRAME_INVALID', reason: 'not-a-frame' }, rawHex: '1601' },
      expect.objectContaining({ parameter: 'heart-rate', value: 72, sequence: 1 }),
    ]);
  });

  it('takes bytes that are no hex as one value, and a wrong line as a mistake of the caller', async () => {
    const raw = await run(['decode', '--protocol', 'gatt-2a37'], [Uint8Array.of(0), Uint8Array.of(85)]);
    expect(raw.lines).toHaveLength(1);
    const wrong = await decodeValues('gatt-2a37', '00 55\n00 5\n');
    expect({ code: wrong.code, lines: wrong.lines.length }).toEqual({ code: 2, lines: 1 });
  });

  it('ends with 1 when it refuses all', async () => {
    expect((await decodeValues('gatt-2a35', '1e 8a00')).code).toBe(1);
  });
});

describe('vitals read and replay', () => {
  const cleanUps: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  });

  /** A folder, and a device on a port. */
  const withDevice = async (protocol: string) => {
    const folder = await mkdtemp(join(tmpdir(), 'shimabashi-cli-'));
    cleanUps.push(() => rm(folder, { recursive: true }));
    const simulator = await startSimulator({
      protocol,
      scenario: 'ramp',
      seed: 1,
      to: { kind: 'tcp', port: 0 },
    });
    cleanUps.push(() => simulator.stop());
    return { log: join(folder, 'session.raw'), port: `tcp:127.0.0.1:${simulator.port}` };
  };
  /** Reads until so many numbers have come. */
  const readSome = async (args: readonly string[], count: number) => {
    const stop = new AbortController();
    let seen = 0;
    const onLine = () => {
      seen += 1;
      if (seen >= count) stop.abort();
    };
    return run(['read', ...args], [], { stop: stop.signal, onLine });
  };

  it('print a live device, record it, and print the recording alike', async () => {
    const { log, port } = await withDevice('nonin-df2');
    const read = await readSome(['--port', port, '--protocol', 'nonin-df2', '--log', log], 4);
    expect(read.code).toBe(0);
    expect(read.lines.map(line => (JSON.parse(line) as { parameter: string }).parameter)).toEqual([
      'pulse-rate',
      'SpO2',
      'pulse-rate',
      'SpO2',
    ]);
    const replayed = await run(['replay', log]);
    expect(replayed.code).toBe(0);
    expect(replayed.lines.slice(0, 4)).toEqual(read.lines);
  });

  it('find the protocol out', async () => {
    const { port } = await withDevice('bci-5byte');
    const { code, err, lines } = await readSome(['--port', port, '--protocol', 'auto'], 2);
    expect(err).toContain('protocol bci-5byte (fits too: contec-5byte');
    expect({ code, some: lines.length >= 2 }).toEqual({ code: 0, some: true });
  }, 20_000);

  it.each([
    [['read', '--port', 'tcp:127.0.0.1:1', '--protocol', 'nonin-df2'], 'cannot be opened'],
    [['read', '--port', 'tcp:x', '--protocol', 'nonin-df2'], '--port:'],
    [['read', '--port', '/dev/none', '--protocol', 'gatt-2a35'], '--protocol: auto or one of'],
    [['read', '--port', '/dev/none', '--protocol', 'nonin-df2'], 'cannot be opened'],
    [['replay'], 'one raw log'],
    [['replay', '/no/such/file'], 'ENOENT'],
    [['replay', new URL('run.ts', import.meta.url).pathname], 'no raw log'],
  ])('refuse %j', async (args, problem) => {
    const { code, err, lines } = await run(args);
    expect(code).toBe(2);
    expect(lines).toEqual([]);
    expect(err).toContain(problem);
  });

  it('do not mix two recordings', async () => {
    const { log, port } = await withDevice('nonin-df2');
    await writeFile(log, '');
    const { code, err } = await run(['read', '--port', port, '--protocol', 'nonin-df2', '--log', log]);
    expect(code).toBe(2);
    expect(err).toContain('--log');
  });
});

describe('vitals list', () => {
  it('names protocols and scenarios', async () => {
    const { code, lines } = await run(['list']);
    expect(code).toBe(0);
    expect(lines.map(line => line.split('\t')[0])).toEqual([
      ...CODECS.map(codec => codec.protocol),
      ...Object.keys(SCENARIOS).map(scenario => `scenario ${scenario}`),
    ]);
  });

  it('says which protocols nothing but our simulator has spoken', async () => {
    const { lines } = await run(['list']);
    const simulatorOnly = lines.filter(line => line.includes('\tsimulator only'));
    expect(simulatorOnly.map(line => line.split('\t')[0])).toEqual([
      'nonin-df7',
      'nonin-df8',
      'nonin-df13',
      'ivy-ansar',
      'freestyle-text',
      'aand-weight',
    ]);
  });
});

describe('the command as a process', () => {
  it('decodes what it is given, and exits with the code', async () => {
    const main = new URL('main.ts', import.meta.url).pathname;
    const { code, stdout } = await new Promise<{ code: number; stdout: string }>(resolve => {
      execFile(process.execPath, [main, 'decode', '--protocol', 'nonin-df2', '--hex', HEX], (error, text) => {
        resolve({ code: error === null ? 0 : 1, stdout: text });
      });
    });
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(2);
  });

  it('simulates a device on a port until it is stopped', async () => {
    const main = new URL('main.ts', import.meta.url).pathname;
    const args = [main, 'simulate', '--protocol', 'nonin-df2', '--to', 'tcp:0'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const [said] = (await once(child.stderr, 'data')) as [Buffer];
    const port = Number(/tcp 127\.0\.0\.1:(\d+)/.exec(said.toString())?.[1]);
    const socket = createConnection({ port, host: '127.0.0.1' });
    const [bytes] = (await once(socket, 'data')) as [Buffer];
    expect(bytes[0]).toBe(0x01);
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    socket.destroy();
  });
});
