import {
  AppError,
  type ChartEntry,
  type HubContract,
  type Operation,
  type RowRequest,
  type RowResponse,
} from '@shimabashi/contracts';
import { buildDecision, buildNote, finishEncounter, readEncounter, readNote } from '@shimabashi/clinical';
import { type ChartLog, type StoredVersion } from '@shimabashi/sync';
import { derivedId } from '../chart/derived-id.ts';
import { CONSOLE_DEVICE_ID, type HubWriter } from '../chart/hub-writer.ts';
import { entryOf } from '../chart/read.ts';
import { type Session } from '../db/identity-store.ts';

export interface ConsultsDeps {
  readonly log: ChartLog;
  readonly writer: HubWriter;
  readonly nowMs: () => number;
  /** The visit is over: so are its calls. */
  readonly onClosed: (encounterId: string, doctor: Session['staff']) => void;
}

type Doctor = Pick<Session, 'staff' | 'clinicIds'>;
type Change = Pick<Operation, 'operationId' | 'baseVersionId' | 'resource' | 'reason'>;
type SaveNote = RowRequest<HubContract, 'notes.save'>;
type CloseVisit = RowRequest<HubContract, 'visits.close'>;

interface Visit {
  readonly patientId: string;
  readonly encounterId: string;
  readonly clinicId: string;
}

/** What a doctor writes at the end of a visit: the note, the decision, and that it is over. */
export class Consults {
  readonly #deps: ConsultsDeps;

  constructor(deps: ConsultsDeps) {
    this.#deps = deps;
  }

  /**
   * Keeps the draft of a note.
   *
   * @throws AppError `NOT_FOUND`; `VISIT_CLOSED`; `CONFLICT` when the draft was changed elsewhere, is
   * signed, or has two versions; `FORBIDDEN` when it is another doctor's.
   */
  saveNote(doctor: Doctor, request: SaveNote): RowResponse<HubContract, 'notes.save'> {
    const { operationId, noteId } = request;
    const known = this.#known(operationId, noteId, doctor);
    if (known !== undefined) return { entry: known };
    const { clinicId } = this.#openVisit(doctor, request);
    const change = this.#noteChange(doctor, { ...request, clinicId }, request, 'preliminary');
    this.#write(doctor, { ...request, clinicId }, [change]);
    return { entry: this.#written(operationId, noteId) };
  }

  /**
   * Signs note and decision and finishes the visit: all in one commit, or nothing.
   *
   * @throws AppError as `saveNote`; `CONFLICT` also when the visit itself has two versions.
   */
  closeVisit(doctor: Doctor, request: CloseVisit): RowResponse<HubContract, 'visits.close'> {
    const { operationId, patientId, encounterId, note, decision } = request;
    // Derived from the deed, so that the second time of telling finds what the first has written.
    const ids = {
      visit: operationId,
      note: derivedId('signed-note', operationId),
      decision: derivedId('decision', operationId),
    };
    const written = (): ChartEntry[] => [
      ...(note === null ? [] : [this.#written(ids.note, note.noteId)]),
      this.#written(ids.decision, ids.decision),
      this.#written(ids.visit, encounterId),
    ];
    if (this.#known(ids.visit, encounterId, doctor) !== undefined) return { entries: written() };

    const head = this.#openVisit(doctor, request);
    const visit = { patientId, encounterId, clinicId: head.clinicId };
    const nowMs = this.#deps.nowMs();
    const authorId = doctor.staff.practitionerId;
    const changes: Change[] = [
      ...(note === null
        ? []
        : [this.#noteChange(doctor, visit, { ...note, operationId: ids.note }, 'final')]),
      {
        operationId: ids.decision,
        baseVersionId: null,
        resource: buildDecision({
          decisionId: ids.decision,
          patientId,
          encounterId,
          authorId,
          decidedAtMs: nowMs,
          decision,
        }),
        reason: null,
      },
      {
        operationId: ids.visit,
        baseVersionId: head.operation.operationId,
        resource: finishEncounter(head.operation.resource, nowMs),
        reason: null,
      },
    ];
    this.#write(doctor, visit, changes);
    this.#deps.onClosed(encounterId, doctor.staff);
    return { entries: written() };
  }

  /** What this very operation has made before. @throws AppError `CONFLICT` when it is another's. */
  #known(operationId: string, resourceId: string, doctor: Doctor): ChartEntry | undefined {
    const version = this.#version(operationId, resourceId);
    if (version === undefined) return undefined;
    if (version.operation.authorId !== doctor.staff.practitionerId) {
      throw new AppError('CONFLICT', 'The operation id was used by somebody else.');
    }
    return entryOf(version);
  }

  #written(operationId: string, resourceId: string): ChartEntry {
    const version = this.#version(operationId, resourceId);
    if (version === undefined) throw new Error('Assertion failed: what was written is there');
    return entryOf(version);
  }

  #version(operationId: string, resourceId: string): StoredVersion | undefined {
    return this.#deps.log.history(resourceId).find(version => version.operation.operationId === operationId);
  }

  /** The newest version of the visit. */
  #openVisit(doctor: Doctor, { patientId, encounterId }: Omit<Visit, 'clinicId'>): StoredVersion {
    const [head, ...others] = this.#deps.log.heads({
      resourceType: 'Encounter',
      resourceId: encounterId,
      patientId,
      clinicIds: doctor.clinicIds,
    });
    if (head === undefined) throw new AppError('NOT_FOUND', 'There is no such visit.');
    if (others.length > 0) throw new AppError('CONFLICT', 'The visit has two versions.');
    const { status, kind } = readEncounter(head.operation.resource);
    if (kind === 'consult') throw new AppError('NOT_FOUND', 'That is a call, and no visit.');
    // A visit that was only planned has not been: nobody may decide about it.
    if (status !== 'in-progress' && status !== 'arrived') {
      throw new AppError('VISIT_CLOSED', 'The visit is not open.');
    }
    return head;
  }

  #noteChange(
    doctor: Doctor,
    visit: Visit,
    note: Pick<SaveNote, 'operationId' | 'noteId' | 'baseVersionId' | 'sections'>,
    status: 'preliminary' | 'final',
  ): Change {
    const { operationId, noteId, baseVersionId, sections } = note;
    this.#checkNote(doctor, visit, note);
    const resource = buildNote({
      ...visit,
      noteId,
      authorId: doctor.staff.practitionerId,
      writtenAtMs: this.#deps.nowMs(),
      status,
      sections,
    });
    return { operationId, baseVersionId, resource, reason: null };
  }

  /** Nobody's draft is written over, nor a signed note. */
  #checkNote(
    doctor: Doctor,
    visit: Visit,
    { noteId, baseVersionId }: Pick<SaveNote, 'noteId' | 'baseVersionId'>,
  ): void {
    const heads = this.#deps.log.heads({ resourceId: noteId });
    const [head] = heads;
    if (head !== undefined) {
      const isOfVisit =
        head.operation.resource.resourceType === 'Composition' &&
        doctor.clinicIds.includes(head.clinicId) &&
        readNote(head.operation.resource).encounterId === visit.encounterId;
      if (!isOfVisit) throw new AppError('NOT_FOUND', 'There is no such note of this visit.');
      if (head.operation.authorId !== doctor.staff.practitionerId) {
        throw new AppError('FORBIDDEN', 'The note is another doctor’s.');
      }
    }
    const isSigned = head !== undefined && readNote(head.operation.resource).status !== 'preliminary';
    if (heads.length > 1 || isSigned || (head?.operation.operationId ?? null) !== baseVersionId) {
      throw new AppError('CONFLICT', 'The note was changed elsewhere.');
    }
  }

  #write(doctor: Doctor, { patientId, clinicId }: Visit, changes: readonly Change[]): void {
    this.#deps.writer.write(changes, {
      patientId,
      clinicId,
      authorId: doctor.staff.practitionerId,
      deviceId: CONSOLE_DEVICE_ID,
    });
  }
}
