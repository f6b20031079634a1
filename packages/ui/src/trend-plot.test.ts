import { describe, expect, it } from 'vitest';
import { type TrendPoint } from './trend-chart.tsx';
import { trendColumns, trendGroups } from './trend-plot.ts';

const at = (parameter: TrendPoint['parameter'], atMs: number, value: number): TrendPoint => ({
  parameter,
  atMs,
  value,
});
const POINTS = [
  at('pulse-rate', 2_000, 78),
  at('SpO2', 1_000, 96),
  at('systolic-pressure', 3_000, 138),
  at('diastolic-pressure', 3_000, 82),
  at('SpO2', 2_000, 72),
];

describe('trendGroups', () => {
  it('puts on one scale what shares one, and draws nothing for what is not there', () => {
    expect(trendGroups(POINTS).map(group => group.parameters)).toEqual([
      ['SpO2'],
      ['systolic-pressure', 'diastolic-pressure', 'pulse-rate'],
    ]);
    expect(trendGroups([])).toEqual([]);
  });

  it('widens the scale to a value outside it, and never narrows it', () => {
    const [oxygen, pressure] = trendGroups(POINTS);
    expect(oxygen?.scale).toEqual({ min: 71, max: 100 });
    expect(pressure?.scale).toEqual({ min: 40, max: 180 });
  });
});

describe('trendColumns', () => {
  it('lines up by time, with null where a parameter has nothing', () => {
    expect(trendColumns(trendGroups(POINTS)[1]!)).toEqual([
      [2, 3],
      [null, 138],
      [null, 82],
      [78, null],
    ]);
  });
});
