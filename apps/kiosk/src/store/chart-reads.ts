import {
  AppError,
  type ChartEntry,
  type KioskContract,
  type ResourceEnvelope,
  type RowResponse,
  type TodayEntry,
} from '@shimabashi/contracts';
import { type EncounterFacts, patientIdOf, practiceDayOf, readEncounter } from '@shimabashi/clinical';
import {
  type AuditNote,
  binariesNamedBy,
  type ChartLog,
  noteReading,
  safestFirst,
  type StoredVersion,
} from '@shimabashi/sync';
import { type Actor } from './session.ts';

/** Longest reason that a line of today's list shows, in UTF-16 code units (contracts, `TodayEntry`). */
const REASON_CHARS_MAX = 200;

/** One version as a screen gets it; with `log`, how far the pictures that it names have come. */
export function entryOf(version: StoredVersion, log?: Pick<ChartLog, 'binary'>): ChartEntry {
  const { operation, place, parkedCode } = version;
  return {
    versionId: operation.operationId,
    resource: operation.resource,
    authorId: operation.authorId,
    deviceId: operation.deviceId,
    reason: operation.reason,
    authoredAtMs: operation.authoredAtMs,
    place,
    parkedCode,
    ...(log === undefined ? {} : binariesOf(operation.resource, log)),
  };
}

function binariesOf(resource: ResourceEnvelope, log: Pick<ChartLog, 'binary'>): Pick<ChartEntry, 'binaries'> {
  if (resource.resourceType !== 'DocumentReference') return {};
  const binaries = binariesNamedBy(resource).flatMap(({ binaryId }) => {
    const state = log.binary(binaryId);
    if (state === undefined) return [];
    const { chunksTotal, chunksWaiting, parkedCode } = state;
    const place = chunksWaiting === 0 ? ('at-hospital' as const) : ('here' as const);
    return {
      binaryId,
      place: parkedCode === null ? place : ('parked' as const),
      parkedCode,
      chunksDone: chunksTotal - chunksWaiting,
      chunksTotal,
    };
  });
  return { binaries };
}

/** The chart as the nurse reads it. Every read is noted, with whose chart it was. */
export class ChartReads {
  readonly #log: ChartLog;
  readonly #nowMs: () => number;
  readonly #onNotNoted: (note: AuditNote) => void;

  /** `onNotNoted`: the disk is full, and a chart is read without a note in the audit. */
  constructor(log: ChartLog, nowMs: () => number, onNotNoted: (note: AuditNote) => void) {
    this.#log = log;
    this.#nowMs = nowMs;
    this.#onNotNoted = onNotNoted;
  }

  /** The visits of today in Tokyo, and those of any day that are still open. */
  today(actor: Actor): TodayEntry[] {
    this.#note(actor, 'find', null);
    const { fromMs, toMs } = practiceDayOf(this.#nowMs());
    const heads = this.#log.encounters({ clinicIds: [actor.clinicId], fromMs, toMs });
    return newestOfEach(heads)
      .map(head => head.operation.resource)
      .filter(resource => patientIdOf(resource) !== null)
      .map(resource => this.#todayEntry(readEncounter(resource)))
      .filter(entry => entry !== undefined)
      .toSorted((a, b) => timeOf(a) - timeOf(b));
  }

  #todayEntry(encounter: EncounterFacts): TodayEntry | undefined {
    const patient = this.#patientHead(encounter.patientId);
    if (encounter.status === 'other' || patient === undefined) return undefined;
    return {
      encounterId: encounter.encounterId,
      patient: patient.operation.resource,
      plannedAtMs: encounter.plannedAtMs,
      arrivedAtMs: encounter.arrivedAtMs ?? (encounter.plannedAtMs === null ? encounter.startedAtMs : null),
      reason: encounter.reason.slice(0, REASON_CHARS_MAX),
      reasonLatin: encounter.reasonLatin.slice(0, REASON_CHARS_MAX),
      status: encounter.status,
    };
  }

  find(text: string, limit: number, actor: Actor): ResourceEnvelope[] {
    this.#note(actor, 'find', null);
    const found = this.#log.findPatients(text, this.#log.clinicIds(), limit);
    return newestOfEach(found).map(head => head.operation.resource);
  }

  /** @throws AppError `NOT_FOUND`. */
  patient(patientId: string, actor: Actor): RowResponse<KioskContract, 'patients.get'> {
    const patient = this.requirePatient(patientId);
    this.#note(actor, 'read', patientId);
    const heads = this.#log.heads({ patientId, exceptTypes: ['Observation'] });
    return {
      patient: entryOf(patient),
      // A second head of the patient itself stays in the list: it is a conflict that must be seen.
      resources: safestFirst(heads)
        .filter(head => head.operation.operationId !== patient.operation.operationId)
        .map(head => entryOf(head, this.#log)),
    };
  }

  /** Newest first. @throws AppError `NOT_FOUND`. */
  observations(patientId: string, limit: number, actor: Actor): ChartEntry[] {
    this.requirePatient(patientId);
    this.#note(actor, 'read', patientId);
    return this.#log.observations({ patientId, limit }).map(version => entryOf(version));
  }

  /** The newest version of a patient of this clinic. @throws AppError `NOT_FOUND`. */
  requirePatient(patientId: string): StoredVersion {
    const patient = this.#patientHead(patientId);
    if (patient === undefined) throw new AppError('NOT_FOUND', 'There is no such patient here.');
    return patient;
  }

  noteRead(patientId: string, actor: Actor): void {
    this.#note(actor, 'read', patientId);
  }

  /** Of this clinic, or of another one that shares him with this: the hub gives a kiosk nobody else. */
  #patientHead(patientId: string): StoredVersion | undefined {
    return this.#log.heads({ resourceType: 'Patient', resourceId: patientId })[0];
  }

  #note(actor: Actor, action: AuditNote['action'], patientId: string | null): void {
    const { nurse, deviceId } = actor;
    const note = { actorId: nurse.practitionerId, deviceId, action, patientId, atMs: this.#nowMs() };
    noteReading(this.#log, note, this.#onNotNoted);
  }
}

/** Of heads that are newest first, one of each resource. */
function newestOfEach(heads: readonly StoredVersion[]): StoredVersion[] {
  const seen = new Set<string>();
  return heads.filter(({ operation }) => {
    const isNew = !seen.has(operation.resource.id);
    seen.add(operation.resource.id);
    return isNew;
  });
}

function timeOf(entry: TodayEntry): number {
  return entry.plannedAtMs ?? entry.arrivedAtMs ?? Number.MAX_SAFE_INTEGER;
}
