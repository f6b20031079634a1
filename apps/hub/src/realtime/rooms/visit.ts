import {
  answerRow,
  type RoomContract,
  roomContract,
  type RoomDown,
  RoomUp,
  type RowRequest,
  type RowResponse,
  type RowResult,
  SOCKET_CLOSE,
} from '@shimabashi/contracts';
import { type Clock } from '../../clock.ts';
import { Allowance } from '../allowance.ts';
import { hearMessages, type HubSocket } from '../socket.ts';
import { type Member, type Room, type RoomState, type Visitor } from './room.ts';
import { roomHandlers } from './rows.ts';

/** A participant whose socket has fallen this far behind is cut off: it joins again and reads afresh. */
const BUFFERED_BYTES_MAX = 1_048_576;
/** Live numbers wait for nothing: with more than this unsent they are left out. */
const FREE_BYTES_MAX = 65_536;
/** Requests that wait for the one before. A client that builds up its media sends about ten. */
const WAITING_MAX = 32;
/** Waveforms over the socket are about ten messages a second. */
const MESSAGES = { burst: 240, perSecond: 60 };
const ENTER_WITHIN_MS = 15_000;
const PING_EVERY_MS = 5_000;
/** A participant whose machine has vanished is let go after this silence, in milliseconds. */
const SILENT_AFTER_MS = 15_000;
const NORMAL_CLOSE = 1_000;

type Join = RowRequest<RoomContract, 'room.join'>;

interface Inside {
  readonly room: Room;
  readonly member: Member;
}

export interface VisitDeps {
  readonly clock: Clock;
  /** Takes the visitor into the room that the ticket names. Throws `AppError`. */
  readonly enter: (ticket: string, visit: Visit) => Promise<RoomState>;
  readonly left: (visit: Visit) => void;
  readonly onBadMessage: (why: 'message' | 'flood') => void;
  /** Somebody came with a ticket that admits nobody. */
  readonly onRefused: () => void;
  readonly onUnexpected: (error: unknown, row: string) => void;
}

/**
 * One socket at `/room`, from its opening to its close. It answers requests one after the other, so that
 * each finds what the one before has left.
 */
export class Visit implements Visitor {
  readonly #socket: HubSocket;
  readonly #deps: VisitDeps;
  readonly #allowance: Allowance;
  readonly #endPings: () => void;
  readonly #endPatience: () => void;
  #lastHeardAtMs: number;
  #queue: Promise<void> = Promise.resolve();
  #waiting = 0;
  #inside: Inside | undefined;
  #isOpen = true;

  constructor(socket: HubSocket, deps: VisitDeps) {
    const { clock } = deps;
    this.#socket = socket;
    this.#deps = deps;
    this.#allowance = new Allowance({ ...MESSAGES, nowMs: clock.nowMs });
    this.#lastHeardAtMs = clock.nowMs();
    this.#endPings = clock.every(PING_EVERY_MS, () => this.#ping());
    this.#endPatience = clock.after(ENTER_WITHIN_MS, () => {
      if (this.#inside === undefined) this.close(SOCKET_CLOSE.signInRequired, 'nobody joined');
    });
    socket.on('close', () => this.#closed());
    socket.on('pong', () => this.#heard());
    hearMessages(socket, RoomUp, {
      message: message => this.#take(message),
      bad: () => deps.onBadMessage('message'),
    });
  }

  get inside(): Inside | undefined {
    return this.#inside;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** It has a place in a room from now on. */
  settle(inside: Inside): void {
    this.#inside = inside;
  }

  send(message: RoomDown): void {
    if (!this.#isOpen) return;
    if (this.#socket.bufferedAmount > BUFFERED_BYTES_MAX) this.#drop();
    else this.#socket.send(JSON.stringify(message));
  }

  sendIfFree(message: RoomDown): void {
    if (this.#socket.bufferedAmount <= FREE_BYTES_MAX) this.send(message);
  }

  close(code: number, reason: string): void {
    if (!this.#isOpen) return;
    this.#socket.close(code, reason);
    this.#closed();
  }

  #drop(): void {
    this.#socket.terminate();
    this.#closed();
  }

  #closed(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#endPings();
    this.#endPatience();
    this.#deps.left(this);
    this.#inside = undefined;
  }

  #ping(): void {
    if (this.#deps.clock.nowMs() - this.#lastHeardAtMs > SILENT_AFTER_MS) this.#drop();
    else this.#socket.ping();
  }

  #heard(): void {
    this.#lastHeardAtMs = this.#deps.clock.nowMs();
  }

  #take(message: RoomUp): void {
    if (!this.#isOpen) return;
    this.#heard();
    if (!this.#allowance.take()) {
      this.#deps.onBadMessage('flood');
      this.close(SOCKET_CLOSE.tooMany, 'too many messages');
      return;
    }
    switch (message.type) {
      case 'ask': {
        const otherAtMs = this.#deps.clock.nowMs();
        if (this.#inside !== undefined) this.send({ type: 'echo', askedAtMs: message.askedAtMs, otherAtMs });
        return;
      }
      case 'vitals': {
        const { room, member } = this.#inside ?? {};
        if (member?.participant.kind === 'kiosk') room?.vitals(message.vitals, member);
        return;
      }
      case 'request':
        this.#enqueue(message);
    }
  }

  #enqueue({ id, row, body }: Extract<RoomUp, { type: 'request' }>): void {
    if (this.#waiting >= WAITING_MAX) {
      this.#deps.onBadMessage('flood');
      this.close(SOCKET_CLOSE.tooMany, 'too many requests');
      return;
    }
    this.#waiting += 1;
    this.#queue = this.#queue.then(async () => {
      if (this.#isOpen) await this.#answer(id, row, body);
      this.#waiting -= 1;
    });
  }

  async #answer(id: number, row: string, body: unknown): Promise<void> {
    if (this.#inside === undefined && row !== 'room.join') {
      this.close(SOCKET_CLOSE.badMessage, 'join first');
      return;
    }
    const result = await this.#resultOf(row, body);
    this.send({ type: 'reply', id, result });
    if (row === 'room.leave' && result.ok) this.close(NORMAL_CLOSE, 'left');
    if (this.#inside !== undefined || result.ok || result.error.retryable) return;
    this.#deps.onRefused();
    this.close(SOCKET_CLOSE.forbidden, 'not admitted');
  }

  async #resultOf(row: string, request: unknown): Promise<RowResult> {
    return answerRow({
      contract: roomContract,
      handlers: {
        ...roomHandlers,
        'room.join': (join: Join) => this.#join(join),
        'room.leave': () => ({}),
      },
      // Rows other than the entrance are asked for by those who are in (`#answer`).
      context: this.#inside!,
      row,
      request,
      reportUnexpected: this.#deps.onUnexpected,
    });
  }

  async #join({ ticket }: Join): Promise<RowResponse<RoomContract, 'room.join'>> {
    return this.#deps.enter(ticket, this);
  }
}
