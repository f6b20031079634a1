import { AppError, type Call, SOCKET_CLOSE } from '@shimabashi/contracts';
import { type Clock } from '../../clock.ts';
import { type RoomRouter } from '../media/workers.ts';
import { type HubSocket } from '../socket.ts';
import { type RoomAdmission } from './admission.ts';
import { type MediaMeter } from './media-meter.ts';
import { Room, type RoomState } from './room.ts';
import { Visit } from './visit.ts';

export interface RoomsDeps {
  readonly clock: Clock;
  readonly admission: RoomAdmission;
  readonly openRouter: () => Promise<RoomRouter>;
  readonly meter: MediaMeter;
  readonly onBadMessage: (why: 'message' | 'flood') => void;
  readonly onRefused: () => void;
  readonly onUnexpected: (error: unknown, row: string) => void;
}

/** Sockets at once, for a group practice of tens of clinics. */
const VISITS_MAX = 512;

/** Every room of a connected call, and everyone at their doors. */
export class Rooms {
  readonly #deps: RoomsDeps;
  readonly #rooms = new Map<string, Room>();
  readonly #visits = new Set<Visit>();

  constructor(deps: RoomsDeps) {
    this.#deps = deps;
    deps.admission.onCallChanged(call => this.#callChanged(call));
  }

  /** Rooms with somebody in them. */
  get count(): number {
    return [...this.#rooms.values()].filter(({ members }) => members.length > 0).length;
  }

  get participantCount(): number {
    return [...this.#rooms.values()].reduce((sum, { members }) => sum + members.length, 0);
  }

  /** Whoever opens a socket is nobody until a ticket says who. */
  connect(socket: HubSocket): void {
    if (this.#visits.size >= VISITS_MAX && !this.#sendStrangerAway()) {
      socket.close(SOCKET_CLOSE.tooMany, 'too many visitors');
      return;
    }
    const visit = new Visit(socket, {
      ...this.#deps,
      enter: (ticket, visitor) => this.#enter(ticket, visitor),
      left: visitor => this.#left(visitor),
    });
    this.#visits.add(visit);
  }

  stop(): void {
    for (const room of this.#rooms.values()) room.stop();
    this.#rooms.clear();
  }

  /** The one that has waited longest without a ticket: whoever has one shows it at once. */
  #sendStrangerAway(): boolean {
    const stranger = [...this.#visits].find(({ inside }) => inside === undefined);
    stranger?.close(SOCKET_CLOSE.tooMany, 'others are waiting');
    return stranger !== undefined;
  }

  async #enter(ticket: string, visit: Visit): Promise<RoomState> {
    const { admission, openRouter, meter } = this.#deps;
    const admitted = admission.admit(ticket);
    if (admitted === undefined) throw new AppError('FORBIDDEN', 'This ticket admits nobody.');
    const { call, participant } = admitted;
    if (visit.inside !== undefined && visit.inside.room.callId !== call.callId)
      throw new AppError('CONFLICT', 'This socket is in another room.');
    const room = this.#rooms.get(call.callId) ?? new Room(call, { openRouter, meter });
    this.#rooms.set(call.callId, room);
    return room.enter(participant, visit, {
      isOpen: () => visit.isOpen,
      entered: (member, wasIn) => {
        visit.settle({ room, member });
        if (!wasIn) admission.joined(call.callId, participant.participantId);
      },
    });
  }

  #left(visit: Visit): void {
    this.#visits.delete(visit);
    const { room, member } = visit.inside ?? {};
    if (room === undefined || member === undefined || !room.leave(member)) return;
    this.#deps.admission.left(room.callId, member.participant.participantId);
  }

  #callChanged(call: Call): void {
    const room = this.#rooms.get(call.callId);
    // Before anyone hears of it: nobody comes back into a room that is closing.
    if (call.state === 'ended') this.#rooms.delete(call.callId);
    room?.callChanged(call);
  }
}
