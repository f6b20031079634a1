import {
  AppError,
  type KioskContract,
  type KioskEvent,
  type Operation,
  type ResourceEnvelope,
  type RowRequest,
  type Visit,
} from '@shimabashi/contracts';
import { beginEncounter, buildEncounter, readEncounter } from '@shimabashi/clinical';
import { type ChartLog, type StoredVersion } from '@shimabashi/sync';
import { type ChartReads } from './chart-reads.ts';
import { type ChartWriter } from './chart-writer.ts';
import { type Actor } from './session.ts';
import { type StoreSettings } from './settings.ts';

export interface VisitsDeps {
  readonly log: ChartLog;
  readonly settings: StoreSettings;
  readonly reads: ChartReads;
  readonly writer: ChartWriter;
  readonly bootId: string;
  readonly nowMs: () => number;
  readonly emit: (event: KioskEvent) => void;
  /** The patient has left: nothing is live about them any more. */
  readonly onLeft: (patientId: string) => void;
}

/** The patient in front of the kiosk. It survives a crash of the store; a boot ends it. */
export class Visits {
  readonly #deps: VisitsDeps;
  #current: Visit | null;

  constructor(deps: VisitsDeps) {
    this.#deps = deps;
    const kept = deps.settings.get('visit');
    this.#current = kept?.bootId === deps.bootId ? kept.visit : null;
  }

  current(): Visit | null {
    return this.#current;
  }

  /**
   * Opens a visit that is on the list, or a new one for a walk-in.
   *
   * A walk-in's encounter has the id of the operation, so that the same press sent twice, also
   * over a crash, is one visit.
   *
   * @throws AppError `NOT_FOUND`, `VISIT_CLOSED`, `CONFLICT` when the visit is another patient's.
   */
  open(request: RowRequest<KioskContract, 'visits.open'>, actor: Actor): Visit {
    const { operationId, patientId } = request;
    this.#deps.reads.requirePatient(patientId);
    const encounterId = request.encounterId ?? operationId;
    const head = this.#encounterHead(encounterId, actor);
    if (head === undefined && request.encounterId !== null) {
      throw new AppError('NOT_FOUND', 'There is no such visit here.');
    }
    const nowMs = this.#deps.nowMs();
    const next =
      head === undefined ? walkIn(encounterId, patientId, actor, nowMs) : begun(head, patientId, nowMs);
    if (next !== undefined) {
      const operation = { operationId, baseVersionId: head?.operation.operationId ?? null, resource: next };
      this.#deps.writer.write([{ ...operation, patientId, reason: null }], actor, patientId);
    }
    return this.#enter({ encounterId, patientId, openedAtMs: nowMs });
  }

  /** The patient has left, also when the disk cannot take it: no later reading is theirs. */
  pause(): void {
    this.#become(null);
    this.#deps.settings.set('visit', null);
  }

  /** @throws AppError `VISIT_CLOSED` when it is not the one that is open, or is finished. */
  requireOpen(encounterId: string, actor: Actor): Visit {
    const visit = this.#current;
    if (visit?.encounterId !== encounterId) throw visitClosed();
    const head = this.#encounterHead(encounterId, actor);
    if (head === undefined || readEncounter(head.operation.resource).status !== 'in-progress') {
      throw visitClosed();
    }
    return visit;
  }

  #encounterHead(encounterId: string, actor: Actor): StoredVersion | undefined {
    const query = { resourceType: 'Encounter', resourceId: encounterId, clinicIds: [actor.clinicId] };
    return this.#deps.log.heads(query)[0];
  }

  #enter(visit: Visit): Visit {
    // Pressed twice: the first press stands, and the readings since then stay this visit's.
    if (this.#current?.encounterId === visit.encounterId) return this.#current;
    this.#deps.settings.set('visit', { visit, bootId: this.#deps.bootId });
    this.#become(visit);
    return visit;
  }

  #become(visit: Visit | null): void {
    const left = this.#current;
    this.#current = visit;
    if (left !== null) this.#deps.onLeft(left.patientId);
    this.#deps.emit({ event: 'visit', visit });
  }
}

function walkIn(encounterId: string, patientId: string, actor: Actor, nowMs: number): ResourceEnvelope {
  return buildEncounter({
    encounterId,
    patientId,
    clinicId: actor.clinicId,
    status: 'in-progress',
    plannedAtMs: null,
    arrivedAtMs: nowMs,
    startedAtMs: nowMs,
    finishedAtMs: null,
    reason: null,
  });
}

/** The next version of the encounter, or undefined when the visit has begun already. */
function begun(
  { operation }: { operation: Operation },
  patientId: string,
  nowMs: number,
): ResourceEnvelope | undefined {
  const encounter = readEncounter(operation.resource);
  if (encounter.patientId !== patientId) {
    throw new AppError('CONFLICT', 'The visit belongs to another patient.');
  }
  switch (encounter.status) {
    case 'planned':
    case 'arrived':
      return beginEncounter(operation.resource, nowMs);
    case 'in-progress':
      return undefined;
    case 'finished':
    case 'other':
      throw visitClosed();
  }
}

function visitClosed(): AppError {
  return new AppError('VISIT_CLOSED', 'This visit is not open.');
}
