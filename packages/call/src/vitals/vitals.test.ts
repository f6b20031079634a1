import {
  HubClock,
  type KioskEvent,
  type LiveVitals,
  type Sample,
  type WaveformBlock,
} from '@shimabashi/contracts';
import { FakeClocks } from '@shimabashi/contracts/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VitalsIn } from './vitals-in.ts';
import { DATA_MESSAGE_BYTES_MAX, VitalsOut } from './vitals-out.ts';

const NOW_MS = 1_795_000_000_000;

const sample = (sequence: number, over: Partial<Sample> = {}): Sample => ({
  sampleId: `nonin.1.${sequence}`,
  deviceId: 'nonin-1',
  deviceName: '血中酸素の器械',
  parameter: 'SpO2',
  measured: { status: 'measured', value: 94 },
  unit: '%',
  quality: [],
  origin: 'live',
  deviceTime: null,
  receivedAtMs: NOW_MS,
  sequence,
  rawHex: '',
  ...over,
});
const block = (firstSequence: number, samples: (number | null)[], receivedAtMs = NOW_MS): WaveformBlock => ({
  deviceId: 'nonin-1',
  waveform: 'pleth',
  sampleRateHz: 75,
  firstSequence,
  receivedAtMs,
  samples,
});

/** A kiosk whose clock is `aheadMs` before the hub's, and what leaves it. */
function kiosk(options: { aheadMs?: number; dataOpen?: boolean; knowsHub?: boolean } = {}) {
  const { aheadMs = 0, dataOpen = true, knowsHub = true } = options;
  const clocks = new FakeClocks(NOW_MS + aheadMs);
  const clock = new HubClock(clocks);
  if (knowsHub) clock.answer(clock.ask(), NOW_MS);
  const byData: string[] = [];
  const bySocket: LiveVitals[] = [];
  const out = new VitalsOut({
    clock,
    sendText: text => dataOpen && byData.push(text) > 0,
    sendMessage: vitals => void bySocket.push(vitals),
  });
  return { out, byData, bySocket };
}

function doctor() {
  const samples: Sample[] = [];
  const blocks: WaveformBlock[] = [];
  let ended = 0;
  const vitalsIn = new VitalsIn({
    onSamples: each => samples.push(...each),
    onWaveform: each => blocks.push(each),
    onEnded: () => {
      ended += 1;
    },
  });
  return { vitalsIn, samples, blocks, ended: () => ended };
}

const device = (state: 'connected' | 'connecting'): KioskEvent => ({
  event: 'device',
  device: {
    deviceId: 'nonin-1',
    name: 'Nonin',
    protocol: 'nonin-df2',
    state,
    sinceMs: NOW_MS,
    lastHeardAtMs: null,
    badFrames: 0,
  },
});

describe('live numbers into the room', () => {
  it('carry the hub’s time, however wrong the kiosk’s clock is', () => {
    fc.assert(
      fc.property(fc.integer({ min: -3_600_000, max: 3_600_000 }), aheadMs => {
        const { out, byData } = kiosk({ aheadMs });
        out.take({ event: 'samples', samples: [sample(1, { receivedAtMs: NOW_MS + aheadMs })] });
        const { vitalsIn, samples } = doctor();
        vitalsIn.takeText(byData[0] ?? '');
        expect(samples).toEqual([sample(1)]);
      }),
    );
  });

  it('are not sent before the hub’s time is known: nobody could tell their age', () => {
    const { out, byData, bySocket } = kiosk({ knowsHub: false });
    out.take({ event: 'samples', samples: [sample(1)] });
    expect([...byData, ...bySocket]).toEqual([]);
  });

  it('go over the socket while the data channel is not open', () => {
    const { out, byData, bySocket } = kiosk({ dataOpen: false });
    out.take({ event: 'samples', samples: [sample(1)] });
    expect(byData).toEqual([]);
    expect(bySocket).toEqual([{ kind: 'samples', samples: [sample(1)] }]);
  });

  it('are withdrawn over the socket, once, when their device leaves', () => {
    const { out, byData, bySocket } = kiosk();
    out.take(device('connecting'));
    out.take({ event: 'samples', samples: [sample(1)] });
    out.take(device('connecting'));
    out.take(device('connecting'));
    expect(bySocket).toEqual([{ kind: 'ended' }]);
    expect(byData).toHaveLength(1);
  });

  it('never make a message that a browser does not take, and lose nothing by the cut', () => {
    const raw = fc.integer({ min: 0, max: 1_024 }).map(bytes => 'ab'.repeat(bytes));
    fc.assert(
      fc.property(fc.array(raw, { minLength: 1, maxLength: 64 }), frames => {
        const sent = frames.map((rawHex, index) => sample(index, { rawHex }));
        const { out, byData } = kiosk();
        out.take({ event: 'samples', samples: sent });
        const { vitalsIn, samples } = doctor();
        for (const text of byData) {
          expect(new TextEncoder().encode(text).length).toBeLessThan(DATA_MESSAGE_BYTES_MAX);
          vitalsIn.takeText(text);
        }
        expect(samples).toEqual(sent);
      }),
    );
  });

  it('cut a long block into blocks that follow one another', () => {
    const { out, byData } = kiosk();
    const values = Array.from({ length: 1_000 }, (_, index) => index + 0.123_456_789_012_345);
    out.take({ event: 'waveform', block: block(500, values) });
    const { vitalsIn, blocks } = doctor();
    for (const text of byData) vitalsIn.takeText(text);
    expect(byData.length).toBeGreaterThan(1);
    expect(blocks.flatMap(({ samples }) => samples)).toEqual(values);
    expect(blocks.map(({ firstSequence }) => firstSequence)[0]).toBe(500);
    expect(blocks.at(-1)?.receivedAtMs).toBe(NOW_MS);
  });
});

describe('live numbers out of the room', () => {
  it('are there once, whichever ways and however often they came', () => {
    const arrivals = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 80 });
    fc.assert(
      fc.property(arrivals, sequences => {
        const { vitalsIn, samples } = doctor();
        for (const sequence of sequences) vitalsIn.take({ kind: 'samples', samples: [sample(sequence)] });
        expect(samples.map(({ sequence }) => sequence)).toEqual([...new Set(sequences)]);
      }),
    );
  });

  it('never run backwards in a trace, but begin anew with a new session', () => {
    const { vitalsIn, blocks } = doctor();
    vitalsIn.take({ kind: 'waveform', block: block(0, [1, 2], NOW_MS) });
    vitalsIn.take({ kind: 'waveform', block: block(2, [3, 4], NOW_MS + 30) });
    vitalsIn.take({ kind: 'waveform', block: block(0, [1, 2], NOW_MS) });
    vitalsIn.take({ kind: 'waveform', block: block(0, [7], NOW_MS + 9_000) });
    expect(blocks.map(({ samples }) => samples)).toEqual([[1, 2], [3, 4], [7]]);
  });

  it('that are none are dropped and counted', () => {
    const { vitalsIn, samples } = doctor();
    for (const text of ['', '{}', 'x'.repeat(20_000), '{"kind":"samples","samples":[]}'])
      vitalsIn.takeText(text);
    expect(vitalsIn.refused).toBe(4);
    expect(samples).toEqual([]);
  });
});
