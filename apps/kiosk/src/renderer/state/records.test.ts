import { type ChartEntry } from '@shimabashi/contracts';
import { expect, it } from 'vitest';
import { chartRecords, isContested } from './records.ts';

const entry = (resourceType: string, id: string, authoredAtMs: number): ChartEntry => ({
  versionId: `${resourceType} ${id} ${authoredAtMs}`,
  resource: { resourceType, id },
  authorId: 'n1',
  deviceId: 'k1',
  reason: null,
  authoredAtMs,
  place: 'here',
  parkedCode: null,
});

it('puts what waits for a decision first, then what must be known, then the newest', () => {
  const records = chartRecords([
    entry('Encounter', 'e1', 5),
    entry('Patient', 'p1', 1),
    entry('Observation', 'o1', 9),
    entry('AllergyIntolerance', 'a1', 2),
    entry('CarePlan', 'c1', 3),
    entry('CarePlan', 'c1', 4),
  ]);
  expect(records.map(({ key }) => key)).toEqual([
    'CarePlan/c1',
    'AllergyIntolerance/a1',
    'Patient/p1',
    'Observation/o1',
    'Encounter/e1',
  ]);
  expect(records.filter(isContested)).toHaveLength(1);
  expect(records[0]?.heads.map(({ authoredAtMs }) => authoredAtMs)).toEqual([3, 4]);
});
