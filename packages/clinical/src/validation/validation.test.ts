import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ResourceEnvelope } from '@shimabashi/contracts';
import {
  buildAllergy,
  buildConsult,
  buildDecision,
  buildEncounter,
  buildNote,
  buildObservation,
  buildPatient,
  buildPhoto,
} from '../index.ts';
import {
  anyAllergyInput,
  anyConsultInput,
  anyDecisionInput,
  anyEncounterInput,
  anyNoteInput,
  anyObservationInput,
  anyPatientInput,
  anyPhotoInput,
} from '../testing/arbitraries.ts';
import { reducedDefinitions } from './generate-definitions.ts';
import { createResourceValidator } from './index.ts';

const validator = createResourceValidator();

describe('the validator', () => {
  it('accepts everything that the builders make', () => {
    const anyBuilt: fc.Arbitrary<ResourceEnvelope> = fc.oneof(
      anyPatientInput.map(buildPatient),
      anyAllergyInput.map(buildAllergy),
      anyEncounterInput.map(buildEncounter),
      anyObservationInput.map(buildObservation),
      anyPhotoInput.map(buildPhoto),
      anyConsultInput.map(buildConsult),
      anyNoteInput.map(buildNote),
      anyDecisionInput.map(buildDecision),
    );
    fc.assert(
      fc.property(anyBuilt, resource => {
        expect(() => {
          validator.validate(resource);
        }).not.toThrow();
      }),
    );
  });

  it.each([
    ['a required field is missing', { status: undefined }, 'Observation.status'],
    ['a number is a text', { valueQuantity: { value: '97' } }, 'Observation.value[x].value'],
    ['a date is none', { effectiveDateTime: 'yesterday' }, 'Observation.effective[x]'],
    ['a list is a single value', { category: { text: 'x' } }, 'Observation.category'],
  ])('says where when %s', (_, change, at) => {
    const resource = { ...OBSERVATION, ...change };
    expect(() => {
      validator.validate(resource);
    }).toThrow(expect.objectContaining({ code: 'RESOURCE_INVALID', details: { at } }));
  });

  it('never repeats content, even where it was used as a key', () => {
    const resource = { ...OBSERVATION, '浜田フミ 様': null };
    expect(() => {
      validator.validate(resource);
    }).toThrow(expect.objectContaining({ details: { at: 'Observation' } }));
  });

  it.each([
    ['a field of a later release', { ...OBSERVATION, instantiatesCanonical: 'http://example.org/x' }],
    [
      'an extension of somebody else',
      { ...OBSERVATION, extension: [{ url: 'http://example.org/x', valueInteger: 1 }] },
    ],
    ['a type that we do not carry', { resourceType: 'Specimen', id: 's-1', collected: 'yes' }],
    ['such a type inside', { ...OBSERVATION, contained: [{ resourceType: 'Specimen', id: 's-1' }] }],
  ])('lets %s pass, unchanged', (_, resource) => {
    const before = structuredClone(resource);
    validator.validate(resource);
    expect(resource).toEqual(before);
  });
});

it('uses definitions that are those of the installed package', () => {
  const kept: unknown = JSON.parse(readFileSync(new URL('definitions.json', import.meta.url), 'utf8'));
  expect(kept).toEqual(reducedDefinitions());
});

const OBSERVATION = buildObservation({
  observationId: 'o-1',
  patientId: 'p-1',
  encounterId: null,
  parameter: 'SpO2',
  measured: { status: 'measured', value: 97 },
  effectiveAtMs: 1_700_000_000_000,
  performerId: 'n-1',
  source: { method: 'by-hand', reason: '手で数えた' },
});
