import { buildNote } from '@shimabashi/clinical';
import {
  AppError,
  type Call,
  type HubContract,
  type RowHandlers,
  type RowRequest,
} from '@shimabashi/contracts';
import { type ConsoleRow } from '../api/hub-api.ts';
import { DOCTOR, entry, NOW_MS, NURSE } from './chart.ts';

type CallRow = Extract<ConsoleRow, `calls.${string}` | `photos.${string}` | 'notes.save' | 'visits.close'>;
export const CALL_ROWS: readonly CallRow[] = [
  'photos.get',
  'calls.list',
  'calls.ring-kiosk',
  'calls.accept',
  'calls.decline',
  'calls.end',
  'calls.join',
  'notes.save',
  'visits.close',
];

export const CALL_ID = '11111111-1111-4111-8111-000000000001';

/** A call of the kiosk at 汐見島, as it stands. */
export function call(over: Partial<Call> = {}): Call {
  return {
    callId: CALL_ID,
    clinicId: 'shiomi',
    kioskDeviceId: 'K-1',
    kioskName: 'キオスク 1',
    direction: 'to-doctor',
    patientId: 'p1',
    encounterId: 'e1',
    doctor: null,
    nurse: NURSE,
    rung: [{ staff: DOCTOR, declinedBecause: null }],
    state: 'ringing',
    ringingAtMs: NOW_MS,
    connectedAtMs: null,
    endedAtMs: null,
    end: null,
    ...over,
  };
}

/** The hub's calls, note and decision, as far as a console sees them. */
export class FakeCalls {
  list: Call[] = [];
  readonly notes: RowRequest<HubContract, 'notes.save'>[] = [];
  readonly closed: RowRequest<HubContract, 'visits.close'>[] = [];
  /** What the next saving of a note fails with. */
  noteError: AppError | null = null;

  readonly handlers: Pick<RowHandlers<HubContract, null>, CallRow> = {
    'photos.get': () => {
      throw new AppError('NOT_FOUND', 'Not arrived.');
    },
    'calls.list': () => ({ calls: this.list, hubTimeMs: NOW_MS }),
    'calls.ring-kiosk': ({ callId, kioskDeviceId, patientId, encounterId }) =>
      this.#keep(
        call({
          callId,
          kioskDeviceId,
          patientId,
          encounterId,
          direction: 'to-kiosk',
          doctor: DOCTOR,
          rung: [],
        }),
      ),
    'calls.accept': ({ callId }) =>
      this.#change(callId, { state: 'connected', doctor: DOCTOR, connectedAtMs: NOW_MS }),
    'calls.decline': ({ callId, because }) =>
      this.#change(callId, { rung: [{ staff: DOCTOR, declinedBecause: because }] }),
    'calls.end': ({ callId }) =>
      this.#change(callId, {
        state: 'ended',
        endedAtMs: NOW_MS,
        end: { reason: 'cancelled', declinedBecause: null, by: DOCTOR },
      }),
    'calls.join': ({ callId }) => ({ ...this.#change(callId, {}), ticket: 'T'.repeat(43) }),
    'notes.save': request => {
      const error = this.noteError;
      this.noteError = null;
      if (error !== null) throw error;
      this.notes.push(request);
      const { noteId, patientId, encounterId, sections } = request;
      const note = buildNote({
        noteId,
        patientId,
        encounterId,
        sections,
        clinicId: 'shiomi',
        authorId: DOCTOR.practitionerId,
        writtenAtMs: NOW_MS,
        status: 'preliminary',
      });
      return { entry: entry(note, { versionId: request.operationId, authorId: DOCTOR.practitionerId }) };
    },
    'visits.close': request => {
      this.closed.push(request);
      return { entries: [] };
    },
  };

  #keep(kept: Call): { call: Call; hubTimeMs: number } {
    this.list = [...this.list.filter(({ callId }) => callId !== kept.callId), kept];
    return { call: kept, hubTimeMs: NOW_MS };
  }

  #change(callId: string, change: Partial<Call>): { call: Call; hubTimeMs: number } {
    const known = this.list.find(each => each.callId === callId);
    if (known === undefined) throw new AppError('NOT_FOUND', 'There is no such call.');
    return this.#keep({ ...known, ...change });
  }
}
