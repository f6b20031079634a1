import type { AllergyIntolerance } from '@medplum/fhirtypes';
import { type ResourceEnvelope } from '@shimabashi/contracts';
import { type Bilingual, bilingualText, readBilingual } from './bilingual.ts';
import { type Built, built } from './built.ts';
import { NO_KNOWN_ALLERGY, PROFILE, SYSTEM } from './codes.ts';
import { type AllergyFacts } from './facts.ts';
import { codesOf, invalid, listOf, objectOf, requireType, textOf } from './json.ts';
import { patientIdOf } from './patient.ts';

export interface AllergyInput {
  readonly allergyId: string;
  readonly patientId: string;
  /** `none-known` states that the patient was asked and has none: no record at all is not the same. */
  readonly allergy:
    | { readonly kind: 'none-known' }
    | {
        readonly kind: 'allergy';
        readonly substance: Bilingual;
        readonly reaction: Bilingual | null;
        readonly severe: boolean;
      };
  /** YYYY-MM-DD. */
  readonly recordedOn: string;
  /** The practitioner who recorded it. */
  readonly recorderId: string | null;
}

export function buildAllergy(input: AllergyInput): Built<AllergyIntolerance> {
  return built<AllergyIntolerance>({
    resourceType: 'AllergyIntolerance',
    id: input.allergyId,
    meta: { profile: [PROFILE.allergy] },
    clinicalStatus: { coding: [{ system: SYSTEM.allergyClinical, code: 'active' }] },
    verificationStatus: { coding: [{ system: SYSTEM.allergyVerification, code: 'confirmed' }] },
    ...substanceFields(input.allergy),
    patient: { reference: `Patient/${input.patientId}` },
    recordedDate: input.recordedOn,
    ...(input.recorderId === null ? {} : { recorder: { reference: `Practitioner/${input.recorderId}` } }),
  });
}

function substanceFields(
  allergy: AllergyInput['allergy'],
): Pick<AllergyIntolerance, 'code' | 'criticality' | 'reaction'> {
  if (allergy.kind === 'none-known') {
    const coding = [{ system: SYSTEM.snomed, code: NO_KNOWN_ALLERGY, display: 'No known allergy' }];
    return { code: { coding, ...bilingualText(NONE_KNOWN) } };
  }
  return {
    code: bilingualText(allergy.substance),
    criticality: allergy.severe ? 'high' : 'low',
    ...(allergy.reaction === null
      ? {}
      : {
          reaction: [
            {
              manifestation: [bilingualText(allergy.reaction)],
              ...(allergy.severe ? { severity: 'severe' as const } : {}),
            },
          ],
        }),
  };
}

const NONE_KNOWN: Bilingual = { text: 'アレルギーなし', latin: 'No known allergy' };

/**
 * What the banner needs of an allergy.
 *
 * @throws AppError `RESOURCE_INVALID` when it is no AllergyIntolerance, or names no patient or
 * substance: an allergy that cannot be named must be seen as broken, not as absent.
 */
export function readAllergy(resource: ResourceEnvelope): AllergyFacts {
  const allergy = requireType(resource, 'AllergyIntolerance');
  if (patientIdOf(resource) === null) throw invalid('AllergyIntolerance.patient');
  const code = objectOf(allergy['code']);
  const noneKnown = codesOf(code, SYSTEM.snomed).includes(NO_KNOWN_ALLERGY);
  const substance = readBilingual(code);
  const substanceText = substance.text || textOf(listOf(code['coding'])[0]?.['display']);
  if (substanceText === '') throw invalid('AllergyIntolerance.code');

  const reactions = listOf(allergy['reaction']);
  const manifestation = objectOf(listOf(reactions[0]?.['manifestation'])[0]);
  const reaction = readBilingual(manifestation);
  return {
    kind: noneKnown ? 'none-known' : 'allergy',
    substance: substanceText,
    substanceLatin: substance.latin,
    reaction: reaction.text || textOf(listOf(manifestation['coding'])[0]?.['display']),
    reactionLatin: reaction.latin,
    severe: allergy['criticality'] === 'high' || reactions.some(each => each['severity'] === 'severe'),
    recordedOn: textOf(allergy['recordedDate']).slice(0, 10) || null,
    active: isActive(allergy),
  };
}

function isActive(allergy: Readonly<Record<string, unknown>>): boolean {
  const clinical = codesOf(allergy['clinicalStatus'], SYSTEM.allergyClinical);
  const verification = codesOf(allergy['verificationStatus'], SYSTEM.allergyVerification);
  const over = clinical.includes('inactive') || clinical.includes('resolved');
  const wrong = verification.includes('refuted') || verification.includes('entered-in-error');
  // Whatever does not say that it is over counts: better one allergy too many in the banner.
  return !over && !wrong;
}
