import { type Operation, type ResourceEnvelope } from '@shimabashi/contracts';
import { type ChartLog } from '@shimabashi/sync';
import { type Chance } from '../demo/chance.ts';

/** Who writes, where, and what they see of the chart. */
export interface Desk {
  readonly deviceId: string;
  readonly clinicId: string;
  readonly log: ChartLog;
  nowMs(): number;
}

const PATIENTS_A_CLINIC = 2;
/** Fields that two people may change at once, the same one or different ones. */
const FIELDS = ['gender', 'birthDate', 'maritalStatus', 'multipleBirthInteger'] as const;

const patientIdOf = (clinicId: string, number: number): string => `${clinicId}-${number}`;

/** A patient of another clinic joins this one. */
export function joining(desk: Desk, chance: Chance, homeClinicId: string): Operation {
  const patientId = patientIdOf(homeClinicId, chance.whole(PATIENTS_A_CLINIC));
  const resource = { resourceType: 'EpisodeOfCare', id: `${desk.clinicId}-${patientId}`, status: 'active' };
  return operationOf(desk, chance, resource, patientId);
}

function operationOf(desk: Desk, chance: Chance, resource: ResourceEnvelope, patientId: string): Operation {
  const [head] = desk.log.heads({ resourceId: resource.id });
  return {
    operationId: chance.uuid(),
    baseVersionId: head?.operation.operationId ?? null,
    resource,
    patientId,
    clinicId: head?.clinicId ?? desk.clinicId,
    authorId: `staff-${desk.deviceId}`,
    deviceId: desk.deviceId,
    reason: null,
    authoredAtMs: Math.max(0, desk.nowMs()),
  };
}

/** One of the clinic, or a guest whose chart is here. */
function aPatient(desk: Desk, chance: Chance): string {
  const guests = desk.log
    .heads({ resourceType: 'EpisodeOfCare', clinicIds: [desk.clinicId] })
    .map(({ operation }) => operation.patientId)
    .filter(patientId => patientId !== null)
    .filter(patientId => desk.log.heads({ resourceType: 'Patient', resourceId: patientId }).length > 0);
  const number = chance.whole(PATIENTS_A_CLINIC + guests.length);
  return guests[number - PATIENTS_A_CLINIC] ?? patientIdOf(desk.clinicId, number);
}

/** A vital sign: a fact that is only ever added. */
export function vitalSign(desk: Desk, chance: Chance): Operation {
  const patientId = aPatient(desk, chance);
  const resource = {
    resourceType: 'Observation',
    id: chance.uuid(),
    status: 'final',
    category: [
      {
        coding: [
          { system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' },
        ],
      },
    ],
    code: { coding: [{ system: 'http://loinc.org', code: '59408-5' }] },
    subject: { reference: `Patient/${patientId}` },
    effectiveDateTime: '2027-01-15T01:00:00Z',
    valueQuantity: { value: 80 + chance.whole(20), unit: '%' },
  };
  return operationOf(desk, chance, resource, patientId);
}

/** One field of the patient's own record, changed on top of what this desk sees. */
export function patientEdit(desk: Desk, chance: Chance): Operation {
  const patientId = aPatient(desk, chance);
  const [head] = desk.log.heads({ resourceId: patientId });
  const field = FIELDS[chance.whole(FIELDS.length)]!;
  const resource = {
    ...(head?.operation.resource ?? { resourceType: 'Patient', id: patientId }),
    [field]: valueOf(field, chance),
  };
  return operationOf(desk, chance, resource, patientId);
}

function valueOf(field: (typeof FIELDS)[number], chance: Chance): unknown {
  switch (field) {
    case 'gender':
      return ['male', 'female', 'other', 'unknown'][chance.whole(4)];
    case 'birthDate':
      return `19${10 + chance.whole(90)}-05-03`;
    case 'maritalStatus':
      return { text: `status ${chance.whole(1_000)}` };
    case 'multipleBirthInteger':
      return chance.whole(1_000);
  }
}

/** Something that the hub refuses, and that nothing may wait for. */
export function poison(desk: Desk, chance: Chance): Operation {
  const patientId = aPatient(desk, chance);
  const resource = { resourceType: 'Communication', id: chance.uuid(), status: 'completed', poison: true };
  return operationOf(desk, chance, resource, patientId);
}

/** The DocumentReference of a photograph. */
export function photo(desk: Desk, chance: Chance, binaryId: string, sizeBytes: number): Operation {
  const patientId = aPatient(desk, chance);
  const resource = {
    resourceType: 'DocumentReference',
    id: chance.uuid(),
    status: 'current',
    subject: { reference: `Patient/${patientId}` },
    content: [{ attachment: { contentType: 'image/jpeg', url: `Binary/${binaryId}`, size: sizeBytes } }],
  };
  return operationOf(desk, chance, resource, patientId);
}
