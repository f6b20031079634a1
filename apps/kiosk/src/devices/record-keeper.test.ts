import { describe, expect, it } from 'vitest';
import { AppError } from '@shimabashi/contracts';
import { type NumericReading, recordIdOf, type SupervisorClock } from '@shimabashi/vitals-drivers';
import { manualClock } from '@shimabashi/vitals-drivers/testing';
import { RawLogs } from './raw-logs.ts';
import { RecordKeeper } from './record-keeper.ts';

const NOW = Date.UTC(2026, 10, 22);
const reading = (change: Partial<NumericReading> = {}): NumericReading => ({
  kind: 'numeric',
  parameter: 'glucose',
  measured: { status: 'measured', value: 104 },
  quality: [],
  origin: 'stored',
  deviceTime: '2026-11-22T09:00:00',
  rawHex: 'c0ffee',
  details: {},
  ...change,
});
const METER = { deviceId: 'meter-1', name: 'Meter', isSpot: true };

/** A store that the test plays. */
function played() {
  const clock = manualClock(NOW) as ReturnType<typeof manualClock> & SupervisorClock;
  const asked: [row: string, body: unknown][] = [];
  const state = { isUp: true, known: [] as string[] };
  const ask = async (row: string, body: unknown) => {
    asked.push([row, body]);
    if (!state.isUp) throw new AppError('SERVICE_RESTARTING', 'played');
    return row === 'records.known' ? { recordIds: state.known } : {};
  };
  const store = { ask: ask as never };
  const stop = new AbortController();
  return { clock, asked, state, store, stop, keeper: new RecordKeeper(store, clock, stop.signal) };
}

describe('what devices remember', () => {
  it('is with the store before it counts as kept, with an id that it keeps for ever', async () => {
    const { keeper, asked, state } = played();
    await keeper.persistOf(METER)([reading()]);
    const recordId = recordIdOf('meter-1', reading());
    expect(asked).toMatchObject([['records.keep', { records: [{ sampleId: recordId, rawHex: 'c0ffee' }] }]]);
    expect(recordIdOf('meter-2', reading())).not.toBe(recordId);
    state.isUp = false;
    await expect(keeper.persistOf(METER)([reading()])).rejects.toMatchObject({ code: 'SERVICE_RESTARTING' });
  });

  it('goes to the store in messages of bounded size', async () => {
    const { keeper, asked } = played();
    await keeper.persistOf(METER)(
      Array.from({ length: 130 }, (_, number) => reading({ recordNumber: number })),
    );
    expect(asked.map(([, body]) => (body as { records: unknown[] }).records.length)).toEqual([64, 64, 2]);
  });

  it('is not what streams: of that only the newest counts', async () => {
    const { keeper, asked } = played();
    await keeper.persistOf({ ...METER, isSpot: false })([reading({ origin: 'live' })]);
    expect(asked).toEqual([]);
  });

  it('is not read before it is known what was kept', async () => {
    const { keeper, clock, state } = played();
    state.isUp = false;
    state.known = ['meter-1/record/a'];
    const opened: number[] = [];
    const line = keeper.guarded({
      open: async () => {
        opened.push(clock.nowMs());
        throw new AppError('DEVICE_LOST', 'played');
      },
    });
    const opening = line.open(new AbortController().signal).catch((error: unknown) => error);
    await clock.pass(2_000);
    expect(opened).toEqual([]);
    state.isUp = true;
    await clock.pass(500);
    expect(await opening).toMatchObject({ code: 'DEVICE_LOST' });
    expect(opened).toHaveLength(1);
    expect(keeper.isKnown({ sampleId: 'meter-1/record/a' } as never)).toBe(true);
  });
});

describe('what crosses a line', () => {
  it('is sent to the store now and then, and at the end; what is not taken is said', async () => {
    const { clock, store, state, asked } = played();
    const lost: string[] = [];
    const logs = new RawLogs(store, clock, deviceId => lost.push(deviceId));
    const log = logs.logOf({ deviceId: 'bed-1', protocol: 'mllp' });
    log.append({ atMs: NOW, direction: 'in', bytes: Uint8Array.of(1) });
    log.append({ atMs: NOW, direction: 'out', bytes: Uint8Array.of(2) });
    await clock.pass(29_999);
    expect(asked).toEqual([]);
    await clock.pass(1);
    const text = `{"rawLog":1,"protocol":"mllp","deviceId":"bed-1"}\n{"atMs":${NOW},"in":"01"}\n{"atMs":${NOW},"out":"02"}\n`;
    expect(asked).toEqual([['raw-log.append', { deviceId: 'bed-1', text }]]);
    state.isUp = false;
    log.append({ atMs: NOW, direction: 'in', bytes: Uint8Array.of(3) });
    logs.end();
    await clock.settle();
    expect(lost).toEqual(['bed-1']);
  });

  it('is sent at once when there is much of it, each part to be replayed alone', () => {
    const { clock, store, asked } = played();
    const log = new RawLogs(store, clock, () => {}).logOf({ deviceId: 'bed-1', protocol: 'mllp' });
    for (let at = 0; at < 4; at += 1)
      log.append({ atMs: NOW, direction: 'in', bytes: new Uint8Array(12_000) });
    expect(asked).toHaveLength(1);
    const { text } = asked[0]![1] as { text: string };
    expect(text.length).toBeLessThan(61_440);
    expect(text.startsWith('{"rawLog":1')).toBe(true);
  });
});
