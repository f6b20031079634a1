import { AppError, type HubContract, type RowHandlers, type StaffMember } from '@shimabashi/contracts';
import { type ChartLog } from '@shimabashi/sync';
import { type IdentityStore } from '../db/identity-store.ts';
import { deviceOf, doctorOf, type HubContext } from '../identity/caller.ts';
import { type CallRooms } from './call-rooms.ts';
import { type Calls, type Party } from './calls.ts';

export interface CallRowDeps {
  readonly calls: Calls;
  readonly callRooms: CallRooms;
  readonly log: ChartLog;
  readonly store: IdentityStore;
  readonly nowMs: () => number;
}

type HubHandlers = RowHandlers<HubContract, HubContext>;
type CallHandlers = Pick<HubHandlers, Extract<keyof HubHandlers, `calls.${string}`>>;

/** The rows about calls. Who may do what in a call is decided in `Calls`; whose chart, here. */
export function callRows(deps: CallRowDeps): CallHandlers {
  const { calls, callRooms, nowMs } = deps;
  const partyOf = (context: HubContext, nurseId: string | null = null): Party =>
    context.caller.kind === 'doctor' ? doctorParty(context) : kioskParty(deps, context, nurseId);
  return {
    'calls.list': (_request, context) => ({ calls: calls.of(partyOf(context)), hubTimeMs: nowMs() }),
    'calls.ring-kiosk': (request, context) => {
      const doctor = doctorParty(context);
      const kiosk = deps.store.device(request.kioskDeviceId);
      const clinicIds = doctor.clinicIds.filter(clinicId => clinicId === kiosk?.clinicId);
      checkSubject(deps, clinicIds, request, 'must-be-known');
      return { call: calls.ringKiosk(doctor, request), hubTimeMs: nowMs() };
    },
    'calls.ring-duty': (request, context) => {
      const kiosk = kioskParty(deps, context, request.nurseId);
      checkSubject(deps, [kiosk.clinicId], request, 'may-be-on-its-way');
      return { call: calls.ringDuty(kiosk, request), hubTimeMs: nowMs() };
    },
    'calls.accept': ({ callId, nurseId }, context) => ({
      call: calls.accept(callId, partyOf(context, nurseId)),
      hubTimeMs: nowMs(),
    }),
    'calls.decline': ({ callId, nurseId, because }, context) => ({
      call: calls.decline(callId, partyOf(context, nurseId), because),
      hubTimeMs: nowMs(),
    }),
    'calls.end': ({ callId, nurseId }, context) => ({
      call: calls.end(callId, partyOf(context, nurseId)),
      hubTimeMs: nowMs(),
    }),
    'calls.attach': (request, context) => {
      const party = partyOf(context);
      // Of the call's own clinic, whatever other clinics a doctor sees.
      const { clinicId } = calls.get(request.callId, party);
      const trust = party.kind === 'doctor' ? 'must-be-known' : 'may-be-on-its-way';
      checkSubject(deps, [clinicId], request, trust);
      return { call: calls.attach(request, party), hubTimeMs: nowMs() };
    },
    'calls.join': ({ callId, nurseId }, context) => ({
      ...callRooms.giveTicket(callId, partyOf(context, nurseId)),
      hubTimeMs: nowMs(),
    }),
  };
}

function doctorParty(context: HubContext): Extract<Party, { kind: 'doctor' }> {
  const { staff, clinicIds } = doctorOf(context);
  return { kind: 'doctor', staff, clinicIds };
}

function kioskParty(
  deps: CallRowDeps,
  context: HubContext,
  nurseId: string | null,
): Extract<Party, { kind: 'kiosk' }> {
  const { deviceId, clinicId } = deviceOf(context);
  return { kind: 'kiosk', deviceId, clinicId, nurse: nurseOf(deps, context, nurseId) };
}

/** @throws AppError `FORBIDDEN` unless it is a nurse of the kiosk's clinic. */
function nurseOf({ store }: CallRowDeps, context: HubContext, nurseId: string | null): StaffMember | null {
  if (nurseId === null) return null;
  const { clinicId } = deviceOf(context);
  const nurse = store.staff(nurseId);
  if (nurse === undefined || nurse.role !== 'nurse' || !nurse.clinicIds.includes(clinicId)) {
    throw new AppError('FORBIDDEN', 'The nurse is not of this clinic.');
  }
  const { practitionerId, name, nameLatin, role } = nurse;
  return { practitionerId, name, nameLatin, role };
}

/**
 * Whether these clinics may call about this patient and visit. A kiosk may be ahead of its own
 * outbox: its walk-in is on its way. A doctor has read what the hub has.
 *
 * @throws AppError `NOT_FOUND`, also for what is another clinic's; `BAD_REQUEST` for a visit without
 * a patient, or of another one.
 */
function checkSubject(
  { log }: CallRowDeps,
  clinicIds: readonly string[],
  about: { readonly patientId: string | null; readonly encounterId: string | null },
  unknown: 'must-be-known' | 'may-be-on-its-way',
): void {
  const { patientId, encounterId } = about;
  if (patientId === null) {
    if (encounterId !== null) throw new AppError('BAD_REQUEST', 'A visit has a patient.');
    return;
  }
  const isOurs = (resourceType: string, resourceId: string): boolean => {
    const heads = log.heads({ resourceType, resourceId });
    if (heads.length === 0) return unknown === 'may-be-on-its-way';
    return heads.every(head => clinicIds.includes(head.clinicId) && head.operation.patientId === patientId);
  };
  const found = isOurs('Patient', patientId) && (encounterId === null || isOurs('Encounter', encounterId));
  if (!found) throw new AppError('NOT_FOUND', 'There is no such patient or visit.');
}
