import type { ClinicalImpression, Extension } from '@medplum/fhirtypes';
import { Decision, type ResourceEnvelope } from '@shimabashi/contracts';
import { type Built, built } from './built.ts';
import { EXTENSION, SYSTEM } from './codes.ts';
import { type DecisionFacts } from './facts.ts';
import { epochMsOf, instantOf } from './fhir-time.ts';
import { codesOf, invalid, listOf, referencedId, requireType, textOf } from './json.ts';
import { patientIdOf } from './patient.ts';

export interface DecisionInput {
  readonly decisionId: string;
  readonly patientId: string;
  readonly encounterId: string;
  readonly authorId: string;
  readonly decidedAtMs: number;
  readonly decision: Decision;
}

const DECISION_TYPE = 'consult-decision';

/**
 * What a visit ends with: go on online, come in person, or transfer, with the reason.
 *
 * A ClinicalImpression: in R4 the record of one assessment by one clinician at one moment ("before
 * planning the treatments or management strategies", 9.8). The alternatives say less or more than
 * was decided: ServiceRequest and Appointment are orders, which a later act may make out of it;
 * CarePlan is the standing plan, which is edited; `Encounter.hospitalization.dischargeDisposition`
 * has no room for the reason. `summary` is the reason; what R4 has no field for is an extension.
 */
export function buildDecision(input: DecisionInput): Built<ClinicalImpression> {
  const { decision } = input;
  const decidedAt = instantOf(input.decidedAtMs);
  return built<ClinicalImpression>({
    resourceType: 'ClinicalImpression',
    id: input.decisionId,
    extension: [{ url: EXTENSION.decision, extension: partsOf(decision) }],
    status: 'completed',
    code: { coding: [{ system: SYSTEM.impressionType, code: DECISION_TYPE }] },
    subject: { reference: `Patient/${input.patientId}` },
    encounter: { reference: `Encounter/${input.encounterId}` },
    effectiveDateTime: decidedAt,
    date: decidedAt,
    assessor: { reference: `Practitioner/${input.authorId}` },
    summary: decision.reason,
  });
}

function partsOf(decision: Decision): Extension[] {
  return [
    { url: 'kind', valueCode: decision.kind },
    { url: 'whenWorse', valueString: decision.whenWorse },
    ...(decision.kind === 'in-person' ? [{ url: 'byDate', valueDate: decision.byDate }] : []),
    ...(decision.kind === 'transfer' ? [{ url: 'to', valueString: decision.to }] : []),
  ];
}

/** Whether a resource is the decision that a visit ended with. */
export function isDecision(resource: ResourceEnvelope): boolean {
  return (
    resource.resourceType === 'ClinicalImpression' &&
    codesOf(resource['code'], SYSTEM.impressionType).includes(DECISION_TYPE)
  );
}

/**
 * What screens need of a visit's decision.
 *
 * @throws AppError `RESOURCE_INVALID` when it is none, or not whole.
 */
export function readDecision(resource: ResourceEnvelope): DecisionFacts {
  const impression = requireType(resource, 'ClinicalImpression');
  const patientId = patientIdOf(resource);
  if (patientId === null) throw invalid('ClinicalImpression.subject');
  const found = listOf(impression['extension']).find(({ url }) => url === EXTENSION.decision);
  const parts = Object.fromEntries(
    listOf(found?.['extension']).map(part => [
      textOf(part['url']),
      part['valueCode'] ?? part['valueDate'] ?? part['valueString'],
    ]),
  );
  const decision = Decision.safeParse({ ...parts, reason: impression['summary'] });
  if (!decision.success) throw invalid('ClinicalImpression.extension');
  return {
    decisionId: resource.id,
    patientId,
    encounterId: referencedId(impression['encounter'], 'Encounter'),
    authorId: referencedId(impression['assessor'], 'Practitioner'),
    decidedAtMs: epochMsOf(textOf(impression['effectiveDateTime'])) ?? null,
    decision: decision.data,
  };
}
