import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noninDf2 } from './drivers/nonin-df2.ts';
import { loggedTransport, type RawEntry, readRawLine, textRawLog } from './raw-log.ts';
import { Supervisor } from './supervisor.ts';
import { manualClock } from './testing/manual-clock.ts';
import { PUFFERFISH_PACKET } from './testing/nonin-df2-vectors.ts';
import { replayTransport } from './transports/replay.ts';

const HEADER = { protocol: 'nonin-df2', deviceId: 'spo2-1' };

/** A log in memory: the file in use, and the one before. */
function memoryLog(maxBytes: number) {
  const files = { now: '', before: '' };
  const log = textRawLog(HEADER, {
    maxBytes,
    append: text => (files.now += text),
    rotate: () => {
      files.before = files.now;
      files.now = '';
    },
  });
  return { log, files };
}

const entriesOf = (text: string) =>
  text
    .split('\n')
    .slice(0, -1)
    .map(line => readRawLine(line));

describe('a raw log', () => {
  const entry = fc.record({
    atMs: fc.nat(),
    direction: fc.constantFrom('in' as const, 'out' as const),
    bytes: fc.uint8Array({ maxLength: 40 }),
  });

  it('reads as it was written', () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1 }), entries => {
        const { log, files } = memoryLog(1_000_000);
        for (const one of entries) log.append(one);
        expect(entriesOf(files.now)).toEqual([HEADER, ...entries]);
      }),
    );
  });

  it('never grows beyond its bound, and keeps the newest', () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 60 }), entries => {
        const { log, files } = memoryLog(1_000);
        for (const one of entries) log.append(one);
        expect(files.now.length + files.before.length).toBeLessThanOrEqual(1_000);
        expect(entriesOf(files.now).at(-1)).toEqual(entries.at(-1));
        expect(entriesOf(files.now)[0]).toEqual(HEADER);
      }),
    );
  });

  it('leaves out a line that was cut, and what is no line of it', () => {
    expect(
      ['{"atMs":1,"in":"0', '{"atMs":1,"in":"0g"}', '[]', 'null', '{"rawLog":2}'].map(readRawLine),
    ).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });

  it('takes what crosses a supervised line, both ways', async () => {
    const clock = manualClock(1_000);
    const { transport, device } = replayTransport();
    const entries: RawEntry[] = [];
    const stop = new AbortController();
    const running = new Supervisor(
      [
        {
          ...HEADER,
          name: 'x',
          driver: noninDf2,
          transport,
          rawLog: { append: one => void entries.push(one) },
        },
      ],
      clock,
      {
        onSamples: () => {},
        onWaveform: () => {},
        onStatus: () => {},
        onWithdrawn: () => {},
        onSessionFailed: () => {},
      },
    ).run(stop.signal);
    await clock.settle();
    device.send(PUFFERFISH_PACKET);
    await clock.settle();
    stop.abort();
    await running;
    expect(entries).toEqual([{ atMs: 1_000, direction: 'in', bytes: PUFFERFISH_PACKET }]);
  });

  it('holds what was sent to a device', async () => {
    const { transport } = replayTransport();
    const entries: RawEntry[] = [];
    const logged = loggedTransport(transport, { append: one => void entries.push(one) }, () => 7);
    const connection = await logged.open(new AbortController().signal);
    await connection.write(Uint8Array.of(1, 2));
    await connection.close();
    expect(entries).toEqual([{ atMs: 7, direction: 'out', bytes: Uint8Array.of(1, 2) }]);
  });
});
