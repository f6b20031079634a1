import { SYSTEM } from '@shimabashi/clinical';
import { type PatientLine } from '@shimabashi/contracts';
import { describe, expect, it } from 'vitest';
import { encounter, noAllergy, NOW_MS, observation, patient, penicillin } from '../../testing/chart.ts';
import { groupRows, readAllergyState, readQueueRow } from './queue-rows.ts';

function line(over: Partial<PatientLine> = {}): PatientLine {
  return {
    patient: patient(),
    clinicId: 'shiomi',
    allergies: [],
    encounter: null,
    latest: [],
    conflicts: 0,
    ...over,
  };
}

describe('the allergy of a line', () => {
  it('is known, none, or not asked, which are three things', () => {
    expect(readAllergyState([penicillin()])).toMatchObject({
      state: 'known',
      allergies: [{ substance: 'ペニシリン系' }],
    });
    expect(readAllergyState([noAllergy()])).toEqual({ state: 'none-known', askedOn: '2020-06-01' });
    expect(readAllergyState([])).toEqual({ state: 'unasked' });
  });

  it('is never none while the record names one', () => {
    expect(readAllergyState([noAllergy(), penicillin()]).state).toBe('known');
  });

  it('is not none when a record cannot be read', () => {
    expect(readAllergyState([noAllergy(), { resourceType: 'Basic', id: 'x' }]).state).toBe('unreadable');
  });

  it('names what it knows, also beside a record that cannot be read', () => {
    expect(readAllergyState([penicillin(), { resourceType: 'Basic', id: 'x' }])).toMatchObject({
      state: 'known',
      allergies: [{ kind: 'allergy' }],
      unreadable: 1,
    });
  });

  it('leaves out one that was refuted', () => {
    const coding = [{ system: SYSTEM.allergyVerification, code: 'refuted' }];
    const refuted = { ...penicillin(), verificationStatus: { coding } };
    expect(readAllergyState([refuted, noAllergy()]).state).toBe('none-known');
  });
});

describe('a line of the queue', () => {
  it('joins a pressure only from one measurement', () => {
    const latest = [
      observation({ id: 'o1', parameter: 'systolic-pressure', value: 148, atMs: NOW_MS }),
      observation({ id: 'o2', parameter: 'diastolic-pressure', value: 86, atMs: NOW_MS - 3_600_000 }),
    ];
    expect(readQueueRow(line({ latest })).pressure).toMatchObject({
      systolic: { value: 148 },
      diastolic: null,
      effectiveAtMs: NOW_MS,
    });
  });

  it('shows no value that was retracted', () => {
    const retracted = { ...observation({ id: 'o1' }), status: 'entered-in-error' };
    expect(readQueueRow(line({ latest: [retracted] })).spo2).toBeNull();
  });

  it('stays in the list though its patient cannot be read', () => {
    const row = readQueueRow(line({ patient: { resourceType: 'Basic', id: 'p9' } }));
    expect(row).toMatchObject({ patientId: 'p9', facts: null, group: 'others' });
  });

  it('stands in the group of its visit', () => {
    const groups = (['in-progress', 'arrived', 'planned', 'finished'] as const).map(
      status => readQueueRow(line({ encounter: encounter(status) })).group,
    );
    expect(groups).toEqual(['in-progress', 'waiting', 'planned', 'others']);
  });
});

it('puts who has waited longest first', () => {
  const waiting = (patientId: string, arrivedAtMs: number) =>
    readQueueRow(line({ patient: patient(patientId), encounter: encounter('arrived', { arrivedAtMs }) }));
  const groups = groupRows([waiting('late', NOW_MS), waiting('early', NOW_MS - 60_000)]);
  expect(groups.get('waiting')?.map(row => row.patientId)).toEqual(['early', 'late']);
  expect(groups.get('planned')).toEqual([]);
});
