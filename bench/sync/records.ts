import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { buildEncounter, buildObservation, buildPhoto, type PhotoBytes } from '@shimabashi/clinical';
import { type Operation } from '@shimabashi/contracts';
import { type AuditNote, type NewBinary } from '@shimabashi/sync';

/** Who writes, where, about whom. */
export interface Author {
  readonly patientId: string;
  readonly clinicId: string;
  readonly deviceId: string;
  readonly authorId: string;
}

const ENCOUNTER_ID = randomUUID();
const READINGS = [
  { parameter: 'SpO2', middle: 96 },
  { parameter: 'pulse-rate', middle: 72 },
] as const;

/** A reading of a monitor, as a kiosk keeps it: with the sample and the frame that it came from. */
export function vitalOf(author: Author, index: number, atMs: number): Operation {
  const operationId = randomUUID();
  const { parameter, middle } = READINGS[index % READINGS.length]!;
  return operationOf(author, operationId, atMs, {
    ...buildObservation({
      observationId: operationId,
      patientId: author.patientId,
      encounterId: ENCOUNTER_ID,
      parameter,
      measured: { status: 'measured', value: middle + ((index * 7) % 5) - 2 },
      effectiveAtMs: atMs - 700,
      performerId: author.authorId,
      source: {
        method: 'device',
        device: { id: 'nonin-0412', name: 'Nonin A-0412' },
        quality: [],
        sampleId: randomUUID(),
        rawHex: randomBytes(5).toString('hex'),
        deviceTime: null,
      },
    }),
  });
}

/** A visit that is over: something of the chart's own lane. */
export function visitOf(author: Author, atMs: number): Operation {
  const operationId = randomUUID();
  return operationOf(
    author,
    operationId,
    atMs,
    buildEncounter({
      encounterId: operationId,
      patientId: author.patientId,
      clinicId: author.clinicId,
      status: 'finished',
      plannedAtMs: null,
      arrivedAtMs: atMs - 3_600_000,
      startedAtMs: atMs - 1_800_000,
      finishedAtMs: atMs,
      reason: null,
    }),
  );
}

/** A photograph with its thumbnail, as little compressible as JPEG is. */
export function photoOf(
  author: Author,
  atMs: number,
  sizeBytes: number,
): { readonly operation: Operation; readonly binaries: readonly NewBinary[] } {
  const operationId = randomUUID();
  const original = noisyJpeg(sizeBytes);
  const thumbnail = noisyJpeg(12_000);
  const size = { widthPx: 4_208, heightPx: 3_120 };
  const resource = buildPhoto({
    photoId: operationId,
    patientId: author.patientId,
    encounterId: ENCOUNTER_ID,
    authorId: author.authorId,
    takenAtMs: atMs,
    savedAtMs: atMs,
    camera: 'exam-camera',
    full: true,
    original: { ...named(original), ...size },
    thumbnail: named(thumbnail),
  });
  return {
    operation: operationOf(author, operationId, atMs, resource),
    binaries: [
      { binaryId: named(original).sha256, bytes: original, lane: 'photo' },
      { binaryId: named(thumbnail).sha256, bytes: thumbnail, lane: 'thumbnail' },
    ],
  };
}

export function auditOf({ authorId, deviceId, patientId }: Author, atMs: number): AuditNote {
  return { actorId: authorId, deviceId, action: 'write', patientId, atMs };
}

export function noisyJpeg(sizeBytes: number): Buffer {
  const bytes = randomBytes(sizeBytes);
  Buffer.from([0xff, 0xd8, 0xff, 0xe0]).copy(bytes);
  return bytes;
}

function named(bytes: Uint8Array): PhotoBytes {
  return {
    contentType: 'image/jpeg',
    sizeBytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    sha1Base64: createHash('sha1').update(bytes).digest('base64'),
  };
}

function operationOf(
  { patientId, clinicId, deviceId, authorId }: Author,
  operationId: string,
  authoredAtMs: number,
  resource: Operation['resource'],
): Operation {
  return {
    operationId,
    baseVersionId: null,
    resource,
    patientId,
    clinicId,
    authorId,
    deviceId,
    reason: null,
    authoredAtMs,
  };
}
