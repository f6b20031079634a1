import type { HumanName, Patient } from '@medplum/fhirtypes';
import { type ResourceEnvelope } from '@shimabashi/contracts';
import { type Built, built } from './built.ts';
import { EXTENSION, PROFILE, SYSTEM } from './codes.ts';
import { type PatientFacts } from './facts.ts';
import { extensionText, type JsonObject, listOf, referencedId, requireType, textOf } from './json.ts';

/** A name in one script. */
export interface PersonName {
  readonly family: string;
  readonly given: string;
}

export interface PatientInput {
  readonly patientId: string;
  readonly names: {
    readonly kanji: PersonName;
    /** Katakana. */
    readonly kana: PersonName | null;
    readonly latin: PersonName | null;
  };
  /** YYYY-MM-DD. */
  readonly birthDate: string;
  readonly gender: PatientFacts['gender'];
  readonly cardNumber: string | null;
  /** The clinic that the patient belongs to. */
  readonly clinicId: string;
}

/** A JP Core patient: the same name once a script, each saying which it is. */
export function buildPatient(input: PatientInput): Built<Patient> {
  const { kanji, kana, latin } = input.names;
  const names = [
    nameIn('IDE', kanji),
    ...(kana === null ? [] : [nameIn('SYL', kana)]),
    ...(latin === null ? [] : [nameIn('ABC', latin)]),
  ];
  return built<Patient>({
    resourceType: 'Patient',
    id: input.patientId,
    meta: { profile: [PROFILE.patient] },
    ...(input.cardNumber === null
      ? {}
      : { identifier: [{ system: SYSTEM.cardNumber, value: input.cardNumber }] }),
    active: true,
    name: names,
    gender: input.gender,
    birthDate: input.birthDate,
    managingOrganization: { reference: `Organization/${input.clinicId}` },
  });
}

function nameIn(representation: 'IDE' | 'SYL' | 'ABC', name: PersonName): HumanName {
  return {
    extension: [{ url: EXTENSION.nameRepresentation, valueCode: representation }],
    use: 'official',
    text: `${name.family} ${name.given}`,
    family: name.family,
    given: [name.given],
  };
}

/**
 * What screens need of a patient. What is not recorded is empty or null, never made up.
 *
 * @throws AppError `RESOURCE_INVALID` when it is no Patient.
 */
export function readPatient(resource: ResourceEnvelope): PatientFacts {
  const patient = requireType(resource, 'Patient');
  const names = listOf(patient['name']);
  const card = listOf(patient['identifier']).find(identifier => identifier['system'] === SYSTEM.cardNumber);
  return {
    patientId: resource.id,
    // A name that does not say its script is taken as the name itself: other systems write one.
    kanji: textOfName(inScript(names, 'IDE') ?? inScript(names, '')),
    kana: textOfName(inScript(names, 'SYL')),
    latin: textOfName(inScript(names, 'ABC')),
    birthDate: textOf(patient['birthDate']),
    gender: genderOf(patient['gender']),
    cardNumber: textOf(card?.['value']) || null,
  };
}

function inScript(names: readonly JsonObject[], representation: string): JsonObject | undefined {
  return names.find(
    name => extensionText(name, EXTENSION.nameRepresentation, 'valueCode') === representation,
  );
}

function textOfName(name: JsonObject | undefined): string {
  if (name === undefined) return '';
  const given: readonly unknown[] = Array.isArray(name['given']) ? name['given'] : [];
  const parts = [name['family'], ...given].map(textOf).filter(part => part !== '');
  return textOf(name['text']) || parts.join(' ');
}

function genderOf(value: unknown): PatientFacts['gender'] {
  return value === 'male' || value === 'female' || value === 'other' ? value : 'unknown';
}

/**
 * Whose chart a resource belongs to: the patient itself, or the one that it names as `subject` or
 * `patient`. Null for what is nobody's.
 */
export function patientIdOf(resource: ResourceEnvelope): string | null {
  if (resource.resourceType === 'Patient') return resource.id;
  return referencedId(resource['subject'], 'Patient') ?? referencedId(resource['patient'], 'Patient');
}
