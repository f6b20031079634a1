import {
  buildAllergy,
  buildEncounter,
  buildObservation,
  buildPatient,
  patientIdOf,
} from '@shimabashi/clinical';
import { type Operation, type Parameter, type ResourceEnvelope } from '@shimabashi/contracts';
import { DEMO_CLINICS, DEMO_STAFF, type DemoClinic, type DemoPatient } from './people.ts';
import { Chance } from './chance.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const JAPAN_OFFSET_MS = 9 * 3_600_000;

/**
 * The charts of the demo's patients as operations, oldest first: years of monthly visits, and today's
 * appointments. The same seed and time give the same charts.
 */
export function demoOperations(options: { seed: number; nowMs: number }): Operation[] {
  return DEMO_CLINICS.flatMap(clinic => {
    const chance = new Chance(`${options.seed}/${clinic.clinicId}`);
    return clinic.patients.flatMap((patient, index) =>
      chartOf({ clinic, patient, index, chance, nowMs: options.nowMs }),
    );
  });
}

interface Telling {
  readonly clinic: DemoClinic;
  readonly patient: DemoPatient;
  readonly index: number;
  readonly chance: Chance;
  readonly nowMs: number;
}

function chartOf(telling: Telling): Operation[] {
  const { clinic, patient, chance, nowMs } = telling;
  const patientId = chance.uuid();
  const bornResource = buildPatient({
    patientId,
    names: { kanji: patient.kanji, kana: patient.kana, latin: patient.latin },
    birthDate: patient.birthDate,
    gender: patient.gender,
    cardNumber: patient.cardNumber,
    clinicId: clinic.clinicId,
  });
  const beganAtMs = nowMs - patient.historyYears * 365 * DAY_MS;
  const operations: Operation[] = [
    operation(telling, bornResource, beganAtMs),
    operation(telling, allergyOf(patient, patientId, chance.uuid()), beganAtMs),
  ];
  for (let visitAtMs = morningOf(beganAtMs, chance); visitAtMs < nowMs - 3 * DAY_MS;) {
    operations.push(...pastVisit(telling, patientId, visitAtMs));
    visitAtMs = morningOf(visitAtMs + (21 + chance.whole(14)) * DAY_MS, chance);
  }
  const today = appointment(telling, patientId);
  return today === undefined ? operations : [...operations, operation(telling, today, nowMs - DAY_MS)];
}

function allergyOf(patient: DemoPatient, patientId: string, allergyId: string): ResourceEnvelope {
  const recorderId = DEMO_STAFF[0]!.practitionerId;
  if (patient.allergy === null) {
    return buildAllergy({
      allergyId,
      patientId,
      allergy: { kind: 'none-known' },
      recordedOn: '2025-11-04',
      recorderId,
    });
  }
  const { text, latin, reaction, reactionLatin, severe, on } = patient.allergy;
  return buildAllergy({
    allergyId,
    patientId,
    allergy: {
      kind: 'allergy',
      substance: { text, latin },
      reaction: { text: reaction, latin: reactionLatin },
      severe,
    },
    recordedOn: on,
    recorderId,
  });
}

/** One visit of the past with its measurements. Winter raises the pressure, as it does. */
function pastVisit(telling: Telling, patientId: string, atMs: number): Operation[] {
  const { clinic, patient, chance } = telling;
  const { usual } = patient;
  const encounterId = chance.uuid();
  const winter = Math.cos(((atMs % (365.25 * DAY_MS)) / (365.25 * DAY_MS)) * 2 * Math.PI);
  const systolic = Math.round(usual.systolic + 7 * winter + chance.normal() * 6);
  const values: readonly (readonly [Parameter, number])[] = [
    ['SpO2', Math.min(100, Math.round(usual.spo2 + chance.normal() * 0.9))],
    ['pulse-rate', Math.round(usual.pulse + chance.normal() * 5)],
    ['systolic-pressure', systolic],
    ['diastolic-pressure', Math.round(usual.diastolic + 3 * winter + chance.normal() * 4)],
    ['body-temperature', Math.round((36.4 + chance.normal() * 0.25) * 10) / 10],
    ['body-weight', Math.round((usual.weight + chance.normal() * 0.6) * 10) / 10],
  ];
  const visit = buildEncounter({
    encounterId,
    patientId,
    clinicId: clinic.clinicId,
    status: 'finished',
    plannedAtMs: atMs,
    arrivedAtMs: atMs - 8 * MINUTE_MS,
    startedAtMs: atMs,
    finishedAtMs: atMs + 15 * MINUTE_MS,
    reason: { text: '定期の診察', latin: 'Regular visit' },
  });
  const nurseId = DEMO_STAFF[0]!.practitionerId;
  const measured = values.map(([parameter, value]) =>
    operation(
      telling,
      buildObservation({
        observationId: chance.uuid(),
        patientId,
        encounterId,
        parameter,
        measured: { status: 'measured', value },
        effectiveAtMs: atMs + 4 * MINUTE_MS,
        performerId: nurseId,
        source: { method: 'by-hand', reason: '前の紙のカルテから' },
      }),
      atMs + 4 * MINUTE_MS,
    ),
  );
  return [operation(telling, visit, atMs), ...measured];
}

/** Today's line: who comes first has been waiting some minutes; the others are planned. */
function appointment(
  { clinic, patient, index, chance, nowMs }: Telling,
  patientId: string,
): ResourceEnvelope | undefined {
  if (patient.today === null) return undefined;
  const waiting = index < 2;
  const firstAtMs = Math.floor(nowMs / (10 * MINUTE_MS)) * 10 * MINUTE_MS;
  return buildEncounter({
    encounterId: chance.uuid(),
    patientId,
    clinicId: clinic.clinicId,
    status: waiting ? 'arrived' : 'planned',
    plannedAtMs: firstAtMs + index * 20 * MINUTE_MS,
    arrivedAtMs: waiting ? nowMs - (7 - 4 * index) * MINUTE_MS : null,
    startedAtMs: null,
    finishedAtMs: null,
    reason: patient.today,
  });
}

/** A time between nine and twelve in the morning of Japan, on the day of `atMs`. */
function morningOf(atMs: number, chance: Chance): number {
  const dayStartMs = Math.floor((atMs + JAPAN_OFFSET_MS) / DAY_MS) * DAY_MS - JAPAN_OFFSET_MS;
  return dayStartMs + 9 * 3_600_000 + chance.whole(36) * 5 * MINUTE_MS;
}

function operation({ clinic, chance }: Telling, resource: ResourceEnvelope, authoredAtMs: number): Operation {
  return {
    operationId: chance.uuid(),
    baseVersionId: null,
    resource,
    patientId: patientIdOf(resource),
    clinicId: clinic.clinicId,
    authorId: DEMO_STAFF[0]!.practitionerId,
    deviceId: 'import',
    reason: null,
    authoredAtMs,
  };
}
