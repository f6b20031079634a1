import type { Encounter, EncounterParticipant, Period } from '@medplum/fhirtypes';
import { type ResourceEnvelope, type StaffMember } from '@shimabashi/contracts';
import { type Bilingual, bilingualText, readBilingual } from './bilingual.ts';
import { type Built, built } from './built.ts';
import { EXTENSION, PROFILE, SYSTEM } from './codes.ts';
import { type EncounterFacts } from './facts.ts';
import { epochMsOf, instantOf } from './fhir-time.ts';
import {
  codesOf,
  extensionText,
  invalid,
  type JsonObject,
  listOf,
  objectOf,
  requireType,
  textOf,
} from './json.ts';
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
 * The next version of an encounter whose visit is over. Everything else in it stays as it is.
 *
 * @throws AppError `RESOURCE_INVALID` when it is no Encounter.
 */
export function finishEncounter(encounter: ResourceEnvelope, finishedAtMs: number): ResourceEnvelope {
  requireType(encounter, 'Encounter');
  const period = objectOf(encounter['period']);
  const startedAtMs = epochMsOf(textOf(period['start'])) ?? finishedAtMs;
  return {
    ...encounter,
    status: 'finished',
    period: {
      ...period,
      start: instantOf(startedAtMs),
      // The two come from two clocks; a period that ends before it begins is none (FHIR R4, per-1).
      end: instantOf(Math.max(startedAtMs, finishedAtMs)),
    },
  };
}

/** One who took part in a consult, from the first coming to the last going. */
export interface ConsultParticipant {
  readonly staff: StaffMember;
  readonly fromMs: number;
  /** Null while they are in it. */
  readonly untilMs: number | null;
}

export interface ConsultInput {
  /** Also the id of the call. */
  readonly consultId: string;
  readonly patientId: string;
  /** The visit that it is part of, or null when it was outside of one. */
  readonly visitId: string | null;
  readonly clinicId: string;
  readonly startedAtMs: number;
  /** Null while it goes on. */
  readonly endedAtMs: number | null;
  readonly participants: readonly ConsultParticipant[];
}

const CONSULT_TYPE = 'consult';

/**
 * The record of a call between patient and doctor: an encounter by telecommunication (v3-ActCode
 * `VR`, virtual) that is part of the visit. Its `type` tells it apart from a visit of another system
 * that is virtual as a whole.
 */
export function buildConsult(input: ConsultInput): Built<Encounter> {
  const { startedAtMs, endedAtMs, visitId } = input;
  return built<Encounter>({
    resourceType: 'Encounter',
    id: input.consultId,
    meta: { profile: [PROFILE.encounter] },
    status: endedAtMs === null ? 'in-progress' : 'finished',
    class: { system: SYSTEM.actCode, code: 'VR', display: 'virtual' },
    type: [{ coding: [{ system: SYSTEM.encounterType, code: CONSULT_TYPE }] }],
    subject: { reference: `Patient/${input.patientId}` },
    ...(input.participants.length === 0 ? {} : { participant: input.participants.map(participantOf) }),
    period: periodOf(startedAtMs, endedAtMs),
    serviceProvider: { reference: `Organization/${input.clinicId}` },
    ...(visitId === null ? {} : { partOf: { reference: `Encounter/${visitId}` } }),
  });
}

function participantOf({ staff, fromMs, untilMs }: ConsultParticipant): EncounterParticipant {
  return {
    individual: { reference: `Practitioner/${staff.practitionerId}`, display: staff.name },
    period: periodOf(fromMs, untilMs),
  };
}

function periodOf(fromMs: number, untilMs: number | null): Period {
  return {
    start: instantOf(fromMs),
    ...(untilMs === null ? {} : { end: instantOf(Math.max(fromMs, untilMs)) }),
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
  const period = objectOf(encounter['period']);
  const types = listOf(encounter['type']).flatMap(type => codesOf(type, SYSTEM.encounterType));
  const reason = readBilingual(listOf(encounter['reasonCode'])[0] ?? {});
  return {
    encounterId: resource.id,
    patientId,
    status: statusOf(encounter),
    plannedAtMs: epochMsOf(extensionText(encounter, EXTENSION.plannedStart, 'valueDateTime')) ?? null,
    arrivedAtMs: epochMsOf(textOf(objectOf(arrived?.['period'])['start'])) ?? null,
    startedAtMs: epochMsOf(textOf(period['start'])) ?? null,
    finishedAtMs: epochMsOf(textOf(period['end'])) ?? null,
    kind: types.includes(CONSULT_TYPE) ? 'consult' : 'visit',
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
