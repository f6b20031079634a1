import {
  AppError,
  type Call,
  type CallEnd,
  type DeclineReason,
  RING_FOR_MS,
  type StaffMember,
} from '@shimabashi/contracts';
import { type Clock } from '../clock.ts';
import { type CallStore } from '../db/call-store.ts';
import { connected, declinedByDoctor, ended, isRung, isSame, ringsAt } from './call-rules.ts';

/** Deadlines are looked at so often; none is told later than this, in milliseconds. */
const SWEEP_EVERY_MS = 1_000;

/** A connected call whose room has been empty for so long is over. Both sides may be on a thin line. */
export const EMPTY_FOR_MS = 5 * 60_000;

/** How long a call that is over is still told to whoever connects: they may have missed its end. */
const TOLD_AFTER_END_MS = 10 * 60_000;

/** The two ends of a call. What they may do follows from which of them they are. */
export type Party =
  | { readonly kind: 'doctor'; readonly staff: StaffMember; readonly clinicIds: readonly string[] }
  | {
      readonly kind: 'kiosk';
      readonly deviceId: string;
      readonly clinicId: string;
      readonly nurse: StaffMember | null;
    };
type Doctor = Extract<Party, { kind: 'doctor' }>;
type Kiosk = Extract<Party, { kind: 'kiosk' }>;

export interface About {
  readonly callId: string;
  readonly patientId: string | null;
  readonly encounterId: string | null;
}

export interface CallsDeps {
  readonly store: CallStore;
  readonly clock: Clock;
  readonly kiosk: (deviceId: string) => { readonly clinicId: string; readonly name: string } | undefined;
  /** Whether the kiosk's link is up. */
  readonly isUp: (deviceId: string) => boolean;
  /** Whether the doctor has a console open. */
  readonly isHere: (practitionerId: string) => boolean;
  /** Whether something that wakes this doctor can be sent to a browser of theirs. */
  readonly canPush: (practitionerId: string) => boolean;
  /** The doctors on duty for a clinic, in the order to ring them. */
  readonly dutyDoctors: (clinicId: string) => readonly StaffMember[];
}

/**
 * The calls between kiosks and doctors. Each step is on the disk before anybody is told, and the
 * deadlines follow from what is there: a hub that was killed goes on where it was.
 *
 * At most one call that is not over for each kiosk and for each doctor (row R9 of the requirements:
 * not several patients at once).
 */
export class Calls {
  readonly #deps: CallsDeps;
  readonly #listeners: ((call: Call) => void)[] = [];
  readonly #endSweep: () => void;

  constructor(deps: CallsDeps) {
    this.#deps = deps;
    this.#endSweep = deps.clock.every(SWEEP_EVERY_MS, () => this.sweep());
  }

  stop(): void {
    this.#endSweep();
  }

  /** Hears every change of a call, after it was kept. */
  onChanged(listener: (call: Call) => void): void {
    this.#listeners.push(listener);
  }

  /** What a party has to know: its calls that ring or run, and those that ended just now. */
  of(party: Pick<Doctor, 'kind' | 'clinicIds'> | Pick<Kiosk, 'kind' | 'deviceId'>): Call[] {
    const calls = this.#deps.store.recentCalls(this.#nowMs() - TOLD_AFTER_END_MS);
    return calls.filter(call =>
      party.kind === 'doctor'
        ? party.clinicIds.includes(call.clinicId)
        : party.deviceId === call.kioskDeviceId,
    );
  }

  /** @throws AppError `NOT_FOUND`, also when it is none of the party's. */
  get(callId: string, party: Party): Call {
    const call = this.#deps.store.call(callId);
    const isTheirs =
      call !== undefined &&
      (party.kind === 'doctor'
        ? party.clinicIds.includes(call.clinicId)
        : party.deviceId === call.kioskDeviceId);
    if (!isTheirs) throw new AppError('NOT_FOUND', 'There is no such call.');
    return call;
  }

  /** A doctor rings a kiosk. @throws AppError `NOT_FOUND`, `PEER_OFFLINE`, `PEER_BUSY`, `IN_CALL` */
  ringKiosk(doctor: Doctor, request: About & { readonly kioskDeviceId: string }): Call {
    const { kioskDeviceId } = request;
    const again = this.#again(
      request.callId,
      call =>
        call.direction === 'to-kiosk' &&
        call.kioskDeviceId === kioskDeviceId &&
        isSame(call.doctor, doctor.staff),
    );
    if (again !== undefined) return again;
    const kiosk = this.#deps.kiosk(kioskDeviceId);
    if (kiosk === undefined || !doctor.clinicIds.includes(kiosk.clinicId)) {
      throw new AppError('NOT_FOUND', 'There is no such kiosk.');
    }
    this.#requireFree(doctor.staff);
    if (this.#openOfKiosk(kioskDeviceId) !== undefined) throw peerBusy();
    if (!this.#deps.isUp(kioskDeviceId)) {
      throw new AppError('PEER_OFFLINE', 'The link of this kiosk is down.');
    }
    return this.#keep({
      ...this.#fresh(request, { ...kiosk, kioskDeviceId }),
      direction: 'to-kiosk',
      doctor: doctor.staff,
    });
  }

  /**
   * A kiosk rings the doctors on duty: all who are free, and at their consoles or to be woken by push.
   *
   * @throws AppError `NOBODY_ON_DUTY` when nobody can be reached, `PEER_BUSY` when all are in calls,
   * `IN_CALL`
   */
  ringDuty(kiosk: Kiosk, request: About): Call {
    const { deviceId, clinicId, nurse } = kiosk;
    const again = this.#again(
      request.callId,
      call => call.direction === 'to-doctor' && call.kioskDeviceId === deviceId,
    );
    if (again !== undefined) return again;
    if (this.#openOfKiosk(deviceId) !== undefined) throw inCall();
    const reachable = this.#reachable(clinicId);
    if (reachable.length === 0) throw new AppError('NOBODY_ON_DUTY', 'No doctor on duty can be reached.');
    const free = reachable.filter(doctor => this.#openOfDoctor(doctor) === undefined);
    if (free.length === 0) throw peerBusy();
    const name = this.#deps.kiosk(deviceId)?.name ?? deviceId;
    return this.#keep({
      ...this.#fresh(request, { clinicId, name, kioskDeviceId: deviceId }),
      direction: 'to-doctor',
      nurse,
      rung: free.map(staff => ({ staff, declinedBecause: null })),
    });
  }

  /** The first who accepts has it. @throws AppError `CALL_ENDED`, `CONFLICT`, `FORBIDDEN`, `IN_CALL` */
  accept(callId: string, party: Party): Call {
    const call = this.get(callId, party);
    this.#requireCallee(call, party);
    if (call.state === 'ended') throw callEnded();
    if (call.state === 'connected') {
      if (party.kind === 'kiosk' || isSame(call.doctor, party.staff)) return call;
      throw new AppError('CONFLICT', 'Another doctor has taken the call.');
    }
    if (party.kind === 'kiosk') {
      return this.#connect(call, { nurse: party.nurse });
    }
    this.#requireFree(party.staff);
    const taken = this.#connect(call, { doctor: party.staff });
    this.#declineOthers(party.staff);
    return taken;
  }

  /** @throws AppError `FORBIDDEN` for whoever called; `CONFLICT` once it is connected. */
  decline(callId: string, party: Party, because: DeclineReason): Call {
    const call = this.get(callId, party);
    this.#requireCallee(call, party);
    if (call.state === 'ended') return call;
    if (call.state === 'connected') throw new AppError('CONFLICT', 'The call was taken.');
    const nowMs = this.#nowMs();
    return this.#keep(
      party.kind === 'doctor'
        ? declinedByDoctor(call, party.staff, because, nowMs)
        : ended(call, 'declined', party.nurse, nowMs, because),
    );
  }

  /** Hangs up, or gives up ringing. @throws AppError `FORBIDDEN` for whom it only rings. */
  end(callId: string, party: Party): Call {
    const call = this.get(callId, party);
    const by = party.kind === 'doctor' ? party.staff : party.nurse;
    if (party.kind === 'doctor' && !isSame(call.doctor, party.staff)) throw notYours();
    if (call.state === 'ended') return call;
    if (call.state === 'connected') return this.#end(call, 'hung-up', by);
    if (!isCaller(call, party)) throw notYours();
    return this.#end(call, 'cancelled', by);
  }

  /** Calls that ring now, whoever is called. */
  ringing(): Call[] {
    return this.#deps.store.openCalls().flatMap(({ call }) => (call.state === 'ringing' ? [call] : []));
  }

  /** Says whom a call is about. @throws AppError `CONFLICT` when it is about somebody else. */
  attach(request: { callId: string; patientId: string; encounterId: string | null }, party: Party): Call {
    const call = this.get(request.callId, party);
    const { patientId, encounterId } = request;
    if (party.kind === 'doctor' && !isSame(call.doctor, party.staff)) throw notYours();
    if (call.patientId === patientId && call.encounterId === encounterId) return call;
    if (call.state === 'ended') throw callEnded();
    const isOther =
      (call.patientId !== null && call.patientId !== patientId) ||
      (call.encounterId !== null && call.encounterId !== encounterId);
    if (isOther) throw new AppError('CONFLICT', 'The call is about somebody else.');
    return this.#keep({ ...call, patientId, encounterId });
  }

  /**
   * The call whose room this party may enter, for a ticket. While it rings, that is the kiosk and the
   * doctor who rings it: they build everything up, and nothing goes across before it is taken. A doctor
   * on duty at whom it rings comes in by taking it.
   *
   * @throws AppError `CALL_ENDED`, `FORBIDDEN`
   */
  requireOpen(callId: string, party: Party): Call {
    const call = this.get(callId, party);
    if (party.kind === 'doctor' && !isSame(call.doctor, party.staff)) throw notYours();
    if (call.state === 'ended') throw callEnded();
    return call;
  }

  /** The visit was closed with a decision: so are its calls. */
  visitClosed(encounterId: string, by: StaffMember): void {
    for (const { call } of this.#deps.store.openCalls()) {
      if (call.encounterId === encounterId) this.#end(call, 'closed', by);
    }
  }

  /** A doctor has opened a console: whatever rings for those on duty rings there too. */
  doctorIsHere(doctor: StaffMember): void {
    if (this.#openOfDoctor(doctor) !== undefined) return;
    for (const { call } of this.#deps.store.openCalls()) {
      if (call.state !== 'ringing' || call.direction !== 'to-doctor' || isRung(call, doctor)) continue;
      const roster = this.#deps.dutyDoctors(call.clinicId);
      if (!roster.some(each => isSame(each, doctor))) continue;
      this.#keep({ ...call, rung: [...call.rung, { staff: doctor, declinedBecause: null }] });
    }
  }

  /** Ends what has rung, or stood empty, for too long. */
  sweep(): void {
    const nowMs = this.#nowMs();
    for (const { call, emptySinceMs } of this.#deps.store.openCalls()) {
      if (call.state === 'ringing') {
        if (nowMs - call.ringingAtMs >= RING_FOR_MS) this.#end(call, 'no-answer', null);
      } else if (emptySinceMs !== null && nowMs - emptySinceMs >= EMPTY_FOR_MS) {
        this.#end(call, 'lost', null);
      }
    }
  }

  #nowMs(): number {
    return this.#deps.clock.nowMs();
  }

  #fresh(about: About, kiosk: { clinicId: string; name: string; kioskDeviceId: string }): Call {
    return {
      callId: about.callId,
      clinicId: kiosk.clinicId,
      kioskDeviceId: kiosk.kioskDeviceId,
      kioskName: kiosk.name,
      direction: 'to-kiosk',
      patientId: about.patientId,
      encounterId: about.encounterId,
      doctor: null,
      nurse: null,
      rung: [],
      state: 'ringing',
      ringingAtMs: this.#nowMs(),
      connectedAtMs: null,
      endedAtMs: null,
      end: null,
    };
  }

  /** The press that comes a second time. @throws AppError `CONFLICT` when the id is another call's. */
  #again(callId: string, isSameCall: (call: Call) => boolean): Call | undefined {
    const known = this.#deps.store.call(callId);
    if (known !== undefined && !isSameCall(known)) {
      throw new AppError('CONFLICT', 'The id is another call’s.');
    }
    return known;
  }

  #reachable(clinicId: string): StaffMember[] {
    const { dutyDoctors, isHere, canPush } = this.#deps;
    return dutyDoctors(clinicId).filter(
      ({ practitionerId }) => isHere(practitionerId) || canPush(practitionerId),
    );
  }

  #openOfKiosk(deviceId: string): Call | undefined {
    return this.#deps.store.openCalls().find(({ call }) => call.kioskDeviceId === deviceId)?.call;
  }

  #openOfDoctor(doctor: StaffMember): Call | undefined {
    return this.#deps.store.openCalls().find(({ call }) => isSame(call.doctor, doctor))?.call;
  }

  #requireFree(doctor: StaffMember): void {
    if (this.#openOfDoctor(doctor) !== undefined) throw inCall();
  }

  /** @throws AppError `FORBIDDEN` unless it rings, or rang, at this party. */
  #requireCallee(call: Call, party: Party): void {
    const isCallee =
      party.kind === 'kiosk'
        ? call.direction === 'to-kiosk'
        : call.direction === 'to-doctor' && isRung(call, party.staff);
    if (!isCallee) throw notYours();
  }

  /** Who has taken one call has no time for the others that ring there. */
  #declineOthers(doctor: StaffMember): void {
    for (const { call } of this.#deps.store.openCalls()) {
      if (!ringsAt(call, doctor)) continue;
      this.#keep(declinedByDoctor(call, doctor, 'with-a-patient', this.#nowMs()));
    }
  }

  /** From now on its room is empty, until somebody comes. */
  #connect(call: Call, by: Parameters<typeof connected>[1]): Call {
    const nowMs = this.#nowMs();
    return this.#keep(connected(call, by, nowMs), () => this.#deps.store.saveEmptySince(call.callId, nowMs));
  }

  #end(call: Call, reason: CallEnd['reason'], by: StaffMember | null): Call {
    return this.#keep(ended(call, reason, by, this.#nowMs()));
  }

  /** Keeps the next state of a call, and then tells everybody. */
  #keep(call: Call, also: () => void = () => {}): Call {
    const { store } = this.#deps;
    const isConsult = call.connectedAtMs !== null && call.patientId !== null;
    store.atomically(() => {
      store.saveCall(call, isConsult);
      also();
      if (call.state === 'ended') {
        store.voidTickets(call.callId);
        store.endPresencesOf(call.callId, this.#nowMs());
      }
    });
    for (const listener of this.#listeners) listener(call);
    return call;
  }
}

function isCaller(call: Call, party: Party): boolean {
  return (call.direction === 'to-kiosk') === (party.kind === 'doctor');
}

function peerBusy(): AppError {
  return new AppError('PEER_BUSY', 'Whoever is called is in another call.');
}

function inCall(): AppError {
  return new AppError('IN_CALL', 'There is a call already: one patient at a time.');
}

function callEnded(): AppError {
  return new AppError('CALL_ENDED', 'The call is over.');
}

function notYours(): AppError {
  return new AppError('FORBIDDEN', 'That is for somebody else in this call.');
}
