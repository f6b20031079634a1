import { type ResourceEnvelope } from '@shimabashi/contracts';
import { codesOf } from '../search/json.ts';
import { isSame } from './json-value.ts';
import { keepsAll } from './list.ts';

/** How versions of one type are merged. Fields are named without `[x]`, `_` or the chosen type. */
export interface TypeRule {
  /** What the record is about. Whoever changes it means all of the record: nothing merges with it. */
  readonly about: readonly string[];
  /** Fields that are one decision, and count as one field. */
  readonly together: readonly (readonly string[])[];
}

/**
 * The types that merge at all. Everything else does not: observations, administrations, documents,
 * messages and records of events are facts, a correction of which is a version of its own; a
 * Composition is signed as a whole, by somebody who has read just this text; and of a type that is
 * not here nobody has thought yet. Two versions of those stay two, until a person decides.
 *
 * What was ordered and whether it is to be given is one decision: a dose that one doctor changes
 * while another stops the medicine is a conflict, and no medicine is stopped, or goes on, by a merge.
 */
const RULES: Readonly<Record<string, TypeRule>> = {
  AllergyIntolerance: { about: ['code'], together: [['clinicalStatus', 'verificationStatus']] },
  Appointment: { about: [], together: [['status', 'cancelationReason', 'start', 'end', 'slot']] },
  CarePlan: { about: [], together: [['status', 'intent']] },
  CareTeam: { about: [], together: [] },
  Condition: { about: ['code'], together: [['clinicalStatus', 'verificationStatus', 'abatement']] },
  Coverage: { about: [], together: [['status', 'period']] },
  Encounter: { about: [], together: [['status', 'statusHistory', 'period']] },
  MedicationRequest: {
    about: ['medication'],
    together: [
      [
        'status',
        'statusReason',
        'intent',
        'doNotPerform',
        'dosageInstruction',
        'dispenseRequest',
        'substitution',
        'priorPrescription',
      ],
    ],
  },
  Organization: { about: [], together: [] },
  Patient: { about: [], together: [['active', 'link']] },
  Practitioner: { about: [], together: [] },
  RelatedPerson: { about: ['relationship'], together: [] },
};

export function ruleOf(resourceType: string): TypeRule | undefined {
  return Object.hasOwn(RULES, resourceType) ? RULES[resourceType] : undefined;
}

/**
 * Whether `side` warns less of an allergy than `base` did: it is no longer active, or less sure, or
 * less critical, or one of its reactions is gone or rewritten.
 */
export function weakens(base: ResourceEnvelope, side: ResourceEnvelope): boolean {
  if (base.resourceType !== 'AllergyIntolerance') return false;
  const before = warningOf(base);
  const isWeaker = warningOf(side).some((strength, index) => strength < before[index]!);
  return isWeaker || !keepsAll(listOf(base['reaction']), listOf(side['reaction']));
}

/**
 * How safe it is to act on a version when two of one record stand against each other: those with
 * higher numbers are shown first.
 *
 * Of an allergy the version that warns more: active before inactive, inactive before resolved;
 * then the surer, then the more critical. Of a medicine the version by which it is not given:
 * stopped, on hold, cancelled, completed and entered in error before active and draft. Nothing is
 * decided by it: both versions stay until a clinician has seen both.
 */
export function safetyOf(resource: ResourceEnvelope): readonly number[] {
  switch (resource.resourceType) {
    case 'AllergyIntolerance':
      return warningOf(resource);
    case 'MedicationRequest':
      return [NOT_GIVEN.has(resource['status']) ? 1 : 0];
    default:
      return [];
  }
}

/** `medicationrequest-status` (FHIR R4) by which nothing more is given. */
const NOT_GIVEN: ReadonlySet<unknown> = new Set([
  'stopped',
  'on-hold',
  'cancelled',
  'completed',
  'entered-in-error',
]);

function warningOf(allergy: ResourceEnvelope): readonly number[] {
  const clinical = codesOf(allergy['clinicalStatus'], ALLERGY_CLINICAL)[0];
  const verification = codesOf(allergy['verificationStatus'], ALLERGY_VERIFICATION)[0];
  return [
    rank(['resolved', 'inactive', 'active'], clinical, 'active'),
    rank(['entered-in-error', 'refuted', 'unconfirmed', 'confirmed'], verification, 'unconfirmed'),
    rank(['low', 'unable-to-assess', 'high'], allergy['criticality'], 'unable-to-assess'),
  ];
}

/** What is not said, or in words that we do not know, counts as `otherwise`. */
function rank(weakestFirst: readonly string[], code: unknown, otherwise: string): number {
  const index = weakestFirst.findIndex(each => isSame(each, code));
  return index === -1 ? weakestFirst.indexOf(otherwise) : index;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

const ALLERGY_CLINICAL = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical';
const ALLERGY_VERIFICATION = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification';
