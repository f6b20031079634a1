import { scryptSync } from 'node:crypto';
import {
  type Clinic,
  type Operation,
  type ResourceEnvelope,
  type StaffCredential,
} from '@shimabashi/contracts';
import { buildAllergy, buildEncounter, buildPatient, patientIdOf } from '@shimabashi/clinical';

/** The people of the store's tests. Their names are invented. */
export const CLINIC: Clinic = {
  clinicId: 'clinic-1',
  name: '試験島診療所',
  nameLatin: 'Test Island Clinic',
  telephones: [],
};
export const NURSE: StaffCredential = credential('nurse-1', 'nurse', '2468');
export const OTHER_NURSE: StaffCredential = credential('nurse-2', 'nurse', '1357');
export const DOCTOR: StaffCredential = credential('doctor-1', 'doctor', '9999');

/** Morning in Tokyo: 2026-11-22, 09:05. */
export const MORNING_MS = Date.UTC(2026, 10, 22, 0, 5);

export const PATIENT: ResourceEnvelope = buildPatient({
  patientId: 'patient-1',
  names: {
    kanji: { family: '磯崎', given: '千代' },
    kana: { family: 'イソザキ', given: 'チヨ' },
    latin: { family: 'Isozaki', given: 'Chiyo' },
  },
  birthDate: '1942-03-04',
  gender: 'female',
  cardNumber: '00417',
  clinicId: CLINIC.clinicId,
});
export const OTHER_PATIENT: ResourceEnvelope = buildPatient({
  patientId: 'patient-2',
  names: { kanji: { family: '岬', given: '一郎' }, kana: null, latin: null },
  birthDate: '1938-12-01',
  gender: 'male',
  cardNumber: null,
  clinicId: CLINIC.clinicId,
});
const ALLERGY: ResourceEnvelope = buildAllergy({
  allergyId: 'allergy-1',
  patientId: PATIENT.id,
  allergy: { kind: 'none-known' },
  recordedOn: '2026-04-01',
  recorderId: null,
});
export const PLANNED: ResourceEnvelope = {
  ...buildEncounter({
    encounterId: 'encounter-1',
    patientId: PATIENT.id,
    clinicId: CLINIC.clinicId,
    status: 'planned',
    plannedAtMs: MORNING_MS,
    arrivedAtMs: null,
    startedAtMs: null,
    finishedAtMs: null,
    reason: { text: '血圧の再診', latin: 'Blood pressure follow-up' },
  }),
  /** A field that no release of ours knows: it must survive every change. */
  ferry: { seat: 4 },
};
const FINISHED: ResourceEnvelope = buildEncounter({
  encounterId: 'encounter-2',
  patientId: OTHER_PATIENT.id,
  clinicId: CLINIC.clinicId,
  status: 'finished',
  plannedAtMs: MORNING_MS - 3_600_000,
  arrivedAtMs: MORNING_MS - 3_600_000,
  startedAtMs: MORNING_MS - 3_600_000,
  finishedAtMs: MORNING_MS - 1_800_000,
  reason: null,
});

export const CHART: readonly ResourceEnvelope[] = [PATIENT, OTHER_PATIENT, ALLERGY, PLANNED, FINISHED];

/** The operation that made a resource, as somebody else authored it. */
export function operationOf(resource: ResourceEnvelope, operationId: string): Operation {
  return {
    operationId,
    baseVersionId: null,
    resource,
    patientId: patientIdOf(resource),
    clinicId: CLINIC.clinicId,
    authorId: DOCTOR.practitionerId,
    deviceId: 'console-1',
    reason: null,
    authoredAtMs: MORNING_MS - 86_400_000,
  };
}

function credential(practitionerId: string, role: StaffCredential['role'], secret: string): StaffCredential {
  const salt = Buffer.from(practitionerId.padEnd(16, '.'));
  // Cheap on purpose: the strength is the hub's choice and is written in the hash.
  const [cost, blockSize, parallelization] = [1_024, 8, 1];
  const hash = scryptSync(secret, salt, 32, { cost, blockSize, parallelization });
  const encoded = [salt, hash].map(part => part.toString('base64url')).join('$');
  return {
    practitionerId,
    name: `職員 ${practitionerId}`,
    nameLatin: `Staff ${practitionerId}`,
    role,
    clinicIds: [CLINIC.clinicId],
    secretHash: `scrypt$${cost}$${blockSize}$${parallelization}$${encoded}`,
  };
}
