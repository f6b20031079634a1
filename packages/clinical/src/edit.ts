import { type AllergyStanding, type RecordChange, type ResourceEnvelope } from '@shimabashi/contracts';
import { buildAllergy } from './allergy.ts';
import { readBilingual } from './bilingual.ts';
import { SYSTEM } from './codes.ts';
import { codesOf, type JsonObject, listOf, objectOf, requireType, textOf } from './json.ts';

type ContactChange = Extract<RecordChange, { kind: 'contact' }>;
type AllergyChange = Extract<RecordChange, { kind: 'allergy' }>;

/** How a patient is reached; empty where nothing is recorded. */
export type ContactFacts = Omit<ContactChange, 'kind'>;

/** @throws AppError `RESOURCE_INVALID` when it is no Patient. */
export function readContact(resource: ResourceEnvelope): ContactFacts {
  const patient = requireType(resource, 'Patient');
  const phone = listOf(patient['telecom']).find(isPhone);
  const [address] = listOf(patient['address']);
  return { telephone: textOf(phone?.['value']), address: textOf(address?.['text']) };
}

/**
 * The patient with this telephone and address. Other numbers and addresses stay, as does every field
 * that we do not know. An address that was recorded in parts is rewritten as one text: its old parts
 * would contradict it.
 */
export function withContact(
  resource: ResourceEnvelope,
  { telephone, address }: ContactFacts,
): ResourceEnvelope {
  const before = readContact(resource);
  const { telecom, address: addresses, ...rest } = requireType(resource, 'Patient');
  const { resourceType, id } = resource;
  return {
    ...rest,
    resourceType,
    id,
    ...listField(
      'telecom',
      telephone === before.telephone
        ? listOf(telecom)
        : replaced(listOf(telecom), isPhone, old =>
            telephone === '' ? null : { system: 'phone', use: 'home', ...old, value: telephone },
          ),
    ),
    ...listField(
      'address',
      address === before.address
        ? listOf(addresses)
        : replaced(
            listOf(addresses),
            (_, place) => place === 0,
            old => (address === '' ? null : { use: textOf(old?.['use']) || 'home', text: address }),
          ),
    ),
  };
}

function isPhone(contact: JsonObject): boolean {
  return contact['system'] === 'phone';
}

function listField(name: string, items: readonly JsonObject[]): JsonObject {
  return items.length === 0 ? {} : { [name]: items };
}

/** The list with its first fitting item made new; at the end where there is none; without it for null. */
function replaced(
  items: readonly JsonObject[],
  fits: (item: JsonObject, place: number) => boolean,
  make: (old: JsonObject | undefined) => JsonObject | null,
): readonly JsonObject[] {
  const place = items.findIndex(fits);
  const made = make(items[place]);
  const before = place === -1 ? items : items.slice(0, place);
  const after = place === -1 ? [] : items.slice(place + 1);
  return [...before, ...(made === null ? [] : [made]), ...after];
}

/** Whether an allergy counts, and how bad it is, as an edit form shows it. */
export function readAllergyEdit(resource: ResourceEnvelope): Omit<AllergyChange, 'kind'> {
  const allergy = requireType(resource, 'AllergyIntolerance');
  const [reaction] = listOf(allergy['reaction']);
  const [manifestation] = listOf(reaction?.['manifestation']);
  return {
    substance: readBilingual(objectOf(allergy['code'])).text || codingText(allergy['code']),
    reaction: readBilingual(objectOf(manifestation)).text || codingText(manifestation),
    severe: allergy['criticality'] === 'high' || reaction?.['severity'] === 'severe',
    standing: standingOf(allergy),
  };
}

function codingText(concept: unknown): string {
  return textOf(listOf(objectOf(concept)['coding'])[0]?.['display']);
}

function standingOf(allergy: JsonObject): AllergyStanding {
  const verification = codesOf(allergy['verificationStatus'], SYSTEM.allergyVerification);
  if (verification.includes('entered-in-error')) return 'entered-in-error';
  const clinical = codesOf(allergy['clinicalStatus'], SYSTEM.allergyClinical);
  return clinical.includes('inactive') || clinical.includes('resolved') ? 'inactive' : 'active';
}

/** An allergy that nobody has recorded yet. `recordedOn` is YYYY-MM-DD. */
export function newAllergy(
  { substance, reaction, severe }: AllergyChange,
  record: {
    readonly allergyId: string;
    readonly patientId: string;
    readonly recordedOn: string;
    readonly recorderId: string;
  },
): ResourceEnvelope {
  return buildAllergy({
    ...record,
    allergy: {
      kind: 'allergy',
      substance: { text: substance, latin: '' },
      reaction: reaction === '' ? null : { text: reaction, latin: '' },
      severe,
    },
  });
}

/**
 * The allergy with this change. What is said as before keeps its codes and translations; what is said
 * anew loses them, since they say something else. Other reactions stay.
 *
 * FHIR R4, AllergyIntolerance, ait-2: what was entered in error has no clinical status.
 */
export function withAllergy(resource: ResourceEnvelope, change: AllergyChange): ResourceEnvelope {
  const before = readAllergyEdit(resource);
  const { clinicalStatus, verificationStatus, code, criticality, reaction, ...rest } = requireType(
    resource,
    'AllergyIntolerance',
  );
  const { resourceType, id } = resource;
  const severity = change.severe === before.severe ? criticality : change.severe ? 'high' : 'low';
  return {
    ...rest,
    resourceType,
    id,
    ...(change.standing === before.standing
      ? { ...given({ clinicalStatus, verificationStatus }) }
      : statusOf(change.standing)),
    code: change.substance === before.substance ? code : { text: change.substance },
    ...given({ criticality: severity }),
    ...listField('reaction', reactionsOf(listOf(reaction), before, change)),
  };
}

function given(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function statusOf(standing: AllergyStanding): JsonObject {
  const verification = standing === 'entered-in-error' ? 'entered-in-error' : 'confirmed';
  return {
    ...(standing === 'entered-in-error'
      ? {}
      : { clinicalStatus: { coding: [{ system: SYSTEM.allergyClinical, code: standing }] } }),
    verificationStatus: { coding: [{ system: SYSTEM.allergyVerification, code: verification }] },
  };
}

function reactionsOf(
  reactions: readonly JsonObject[],
  before: Omit<AllergyChange, 'kind'>,
  change: AllergyChange,
): readonly JsonObject[] {
  if (change.reaction === before.reaction && change.severe === before.severe) return reactions;
  return replaced(
    reactions,
    (_, place) => place === 0,
    old => {
      if (change.reaction === '') return null;
      const { severity: _severity, ...rest } = old ?? {};
      const manifestation =
        change.reaction === before.reaction && old !== undefined
          ? old['manifestation']
          : [{ text: change.reaction }];
      return { ...rest, manifestation, ...(change.severe ? { severity: 'severe' } : {}) };
    },
  );
}
