import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { type ResourceEnvelope } from '@shimabashi/contracts';
import { openChartLog } from '../sqlite/index.ts';
import { AUDIT, operation } from '../testing/index.ts';
import { safestFirst } from './safest-first.ts';

const SYSTEM = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-';
const concept = (name: string, code: string) => ({ coding: [{ system: `${SYSTEM}${name}`, code }] });
const allergy = (clinical: string, more: object = {}): ResourceEnvelope => ({
  resourceType: 'AllergyIntolerance',
  id: 'a-1',
  clinicalStatus: concept('clinical', clinical),
  ...more,
});
const medicine = (status: string): ResourceEnvelope => ({
  resourceType: 'MedicationRequest',
  id: 'm-1',
  status,
});

/** In the order of a log, newest first. */
function shown(...resources: readonly ResourceEnvelope[]): ResourceEnvelope[] {
  const log = openChartLog({ path: ':memory:', key: new Uint8Array(32), newId: randomUUID });
  for (const resource of resources.toReversed()) log.accept([operation({ resource })], AUDIT);
  const heads = log.heads({});
  expect(heads.map(head => head.operation.resource)).toEqual(resources);
  log.close();
  return safestFirst(heads).map(head => head.operation.resource);
}

it.each([
  ['active before inactive before resolved', ['active', 'inactive', 'resolved'].map(code => allergy(code))],
  [
    'confirmed before refuted',
    ['confirmed', 'unconfirmed', 'refuted', 'entered-in-error'].map(code =>
      allergy('active', { verificationStatus: concept('verification', code) }),
    ),
  ],
  [
    'of high criticality before low',
    ['high', 'unable-to-assess', 'low'].map(criticality => allergy('active', { criticality })),
  ],
])('an allergy that is %s', (_, safest) => {
  expect(shown(...safest.toReversed())).toEqual(safest);
  expect(shown(...safest)).toEqual(safest);
});

it('an active allergy, however sure, before one that is resolved', () => {
  const active = allergy('active', { criticality: 'low' });
  const resolved = allergy('resolved', { criticality: 'high' });
  expect(shown(resolved, active)).toEqual([active, resolved]);
});

it.each(['stopped', 'on-hold', 'cancelled', 'completed', 'entered-in-error'])(
  'a medicine that is %s before one that is given',
  status => {
    expect(shown(medicine('active'), medicine(status))).toEqual([medicine(status), medicine('active')]);
  },
);

it('leaves records, and versions that are equally safe, as they come', () => {
  const patients = ['x', 'y'].map(gender => ({ resourceType: 'Patient', id: 'p-1', gender }));
  const [visit] = [{ resourceType: 'Encounter', id: 'e-1' }];
  expect(shown(patients[0]!, visit!, patients[1]!)).toEqual([...patients, visit]);
});
