import { type Sample } from '@shimabashi/contracts';
import { expect, it } from 'vitest';
import { TrendMemory } from './trend-memory.ts';

const HOUR_MS = 3_600_000;

function sampleAt(receivedAtMs: number, value: number | null): Sample {
  return {
    sampleId: `s-${receivedAtMs}`,
    deviceId: 'd-1',
    parameter: 'SpO2',
    measured: value === null ? { status: 'absent', reason: 'sensor-off' } : { status: 'measured', value },
    unit: '%',
    quality: [],
    origin: 'live',
    deviceTime: null,
    receivedAtMs,
    sequence: 0,
    rawHex: '',
  };
}

it('keeps one value of each five seconds, for an hour, of each patient', () => {
  let nowMs = 0;
  const memory = new TrendMemory(() => nowMs);
  for (; nowMs < 2 * HOUR_MS; nowMs += 1_000)
    memory.hold('p-1', [sampleAt(nowMs, 90 + (nowMs % 5_000) / 1_000)]);
  const { fromMs, points } = memory.trend('p-1');
  expect(fromMs).toBe(HOUR_MS);
  expect(points).toHaveLength(HOUR_MS / 5_000);
  expect(new Set(points.map(({ value }) => value))).toEqual(new Set([94]));
  expect(memory.trend('p-2').points).toEqual([]);
  expect(memory.trend(null).points).toEqual([]);
});

it('leaves a gap where there was no value, and says how far back it knows', () => {
  let nowMs = 7_000;
  const memory = new TrendMemory(() => nowMs);
  memory.hold('p-1', [sampleAt(7_000, 96), sampleAt(12_000, null), sampleAt(17_000, 85)]);
  nowMs = 18_000;
  expect(memory.trend('p-1')).toEqual({
    fromMs: 7_000,
    points: [
      { parameter: 'SpO2', atMs: 7_000, value: 96 },
      { parameter: 'SpO2', atMs: 17_000, value: 85 },
    ],
  });
  nowMs += 2 * HOUR_MS;
  memory.prune();
  expect(memory.trend('p-1').points).toEqual([]);
});
