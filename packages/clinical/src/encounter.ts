import type { Encounter } from '@medplum/fhirtypes';
import { type ResourceEnvelope } from '@shimabashi/contracts';
import { type Bilingual, bilingualText, readBilingual } from './bilingual.ts';
import { type Built, built } from './built.ts';
import { EXTENSION, PROFILE, SYSTEM } from './codes.ts';
import { type EncounterFacts } from './facts.ts';
import { epochMsOf, instantOf } from './fhir-time.ts';
import { extensionText, invalid, type JsonObject, listOf, objectOf, requireType, textOf } from './json.ts';
import { patientIdOf } from './patient.ts';

export interface EncounterInput {
  readonly encounterId: string;
  readonly patientId: string;
  readonly clinicId: string;
  readonly status: 'planned' | 'arrived' | 'in-progress' | 'finished';
  readonly plannedAtMs: number | null;
  readonly arrivedAtMs: number | null;
  readonly startedAtMs: number | null;
  readonly finishedAtMs: number | null;
  readonly reason: Bilingual | null;
}

/**
 * A visit to the clinic. R4 has no field for the planned time (R5 has), so it is R5's field as an
 * extension; the arrival is an entry of the status history; `period` is the visit itself.
 */
export function buildEncounter(input: EncounterInput): Built<Encounter> {
  const { plannedAtMs, arrivedAtMs, startedAtMs, finishedAtMs, reason } = input;
  return built<Encounter>({
    resourceType: 'Encounter',
    id: input.encounterId,
    meta: { profile: [PROFILE.encounter] },
    ...(plannedAtMs === null
      ? {}
      : { extension: [{ url: EXTENSION.plannedStart, valueDateTime: instantOf(plannedAtMs) }] }),
    status: input.status,
    ...(arrivedAtMs === null
      ? {}
      : { statusHistory: [{ status: 'arrived', period: { start: instantOf(arrivedAtMs) } }] }),
    class: { system: SYSTEM.actCode, code: 'AMB', display: 'ambulatory' },
    subject: { reference: `Patient/${input.patientId}` },
    ...(startedAtMs === null
      ? {}
      : {
          period: {
            start: instantOf(startedAtMs),
            ...(finishedAtMs === null ? {} : { end: instantOf(finishedAtMs) }),
          },
        }),
    ...(reason === null ? {} : { reasonCode: [bilingualText(reason)] }),
    serviceProvider: { reference: `Organization/${input.clinicId}` },
  });
}

/**
 * The next version of an encounter whose visit begins. Everything else in it stays as it is.
 *
 * @throws AppError `RESOURCE_INVALID` when it is no Encounter.
 */
export function beginEncounter(encounter: ResourceEnvelope, startedAtMs: number): ResourceEnvelope {
  requireType(encounter, 'Encounter');
  const period = objectOf(encounter['period']);
  return {
    ...encounter,
    status: 'in-progress',
    period: { ...period, start: textOf(period['start']) || instantOf(startedAtMs) },
  };
}

/**
 * What screens need of an Encounter.
 *
 * @throws AppError `RESOURCE_INVALID` when it is no Encounter or names no patient.
 */
export function readEncounter(resource: ResourceEnvelope): EncounterFacts {
  const encounter = requireType(resource, 'Encounter');
  const patientId = patientIdOf(resource);
  if (patientId === null) throw invalid('Encounter.subject');
  const arrived = listOf(encounter['statusHistory']).find(entry => entry['status'] === 'arrived');
  const reason = readBilingual(listOf(encounter['reasonCode'])[0] ?? {});
  return {
    encounterId: resource.id,
    patientId,
    status: statusOf(encounter),
    plannedAtMs: epochMsOf(extensionText(encounter, EXTENSION.plannedStart, 'valueDateTime')) ?? null,
    arrivedAtMs: epochMsOf(textOf(objectOf(arrived?.['period'])['start'])) ?? null,
    startedAtMs: epochMsOf(textOf(objectOf(encounter['period'])['start'])) ?? null,
    reason: reason.text,
    reasonLatin: reason.latin,
  };
}

function statusOf(encounter: JsonObject): EncounterFacts['status'] {
  const status = encounter['status'];
  switch (status) {
    case 'planned':
    case 'arrived':
    case 'in-progress':
    case 'finished':
      return status;
    default:
      return 'other';
  }
}
