import {
  AppError,
  type AppErrorCode,
  HUB_DEVICE_ID,
  MERGE_AUTHOR_ID,
  Operation,
  type PushResponse,
  type PushResult,
  ReturnedVersion,
} from '@shimabashi/contracts';
import { patientIdOf } from '@shimabashi/clinical';
import { type AuditNote, type ChartLog, type Receipts } from '@shimabashi/sync';
import * as z from 'zod';
import { type IdentityStore } from '../db/identity-store.ts';
import { type KioskIdentity } from '../identity/kiosk-identity.ts';
import { takeChunks } from './chunks.ts';

/** What is new in the chart after a push. */
export interface ChartNews {
  readonly clinicId: string;
  /** The kiosk that it came from, which knows it already. */
  readonly deviceId: string;
  readonly patientIds: ReadonlySet<string | null>;
}

export interface PushDeps {
  readonly log: ChartLog;
  readonly store: IdentityStore;
  readonly receipts: Receipts;
  /** @throws AppError `RESOURCE_INVALID` */
  readonly validateResource: (resource: Operation['resource']) => void;
  readonly nowMs: () => number;
  readonly onAccepted: (news: ChartNews) => void;
  /**
   * What is in the chart now of this push, new or known: an answer that got lost is asked for again,
   * and whoever acts on what is in the chart may not have come to it then.
   */
  readonly onPushed: (device: KioskIdentity, operations: readonly Operation[]) => void;
  readonly reportUnexpected: (error: unknown) => void;
}

/**
 * Takes a kiosk's operations into the chart, then its chunks of photographs (an operation may have
 * come with them): each is judged on its own, and one that does not fit is refused alone. The answer
 * is given after the commit (invariant 2).
 */
export function pushOperations(
  deps: PushDeps,
  device: KioskIdentity,
  candidates: readonly unknown[],
): PushResponse {
  const identified = candidates.map(candidate => ({ operationId: operationIdOf(candidate), candidate }));
  const { operations = [], chunks = [] } = Object.groupBy(identified, ({ candidate }) =>
    isChunk(candidate) ? 'chunks' : 'operations',
  );
  const judge = createJudge(deps, device);
  const judged = operations.map(judge);
  const fitting = judged.flatMap(verdict => ('operation' in verdict ? [verdict.operation] : []));
  const audit: AuditNote = {
    actorId: device.deviceId,
    deviceId: device.deviceId,
    action: 'sync',
    patientId: null,
    atMs: deps.nowMs(),
  };
  const accepted = fitting.length === 0 ? [] : deps.log.accept(fitting, audit);
  // What was merged here is news to the kiosk that it came from as well.
  const author = isMerged(deps.log, fitting) ? { ...device, deviceId: HUB_DEVICE_ID } : device;
  announce(deps, author, freshPatients(fitting, accepted));
  const rejected = new Set(
    accepted.filter(({ outcome }) => outcome === 'rejected').map(({ operationId }) => operationId),
  );
  deps.onPushed(
    device,
    // What others made is given back as history: it raises no alarm.
    fitting.filter(({ operationId, deviceId }) => deviceId === device.deviceId && !rejected.has(operationId)),
  );

  const taken = takeChunks(deps, device.clinicId, chunks, audit);
  announce(deps, device, taken.patientIds);

  const refused = judged.flatMap(verdict => ('refusal' in verdict ? [verdict.refusal] : []));
  return { epoch: deps.log.epoch, results: [...accepted, ...refused, ...taken.results] };
}

function isChunk(candidate: unknown): boolean {
  return typeof candidate === 'object' && candidate !== null && 'binaryId' in candidate;
}

interface Identified {
  readonly operationId: string;
  readonly candidate: unknown;
}

type Verdict = { readonly operation: Operation } | { readonly refusal: PushResult };

function createJudge(deps: PushDeps, device: KioskIdentity): (identified: Identified) => Verdict {
  const staffIds = new Set(deps.store.staffOfClinic(device.clinicId).map(staff => staff.practitionerId));
  // What this very batch has brought so far: two of its operations may contradict each other.
  const homes = new Map<string, Home>();
  return ({ operationId, candidate }) => {
    try {
      const { operation, isReturned } = readOperation(deps, candidate);
      if (isKnown(deps.log, operation)) return { operation };
      // Whoever made what we once handed out, and whatever the rules are today: it was in this chart.
      if (!isReturned) {
        checkOrigin(deps.log, operation, device, staffIds);
        checkPatient(deps.log, operation);
        deps.validateResource(operation.resource);
      }
      checkHome(deps.log, homes, operation);
      return { operation };
    } catch (error) {
      // Even what surprises us (a nesting that no stack can follow) must not hold up the others.
      if (!(error instanceof AppError)) deps.reportUnexpected(error);
      const code: AppErrorCode = error instanceof AppError ? error.code : 'RESOURCE_INVALID';
      return { refusal: { operationId, outcome: 'rejected', code } };
    }
  };
}

/**
 * An operation, and whether this hub itself has handed it out to somebody, before it lost it: then the
 * receipt says so. With a receipt that is not ours it counts as the kiosk's own word.
 *
 * @throws AppError `BAD_REQUEST`
 */
function readOperation(
  { receipts }: PushDeps,
  candidate: unknown,
): { readonly operation: Operation; readonly isReturned: boolean } {
  const returned = ReturnedVersion.safeParse(candidate);
  if (returned.success) {
    const { returned: operation, receipt } = returned.data;
    return { operation, isReturned: receipts.isOurs(operation, receipt) };
  }
  const parsed = Operation.safeParse(candidate);
  if (!parsed.success) throw new AppError('BAD_REQUEST', 'Not an operation.');
  return { operation: parsed.data, isReturned: false };
}

const WithId = z.looseObject({ operationId: z.uuid() });

/** @throws AppError `BAD_REQUEST`: without an id, no answer could name it. The whole push is wrong. */
function operationIdOf(candidate: unknown): string {
  const parsed = WithId.safeParse(candidate);
  if (!parsed.success) {
    throw new AppError('BAD_REQUEST', 'An operation without an id.');
  }
  return parsed.data.operationId;
}

/** Sent again since our answer was lost: what was right then needs no second judgement. */
function isKnown(log: ChartLog, operation: Operation): boolean {
  return log
    .history(operation.resource.id)
    .some(version => version.operation.operationId === operation.operationId);
}

function checkOrigin(
  log: ChartLog,
  operation: Operation,
  device: KioskIdentity,
  staffIds: ReadonlySet<string>,
): void {
  if (operation.deviceId !== device.deviceId) {
    throw new AppError('FORBIDDEN', 'A kiosk writes for itself.');
  }
  if (operation.clinicId !== device.clinicId && !isShared(log, operation, device.clinicId)) {
    throw new AppError('FORBIDDEN', 'A kiosk writes for its clinic.');
  }
  if (operation.mergedVersionId !== undefined) {
    throw new AppError('FORBIDDEN', 'Versions are brought together here, not at a kiosk.');
  }
  // An alarm is raised by the kiosk itself, when nobody may be there.
  const isOwnAlarm =
    operation.authorId === device.deviceId && operation.resource.resourceType === 'DetectedIssue';
  if (!isOwnAlarm && !staffIds.has(operation.authorId)) {
    throw new AppError('FORBIDDEN', 'The author is not of the staff of this clinic.');
  }
}

function checkPatient(log: ChartLog, operation: Operation): void {
  if (patientIdOf(operation.resource) !== operation.patientId) {
    throw new AppError('RESOURCE_INVALID', 'The resource belongs to another patient than it says.');
  }
  if (operation.patientId === null) return;
  // The patient may not have arrived yet: vitals travel in a faster lane.
  const patients = log.heads({ resourceType: 'Patient', resourceId: operation.patientId });
  const isOthers = patients.some(patient => patient.clinicId !== operation.clinicId);
  if (isOthers && !isShared(log, operation, operation.clinicId)) {
    throw new AppError('FORBIDDEN', 'The patient is of another clinic.');
  }
}

/** Whether the chart that this belongs to is of that clinic as well. */
function isShared(log: ChartLog, { patientId }: Operation, clinicId: string): boolean {
  return patientId !== null && log.clinicsOf(patientId).includes(clinicId);
}

interface Home {
  readonly resourceType: string;
  readonly clinicId: string;
  readonly patientId: string | null;
}

/** A resource stays what it is, where it is, and with whom: no operation moves it. */
function checkHome(log: ChartLog, homes: Map<string, Home>, operation: Operation): void {
  const { resource, clinicId, patientId } = operation;
  const known = homes.get(resource.id) ?? log.heads({ resourceId: resource.id }).map(homeOf)[0];
  if (known !== undefined && known.clinicId !== clinicId) {
    throw new AppError('FORBIDDEN', 'The resource is of another clinic.');
  }
  if (
    known !== undefined &&
    (known.patientId !== patientId || known.resourceType !== resource.resourceType)
  ) {
    throw new AppError('RESOURCE_INVALID', 'The resource is another one, or of another patient.');
  }
  homes.set(resource.id, { resourceType: resource.resourceType, clinicId, patientId });
}

function homeOf(version: { readonly operation: Operation; readonly clinicId: string }): Home {
  const { resource, patientId } = version.operation;
  return { resourceType: resource.resourceType, clinicId: version.clinicId, patientId };
}

/** Whether any of these is now part of a version that was merged. */
function isMerged(log: ChartLog, operations: readonly Operation[]): boolean {
  return operations
    .filter(({ baseVersionId }) => baseVersionId !== null)
    .flatMap(({ resource }) => log.heads({ resourceType: resource.resourceType, resourceId: resource.id }))
    .some(({ operation }) => operation.authorId === MERGE_AUTHOR_ID);
}

/** Whose charts these operations changed; of what was known before, nobody's. */
function freshPatients(
  operations: readonly Operation[],
  results: readonly PushResult[],
): ReadonlySet<string | null> {
  const fresh = new Set(
    results
      .filter(result => result.outcome === 'applied' || result.outcome === 'conflict')
      .map(result => result.operationId),
  );
  return new Set(
    operations.filter(({ operationId }) => fresh.has(operationId)).map(({ patientId }) => patientId),
  );
}

function announce(deps: PushDeps, device: KioskIdentity, patientIds: ReadonlySet<string | null>): void {
  if (patientIds.size === 0) return;
  try {
    deps.store.clinicChanged(device.clinicId, deps.nowMs());
  } catch (error) {
    // It is in the chart: whoever waits for it is told, whatever else has no room.
    deps.reportUnexpected(error);
  }
  deps.onAccepted({ ...device, patientIds });
}
