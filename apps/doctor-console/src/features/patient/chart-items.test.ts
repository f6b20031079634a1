import { describe, expect, it } from 'vitest';
import { entry, NOW_MS, observation, patient } from '../../testing/chart.ts';
import { chartItems, chartLines, inConflict, isSameLine } from './chart-items.ts';

describe('the items of a chart', () => {
  it('keep both versions of a record that two people changed', () => {
    const mine = entry(
      { ...patient(), birthDate: '1945-05-03' },
      { authorId: 'N-1', authoredAtMs: NOW_MS - 5 },
    );
    const theirs = entry({ ...patient(), birthDate: '1945-05-30' }, { authorId: 'D-1' });
    const [item] = chartItems([mine, theirs]);
    expect(item && inConflict(item)).toBe(true);
    expect(item?.heads.map(head => head.authorId)).toEqual(['D-1', 'N-1']);
  });

  it('know one version that came twice as one', () => {
    const one = entry(patient());
    expect(chartItems([one, one]).map(item => item.heads.length)).toEqual([1]);
  });

  it('stand in the order in which things happened, not in which they arrived', () => {
    const late = entry(observation({ id: 'o1', atMs: NOW_MS - 3_600_000 }), { authoredAtMs: NOW_MS });
    const early = entry(observation({ id: 'o2', atMs: NOW_MS - 60_000 }), { authoredAtMs: NOW_MS - 60_000 });
    expect(chartItems([late, early]).map(item => item.key)).toEqual(['Observation/o2', 'Observation/o1']);
  });
});

describe('the lines of a chart', () => {
  const spo2 = observation({ id: 'o1' });
  const pulse = observation({ id: 'o2', parameter: 'pulse-rate', value: 92 });

  it('join what one person saved of one moment', () => {
    const lines = chartLines(chartItems([entry(spo2), entry(pulse)]));
    expect(lines.map(line => line.items.map(item => item.key))).toEqual([
      ['Observation/o1', 'Observation/o2'],
    ]);
  });

  it.each([
    ['two people', { authorId: 'N-2' }],
    ['two machines', { deviceId: 'K-2' }],
    ['two places', { place: 'parked' as const }],
  ])('do not join what is of %s', (_, over) => {
    expect(chartLines(chartItems([entry(spo2), entry(pulse, over)]))).toHaveLength(2);
  });

  it('leave a record in conflict alone, with both of its versions', () => {
    const other = entry({ ...spo2, note: [{ text: 'x' }] }, { authorId: 'N-2' });
    const lines = chartLines(chartItems([entry(spo2), other, entry(pulse)]));
    expect(lines).toHaveLength(2);
    expect(lines.flatMap(line => line.items).flatMap(item => item.heads)).toHaveLength(3);
  });

  it('are the same while they are made of the same versions, and only then', () => {
    const [first, second] = [entry(spo2), entry(pulse)];
    const lineOf = (...entries: Parameters<typeof chartItems>[0]) => chartLines(chartItems(entries))[0]!;
    expect(isSameLine(lineOf(first, second), lineOf(first, second))).toBe(true);
    expect(isSameLine(lineOf(first, second), lineOf(first))).toBe(false);
    const corrected = { ...second, versionId: '00000000-0000-4000-8000-0000000000ff' };
    expect(isSameLine(lineOf(first, second), lineOf(first, corrected))).toBe(false);
    const parked = { ...second, place: 'parked' as const };
    expect(isSameLine(lineOf(second), lineOf(parked))).toBe(false);
  });
});
