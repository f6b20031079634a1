import { type Call, type Participant, type StaffMember } from '@shimabashi/contracts';
import { type Clock } from '../clock.ts';
import { type CallParticipant, type CallStore } from '../db/call-store.ts';
import { randomToken, tokenHash } from '../identity/secrets.ts';
import { type RoomAdmission } from '../realtime/rooms/admission.ts';
import { type Calls, type Party } from './calls.ts';

/**
 * Who may enter the room of a call, and who was in it. A ticket is kept as its hash, and is void
 * when the call ends.
 */
export class CallRooms implements RoomAdmission {
  readonly #store: CallStore;
  readonly #clock: Clock;
  readonly #calls: Calls;
  readonly #newId: () => string;
  /** Sockets of each participant: while a new one takes over, there are two. */
  readonly #sockets = new Map<string, number>();
  /** Who is in the room of a call that rings, and of which: nobody is present at what has not begun. */
  readonly #waiting = new Map<string, string>();

  constructor(deps: { store: CallStore; clock: Clock; calls: Calls; newId: () => string }) {
    this.#store = deps.store;
    this.#clock = deps.clock;
    this.#calls = deps.calls;
    this.#newId = deps.newId;
    this.#emptyAfterStart();
    this.#calls.onChanged(call => this.#onCallChanged(call));
  }

  /** A ticket of the party's own. @throws AppError as `Calls.requireOpen` */
  giveTicket(callId: string, party: Party): { readonly call: Call; readonly ticket: string } {
    const call = this.#calls.requireOpen(callId, party);
    const staff: StaffMember | null = party.kind === 'doctor' ? party.staff : party.nurse;
    const ticket = randomToken();
    this.#store.saveTicket(
      { participantId: this.#newId(), callId, kind: party.kind, staff },
      tokenHash(ticket),
    );
    return { call, ticket };
  }

  admit(ticket: string): { readonly call: Call; readonly participant: Participant } | undefined {
    const known = this.#store.participantByTicket(tokenHash(ticket));
    const call = known && this.#store.call(known.callId);
    if (known === undefined || call === undefined || call.state === 'ended') return undefined;
    const { participantId, kind, staff } = known;
    const joinedAtMs = this.#store.firstJoinedAtMs(participantId) ?? this.#clock.nowMs();
    return { call, participant: { participantId, kind, staff, joinedAtMs } };
  }

  joined(callId: string, participantId: string): void {
    const state = this.#store.call(callId)?.state;
    if (state === undefined || state === 'ended') return;
    const sockets = this.#sockets.get(participantId) ?? 0;
    this.#sockets.set(participantId, sockets + 1);
    if (sockets > 0) return;
    if (state === 'ringing') this.#waiting.set(participantId, callId);
    else this.#savePresence(callId, participantId);
  }

  left(callId: string, participantId: string): void {
    const sockets = this.#sockets.get(participantId) ?? 0;
    if (sockets > 1) {
      this.#sockets.set(participantId, sockets - 1);
      return;
    }
    this.#waiting.delete(participantId);
    if (!this.#sockets.delete(participantId)) return;
    if (this.#participant(callId, participantId) === undefined) return;
    const nowMs = this.#clock.nowMs();
    this.#store.atomically(() => {
      this.#store.endPresence(participantId, nowMs);
      const isEmpty = this.#store.presences(callId).every(({ leftAtMs }) => leftAtMs !== null);
      if (isEmpty) this.#store.saveEmptySince(callId, nowMs);
    });
  }

  onCallChanged(listener: (call: Call) => void): void {
    this.#calls.onChanged(listener);
  }

  /** Once it is taken, whoever waited in its room is present; at the kiosk that is who took it. */
  #onCallChanged({ callId, state, nurse }: Call): void {
    if (state === 'ringing') return;
    for (const [participantId, waitsFor] of this.#waiting) {
      if (waitsFor !== callId) continue;
      this.#waiting.delete(participantId);
      if (this.#participant(callId, participantId)?.kind === 'kiosk') {
        this.#store.saveStaff(participantId, nurse);
      }
      this.#savePresence(callId, participantId);
    }
  }

  /** Of somebody who is in the room of a call that is on. */
  #savePresence(callId: string, participantId: string): void {
    const participant = this.#participant(callId, participantId);
    if (participant === undefined) return;
    this.#store.atomically(() => {
      this.#store.savePresence(participant, this.#clock.nowMs());
      this.#store.saveEmptySince(callId, null);
    });
  }

  /** The participant, while the call is connected: who comes or goes later changes nothing. */
  #participant(callId: string, participantId: string): CallParticipant | undefined {
    const participant = this.#store.participant(participantId);
    const isOpen = this.#store.call(callId)?.state === 'connected';
    return isOpen && participant?.callId === callId ? participant : undefined;
  }

  /**
   * The sockets ended with the hub that held them, at a moment that nobody wrote down: this one is
   * the latest that it can have been.
   */
  #emptyAfterStart(): void {
    const nowMs = this.#clock.nowMs();
    this.#store.atomically(() => {
      this.#store.endPresences(nowMs);
      for (const { call, emptySinceMs } of this.#store.openCalls()) {
        if (call.state === 'connected' && emptySinceMs === null) {
          this.#store.saveEmptySince(call.callId, nowMs);
        }
      }
    });
  }
}
