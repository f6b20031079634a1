import { type Call, type Participant } from '@shimabashi/contracts';

/** Who may enter which room: the rooms' view of the calls. Tickets never reach a log. */
export interface RoomAdmission {
  /**
   * Whom this ticket admits, or undefined when it is unknown, void, or of a call that is over. The
   * same ticket admits again after a cut: a call outlives its sockets, and the hub. A participant
   * keeps its `participantId` through all of that.
   */
  admit(ticket: string): { readonly call: Call; readonly participant: Participant } | undefined;
  /** The participant is in the room now. Said once until `left`, whatever becomes of its sockets. */
  joined(callId: string, participantId: string): void;
  /** It is not in any more. It may come back. */
  left(callId: string, participantId: string): void;
  /** Hears every change of a call, its end among them, from now on. */
  onCallChanged(listener: (call: Call) => void): void;
}
