import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError, PARAMETERS, type ResourceEnvelope } from '@shimabashi/contracts';
import {
  beginEncounter,
  buildAllergy,
  buildEncounter,
  buildObservation,
  buildPatient,
  instantOf,
  patientIdOf,
  readAllergy,
  readEncounter,
  readObservation,
  readPatient,
} from './index.ts';
import {
  anyAllergyInput,
  anyEncounterInput,
  anyId,
  anyObservationInput,
  anyPatientInput,
} from './testing/arbitraries.ts';

describe('a patient', () => {
  it('is read as it was built', () => {
    fc.assert(
      fc.property(anyPatientInput, input => {
        const { kanji, kana, latin } = input.names;
        expect(readPatient(buildPatient(input))).toEqual({
          patientId: input.patientId,
          kanji: `${kanji.family} ${kanji.given}`,
          kana: kana === null ? '' : `${kana.family} ${kana.given}`,
          latin: latin === null ? '' : `${latin.family} ${latin.given}`,
          birthDate: input.birthDate,
          gender: input.gender,
          cardNumber: input.cardNumber,
        });
      }),
    );
  });

  it('of another system may have one name that does not say its script', () => {
    const resource = { resourceType: 'Patient', id: 'p-1', name: [{ family: '浜田', given: ['フミ'] }] };
    expect(readPatient(resource)).toMatchObject({
      kanji: '浜田 フミ',
      kana: '',
      birthDate: '',
      gender: 'unknown',
      cardNumber: null,
    });
  });
});

describe('an allergy', () => {
  it('is read as it was built', () => {
    fc.assert(
      fc.property(anyAllergyInput, input => {
        const { allergy, recordedOn } = input;
        const words =
          allergy.kind === 'none-known'
            ? { substance: 'アレルギーなし', substanceLatin: 'No known allergy', severe: false }
            : {
                substance: allergy.substance.text,
                substanceLatin: allergy.substance.latin,
                reaction: allergy.reaction?.text ?? '',
                reactionLatin: allergy.reaction?.latin ?? '',
                severe: allergy.severe,
              };
        const expected = { kind: allergy.kind, recordedOn, active: true, ...words };
        expect(readAllergy(buildAllergy(input))).toMatchObject(expected);
      }),
    );
  });

  it.each([
    ['clinicalStatus', 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', 'resolved'],
    [
      'verificationStatus',
      'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification',
      'refuted',
    ],
  ])('is not active any more when its %s says so', (field, system, code) => {
    const resource = { ...buildAllergy(PENICILLIN), [field]: { coding: [{ system, code }] } };
    expect(readAllergy(resource).active).toBe(false);
  });

  it('without a name is refused, not passed over', () => {
    const { code: _, ...nameless } = buildAllergy(PENICILLIN);
    expect(() => readAllergy(nameless)).toThrow(expect.objectContaining({ code: 'RESOURCE_INVALID' }));
  });
});

describe('an encounter', () => {
  it('is read as it was built', () => {
    fc.assert(
      fc.property(anyEncounterInput, input => {
        expect(readEncounter(buildEncounter(input))).toEqual({
          encounterId: input.encounterId,
          patientId: input.patientId,
          status: input.status,
          plannedAtMs: input.plannedAtMs,
          arrivedAtMs: input.arrivedAtMs,
          startedAtMs: input.startedAtMs,
          finishedAtMs: null,
          kind: 'visit',
          reason: input.reason?.text ?? '',
          reasonLatin: input.reason?.latin ?? '',
        });
      }),
    );
  });

  it('begins without losing anything that we do not know', () => {
    const planned = { ...buildEncounter(PLANNED), ferry: { seat: 4 } };
    const begun = beginEncounter(planned, 1_700_000_000_000);
    expect(begun).toEqual({
      ...planned,
      status: 'in-progress',
      period: { start: instantOf(1_700_000_000_000) },
    });
  });

  it('that has begun keeps its first start', () => {
    const begun = beginEncounter(buildEncounter(PLANNED), 1_700_000_000_000);
    expect(beginEncounter(begun, 1_700_000_009_000)).toEqual(begun);
  });
});

describe('an observation', () => {
  it('is read as it was built', () => {
    fc.assert(
      fc.property(anyObservationInput, input => {
        const { source, measured } = input;
        expect(readObservation(buildObservation(input))).toMatchObject({
          observationId: input.observationId,
          patientId: input.patientId,
          encounterId: input.encounterId,
          parameter: input.parameter,
          value: measured.status === 'measured' ? measured.value : null,
          absentReason: measured.status === 'absent' ? measured.reason : null,
          unit: PARAMETERS[input.parameter].unit,
          effectiveAtMs: input.effectiveAtMs,
          method: source.method,
          deviceId: source.method === 'device' ? source.device.id : null,
          deviceName: source.method === 'device' ? source.device.name : null,
          performerId: input.performerId,
          quality: source.method === 'device' ? source.quality : [],
          reason: source.method === 'by-hand' ? source.reason : null,
          retracted: false,
        });
      }),
    );
  });

  it('with a comparator has a limit and no value', () => {
    const limited = { ...observation(), valueQuantity: { value: 70, comparator: '<', code: '%' } };
    expect(readObservation(limited)).toMatchObject({ value: null, absentReason: 'below-range' });
  });

  it('that was entered in error has no value to show', () => {
    const retracted = { ...observation(), status: 'entered-in-error' };
    expect(readObservation(retracted)).toMatchObject({ value: null, retracted: true });
  });

  it('keeps the unit that it came with', () => {
    const fahrenheit = { ...observation(), valueQuantity: { value: 98.6, code: '[degF]' } };
    expect(readObservation(fahrenheit)).toMatchObject({ value: 98.6, unit: '[degF]' });
  });

  it('of a code that we do not know is known by its text', () => {
    const pain = {
      ...observation(),
      code: { coding: [{ system: 'http://loinc.org', code: '72514-3' }], text: '痛み' },
    };
    expect(readObservation(pain)).toMatchObject({ parameter: null, codeText: '痛み' });
  });

  it('without a moment is refused', () => {
    const dated = { ...observation(), effectiveDateTime: '2026-11-22' };
    expect(() => readObservation(dated)).toThrow(expect.objectContaining({ code: 'RESOURCE_INVALID' }));
  });
});

const READERS = {
  Patient: readPatient,
  AllergyIntolerance: readAllergy,
  Encounter: readEncounter,
  Observation: readObservation,
} as const;

describe('every reader', () => {
  it.each(Object.entries(READERS))('of %s refuses another type', (_, read) => {
    expect(() => read({ resourceType: 'Device', id: 'd-1' })).toThrow(
      expect.objectContaining({ code: 'RESOURCE_INVALID' }),
    );
  });

  it.each(Object.entries(READERS))(
    'of %s gives facts or an AppError for any JSON at all',
    (resourceType, read) => {
      const fields = [
        'name',
        'subject',
        'patient',
        'code',
        'period',
        'reaction',
        'extension',
        'effectiveDateTime',
      ];
      const anyResource = fc
        .tuple(anyId, fc.dictionary(fc.constantFrom(...fields), fc.jsonValue()))
        .map(([id, rest]): ResourceEnvelope => ({
          subject: { reference: 'Patient/p-1' },
          patient: { reference: 'Patient/p-1' },
          ...rest,
          resourceType,
          id,
        }));
      fc.assert(
        fc.property(anyResource, resource => {
          expect(['facts', 'RESOURCE_INVALID']).toContain(outcomeOf(() => read(resource)));
        }),
      );
    },
  );
});

function outcomeOf(read: () => object): string {
  try {
    read();
    return 'facts';
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

it('knows whose chart a resource belongs to', () => {
  expect(patientIdOf(observation())).toBe('p-1');
  expect(patientIdOf(buildAllergy(PENICILLIN))).toBe('p-1');
  expect(patientIdOf({ resourceType: 'Patient', id: 'p-2' })).toBe('p-2');
  expect(patientIdOf({ resourceType: 'Organization', id: 'c-1' })).toBeNull();
  expect(
    patientIdOf({ resourceType: 'Observation', id: 'o-1', subject: { reference: 'Group/p-1' } }),
  ).toBeNull();
});

const PENICILLIN = {
  allergyId: 'a-1',
  patientId: 'p-1',
  allergy: {
    kind: 'allergy',
    substance: { text: 'ペニシリン', latin: 'Penicillin' },
    reaction: { text: '発疹', latin: 'Rash' },
    severe: true,
  },
  recordedOn: '2024-04-01',
  recorderId: null,
} as const;

const PLANNED = {
  encounterId: 'e-1',
  patientId: 'p-1',
  clinicId: 'c-1',
  status: 'planned',
  plannedAtMs: 1_700_000_000_000,
  arrivedAtMs: null,
  startedAtMs: null,
  finishedAtMs: null,
  reason: null,
} as const;

function observation() {
  return buildObservation({
    observationId: 'o-1',
    patientId: 'p-1',
    encounterId: 'e-1',
    parameter: 'SpO2',
    measured: { status: 'measured', value: 97 },
    effectiveAtMs: 1_700_000_000_000,
    performerId: 'n-1',
    source: { method: 'by-hand', reason: '指が冷たい' },
  });
}
