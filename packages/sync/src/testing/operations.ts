import { createHash, randomUUID } from 'node:crypto';
import { type Operation, type ResourceEnvelope } from '@shimabashi/contracts';
import { type AuditNote, type NewBinary } from '../log.ts';

export const CLINIC = 'clinic-a';
export const OTHER_CLINIC = 'clinic-b';
export const DEVICE = 'kiosk-1';
export const PATIENT = 'patient-1';

export const AUDIT: AuditNote = {
  actorId: 'nurse-1',
  deviceId: DEVICE,
  action: 'write',
  patientId: PATIENT,
  atMs: 1_800_000_000_000,
};

/** An operation with everything filled in; give only what the test is about. */
export function operation(changes: Partial<Operation> = {}): Operation {
  return {
    operationId: randomUUID(),
    baseVersionId: null,
    resource: vitalSign(),
    patientId: PATIENT,
    clinicId: CLINIC,
    authorId: 'nurse-1',
    deviceId: DEVICE,
    reason: null,
    authoredAtMs: 1_800_000_000_000,
    ...changes,
  };
}

/** An Observation of the category vital-signs; SpO2 unless told otherwise. */
export function vitalSign(
  changes: Partial<ResourceEnvelope> & { loinc?: string; at?: string } = {},
): ResourceEnvelope {
  const { loinc = '59408-5', at = '2027-01-15T01:00:00Z', ...rest } = changes;
  return {
    resourceType: 'Observation',
    id: randomUUID(),
    status: 'final',
    category: [
      {
        coding: [
          { system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' },
        ],
      },
    ],
    code: { coding: [{ system: 'http://loinc.org', code: loinc }] },
    effectiveDateTime: at,
    ...rest,
  };
}

/** A Patient with a name in kanji, kana and Latin letters. */
export function patient(changes: Partial<ResourceEnvelope> = {}): ResourceEnvelope {
  return {
    resourceType: 'Patient',
    id: PATIENT,
    name: [
      { text: '濱口 ハナ', family: '濱口', given: ['ハナ'] },
      { text: 'ハマグチ ハナ', family: 'ハマグチ', given: ['ハナ'] },
      { text: 'Hamaguchi Hana', family: 'Hamaguchi', given: ['Hana'] },
    ],
    birthDate: '1941-03-05',
    identifier: [{ system: 'urn:example:card', value: 'T-00_17' }],
    ...changes,
  };
}

export function encounter(changes: Partial<ResourceEnvelope> = {}): ResourceEnvelope {
  return { resourceType: 'Encounter', id: randomUUID(), status: 'planned', ...changes };
}

/** Bytes with their hash; the same for the same seed. */
export function binary(sizeBytes: number, lane: NewBinary['lane'] = 'photo', seed = sizeBytes): NewBinary {
  const bytes = Uint8Array.from(
    { length: sizeBytes },
    (_, index) => Math.imul(index + seed, 0x9e3779b1) >>> 24,
  );
  return { binaryId: createHash('sha256').update(bytes).digest('hex'), bytes, lane };
}

/** The DocumentReference that names these bytes. */
export function documentOf(binaries: readonly NewBinary[], changes: Partial<Operation> = {}): Operation {
  return operation({
    resource: {
      resourceType: 'DocumentReference',
      id: randomUUID(),
      status: 'current',
      content: binaries.map(({ binaryId, bytes }) => ({
        attachment: { contentType: 'image/jpeg', url: `Binary/${binaryId}`, size: bytes.length },
      })),
    },
    ...changes,
  });
}
