import {
  AppError,
  type ChartEntry,
  type KioskContract,
  type RecordChange,
  type ResourceEnvelope,
  type RowHandlers,
  type RowRequest,
} from '@shimabashi/contracts';
import { newAllergy, practiceDayOf, withAllergy, withContact } from '@shimabashi/clinical';
import { type ChartLog, recordConflicts, recordHistory, type StoredVersion } from '@shimabashi/sync';
import { type ChartReads, entryOf } from './chart-reads.ts';
import { type ChartWriter } from './chart-writer.ts';
import { type Actor } from './session.ts';

type EditRequest = RowRequest<KioskContract, 'records.edit'>;

export interface RecordsDeps {
  readonly log: ChartLog;
  readonly reads: ChartReads;
  readonly writer: ChartWriter;
  readonly nowMs: () => number;
  /** @throws AppError `SIGN_IN_REQUIRED` */
  readonly actor: () => Actor;
}

/** The rows about records that people change: which stand against each other, who changed what. */
export function recordHandlers(
  deps: RecordsDeps,
): RowHandlers<Pick<KioskContract, 'conflicts.list' | 'history.get' | 'records.edit'>, null> {
  const { log, reads, actor } = deps;
  const scopeOf = (patientId: string) => {
    const who = actor();
    reads.requirePatient(patientId);
    reads.noteRead(patientId, who);
    return { patientId, clinicIds: log.clinicIds() };
  };
  return {
    'conflicts.list': ({ patientId }) => ({
      conflicts: recordConflicts(log, scopeOf(patientId), version => entryOf(version)),
    }),
    'history.get': request =>
      recordHistory(log, { ...request, ...scopeOf(request.patientId) }, version => entryOf(version)),
    'records.edit': request => ({ entry: editRecord(deps, request, actor()) }),
  };
}

/**
 * Keeps the change as a version of what stood on the screen, and answers after the commit.
 *
 * @throws AppError `NOT_FOUND` for a patient or version that is not here; `BAD_REQUEST` when the
 * change does not fit the record; `CONFLICT` when the operation id is used for something else;
 * `RESOURCE_INVALID`, `DISK_FULL`.
 */
function editRecord(deps: RecordsDeps, request: EditRequest, actor: Actor): ChartEntry {
  const { log, reads, writer } = deps;
  const { operationId, patientId, baseVersionId, reason } = request;
  reads.requirePatient(patientId);
  const base = baseVersionId === null ? null : versionOf(log, request, baseVersionId);
  if (base === undefined) throw new AppError('NOT_FOUND', 'There is no such version of this patient.');
  const resourceId = base?.operation.resource.id ?? operationId;
  const known = find(log, resourceId, operationId);
  if (known === undefined) {
    const resource = changed(deps, request, base?.operation.resource ?? null, actor);
    writer.write([{ operationId, baseVersionId, resource, patientId, reason }], actor, patientId);
  } else if (known.operation.authorId !== actor.nurse.practitionerId) {
    throw new AppError('CONFLICT', 'The operation id was used for something else.');
  }
  return entryOf(find(log, resourceId, operationId)!);
}

function changed(
  { nowMs }: RecordsDeps,
  { operationId, patientId, change }: EditRequest,
  base: ResourceEnvelope | null,
  actor: Actor,
): ResourceEnvelope {
  if (base !== null && base.resourceType !== TYPE_OF[change.kind]) {
    throw new AppError('BAD_REQUEST', 'The change is of another kind of record.', {
      details: { at: 'change' },
    });
  }
  if (change.kind === 'allergy') {
    if (base !== null) return withAllergy(base, change);
    const recorderId = actor.nurse.practitionerId;
    return newAllergy(change, {
      allergyId: operationId,
      patientId,
      recordedOn: practiceDayOf(nowMs()).date,
      recorderId,
    });
  }
  if (base === null) {
    throw new AppError('BAD_REQUEST', 'A patient is not begun here.', { details: { at: 'baseVersionId' } });
  }
  return withContact(base, change);
}

const TYPE_OF: Readonly<Record<RecordChange['kind'], string>> = {
  allergy: 'AllergyIntolerance',
  contact: 'Patient',
};

/** A version of this patient by its id: a current one. What was replaced is not what a screen shows. */
function versionOf(
  log: ChartLog,
  { patientId, change }: EditRequest,
  versionId: string,
): StoredVersion | undefined {
  return log
    .heads({ patientId, resourceType: TYPE_OF[change.kind] })
    .flatMap(({ operation }) => log.history(operation.resource.id))
    .find(({ operation }) => operation.operationId === versionId && operation.patientId === patientId);
}

function find(log: ChartLog, resourceId: string, versionId: string): StoredVersion | undefined {
  return log.history(resourceId).find(({ operation }) => operation.operationId === versionId);
}
