import { buildAllergy, buildEncounter, buildObservation, buildPatient } from '@shimabashi/clinical';
import {
  type ChartEntry,
  type ClinicStatus,
  type Parameter,
  PARAMETERS,
  type ResourceEnvelope,
  type Sample,
  type StaffMember,
} from '@shimabashi/contracts';

export const DOCTOR: StaffMember = {
  practitionerId: 'D-1',
  name: '灘 健一',
  nameLatin: 'Nada Kenichi',
  role: 'doctor',
};
export const NURSE: StaffMember = {
  practitionerId: 'N-1',
  name: '汐入 美咲',
  nameLatin: 'Shioiri Misaki',
  role: 'nurse',
};
export const NOW_MS = Date.parse('2026-11-24T00:12:00Z');

export function sample(over: Partial<Sample> & { parameter?: Parameter } = {}): Sample {
  const parameter = over.parameter ?? 'SpO2';
  return {
    sampleId: `nonin.1.${over.sequence ?? 1}.${parameter}`,
    deviceId: 'nonin-1',
    deviceName: 'Nonin A-0412',
    parameter,
    measured: { status: 'measured', value: 94 },
    unit: PARAMETERS[parameter].unit,
    quality: [],
    origin: 'live',
    deviceTime: null,
    receivedAtMs: NOW_MS,
    sequence: 1,
    rawHex: '',
    ...over,
  };
}

export function clinicStatus(
  over: Partial<ClinicStatus['kiosks'][number]> = {},
  clinicId = 'shiomi',
): ClinicStatus {
  return {
    clinic: {
      clinicId,
      name: '汐見島診療所',
      nameLatin: 'Shiomijima Clinic',
      telephones: [{ label: '診療所', labelLatin: 'Clinic', number: '0599-00-0140' }],
    },
    kiosks: [
      {
        deviceId: 'K-1',
        name: 'キオスク 1',
        link: 'up',
        sinceMs: NOW_MS - 60_000,
        lastHeardAtMs: NOW_MS - 1_000,
        waiting: { vitals: 0, chart: 0, thumbnail: 0, photo: 0 },
        parked: 0,
        ...over,
      },
    ],
    lastChangeAtMs: NOW_MS - 120_000,
    patientCount: 2,
  };
}

export const patient = (patientId = 'p1'): ResourceEnvelope =>
  buildPatient({
    patientId,
    names: {
      kanji: { family: '島田', given: 'ハル' },
      kana: { family: 'シマダ', given: 'ハル' },
      latin: { family: 'Shimada', given: 'Haru' },
    },
    birthDate: '1945-05-03',
    gender: 'female',
    cardNumber: '003-1182',
    clinicId: 'shiomi',
  });

export const penicillin = (allergyId = 'a1'): ResourceEnvelope =>
  buildAllergy({
    allergyId,
    patientId: 'p1',
    allergy: {
      kind: 'allergy',
      substance: { text: 'ペニシリン系', latin: 'Penicillins' },
      reaction: { text: '呼吸困難', latin: 'Dyspnoea' },
      severe: true,
    },
    recordedOn: '2009-06-01',
    recorderId: null,
  });

export const noAllergy = (): ResourceEnvelope =>
  buildAllergy({
    allergyId: 'a0',
    patientId: 'p1',
    allergy: { kind: 'none-known' },
    recordedOn: '2020-06-01',
    recorderId: null,
  });

export function observation(over: {
  readonly id: string;
  readonly parameter?: Parameter;
  readonly value?: number;
  readonly atMs?: number;
}): ResourceEnvelope {
  return buildObservation({
    observationId: over.id,
    patientId: 'p1',
    encounterId: 'e1',
    parameter: over.parameter ?? 'SpO2',
    measured: { status: 'measured', value: over.value ?? 94 },
    effectiveAtMs: over.atMs ?? NOW_MS,
    performerId: 'N-1',
    source: {
      method: 'device',
      device: { id: 'nonin-1', name: null },
      quality: [],
      sampleId: `s.${over.id}`,
      rawHex: '',
      deviceTime: null,
    },
  });
}

export function encounter(
  status: 'planned' | 'arrived' | 'in-progress' | 'finished',
  times: { readonly plannedAtMs?: number; readonly arrivedAtMs?: number; readonly startedAtMs?: number } = {},
): ResourceEnvelope {
  return buildEncounter({
    encounterId: 'e1',
    patientId: 'p1',
    clinicId: 'shiomi',
    status,
    plannedAtMs: times.plannedAtMs ?? null,
    arrivedAtMs: times.arrivedAtMs ?? null,
    startedAtMs: times.startedAtMs ?? null,
    finishedAtMs: null,
    reason: { text: '血圧の薬', latin: 'Blood pressure medicine' },
  });
}

let versions = 0;
export function entry(resource: ResourceEnvelope, over: Partial<ChartEntry> = {}): ChartEntry {
  versions += 1;
  return {
    versionId: `00000000-0000-4000-8000-${String(versions).padStart(12, '0')}`,
    resource,
    authorId: 'N-1',
    deviceId: 'K-1',
    reason: null,
    authoredAtMs: NOW_MS,
    place: 'at-hospital',
    parkedCode: null,
    ...over,
  };
}
