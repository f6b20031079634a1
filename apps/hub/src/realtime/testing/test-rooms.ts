import { EventEmitter } from 'node:events';
import { randomUUID } from 'node:crypto';
import { observer, type types } from 'mediasoup';
import {
  type Call,
  type Participant,
  type RoomContract,
  type RoomDown,
  type RoomRow,
  type RowRequest,
  type RowResponse,
  type RowResult,
} from '@shimabashi/contracts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { MediaWorkers } from '../media/workers.ts';
import { MediaMeter } from '../rooms/media-meter.ts';
import { Rooms } from '../rooms/rooms.ts';
import { type HubSocket } from '../socket.ts';

/** Rooms over a real worker, with people who have tickets, and a clock that stands. */
export function startTestRooms(options: { workers?: number; workerBin?: string } = {}) {
  const living: types.Worker[] = [];
  observer.on('newworker', worker => living.push(worker));
  const clock = new ManualClock();
  // Its own: a worker that is asked and not given the time to answer passes for one that hangs.
  const workersClock = new ManualClock();
  const meter = new MediaMeter();
  const problems: unknown[] = [];
  const unexpected: unknown[] = [];
  const bad: string[] = [];
  const presence: string[] = [];
  const tickets = new Map<string, { call: Call; participant: Participant }>();
  const listeners: ((call: Call) => void)[] = [];
  const workers = new MediaWorkers({
    settings: {
      workers: options.workers ?? 1,
      port: 0,
      announcedAddress: undefined,
      withLoopback: true,
      workerBin: options.workerBin,
    },
    clock: workersClock,
    onProblem: error => problems.push(error),
  });
  const rooms = new Rooms({
    clock,
    meter,
    openRouter: () => workers.openRouter(),
    onBadMessage: why => bad.push(why),
    onRefused: () => bad.push('ticket'),
    onUnexpected: error => unexpected.push(error),
    admission: {
      admit: ticket => tickets.get(ticket),
      joined: (_callId, participantId) => presence.push(`joined ${participantId}`),
      left: (_callId, participantId) => presence.push(`left ${participantId}`),
      onCallChanged: listener => listeners.push(listener),
    },
  });
  workers.start();
  return {
    clock,
    workersClock,
    meter,
    workers,
    rooms,
    problems,
    bad,
    presence,
    /** A ticket for somebody in this call. */
    ticket(call: Call, kind: Participant['kind']): string {
      const ticket = randomUUID().replaceAll('-', '').padEnd(43, '0');
      const participant = { participantId: randomUUID(), kind, staff: null, joinedAtMs: clock.nowMs() };
      tickets.set(ticket, { call, participant });
      return ticket;
    },
    change(call: Call): void {
      if (call.state === 'ended') {
        for (const [ticket, admitted] of tickets)
          if (admitted.call.callId === call.callId) tickets.delete(ticket);
      }
      for (const listener of listeners) listener(call);
    },
    /** Hears of what routers made from now on send to somebody. */
    onConsumer(listener: (consumer: types.Consumer | types.DataConsumer) => void): () => void {
      let hears = true;
      const hear = (consumer: types.Consumer | types.DataConsumer): void => {
        if (hears) listener(consumer);
      };
      for (const worker of living) {
        worker.observer.on('newrouter', router =>
          router.observer.on('newtransport', transport => {
            transport.observer.on('newconsumer', hear);
            transport.observer.on('newdataconsumer', hear);
          }),
        );
      }
      return () => void (hears = false);
    },
    open(): TestVisitor {
      const visitor = new TestVisitor();
      rooms.connect(visitor.socket);
      return visitor;
    },
    async join(call: Call, kind: Participant['kind']) {
      const visitor = this.open();
      const state = await visitor.ask('room.join', { ticket: this.ticket(call, kind) });
      return { visitor, state };
    },
    /** Whatever participants say, nothing may surprise the hub. */
    failOnSurprise(): void {
      if (unexpected.length > 0) throw new Error('A row failed unexpectedly.', { cause: unexpected[0] });
    },
    stop(): void {
      rooms.stop();
      workers.stop();
    },
  };
}

export function callOf(change: Partial<Call> = {}): Call {
  return {
    callId: randomUUID(),
    clinicId: 'kamishima',
    kioskDeviceId: 'kiosk-1',
    kioskName: 'キオスク 1',
    direction: 'to-kiosk',
    patientId: null,
    encounterId: null,
    doctor: null,
    nurse: null,
    rung: [],
    state: 'connected',
    ringingAtMs: 1_795_000_000_000,
    connectedAtMs: 1_795_000_001_000,
    endedAtMs: null,
    end: null,
    ...change,
  };
}

/** A participant's end of a socket that is no network. */
export class TestVisitor {
  readonly heard: RoomDown[] = [];
  closedWith: number | undefined;
  bufferedAmount = 0;
  readonly socket: HubSocket;
  readonly #events = new EventEmitter();
  #lastId = 0;

  constructor() {
    // A socket delivers in a turn of its own, and so does this one.
    const events = this.#events;
    const closed = (code: number): void => {
      if (this.closedWith !== undefined) return;
      this.closedWith = code;
      setImmediate(() => {
        events.emit('close');
        events.emit('news');
      });
    };
    const bufferedAmount = (): number => this.bufferedAmount;
    this.socket = {
      get bufferedAmount() {
        return bufferedAmount();
      },
      send: text => {
        this.heard.push(JSON.parse(text) as RoomDown);
        events.emit('news');
      },
      ping: () => {},
      close: closed,
      terminate: () => closed(1006),
      on: (event: string, listener: (...args: never[]) => void) =>
        events.on(event, listener as (...args: unknown[]) => void),
    };
  }

  say(message: unknown): void {
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    this.#events.emit('message', text, false);
  }

  hangUp(): void {
    if (this.closedWith !== undefined) return;
    this.closedWith = 1006;
    this.#events.emit('close');
    this.#events.emit('news');
  }

  pong(): void {
    this.#events.emit('pong');
  }

  /** The answer, whatever it is; also to what no contract knows. */
  async result(row: string, body: unknown): Promise<RowResult> {
    this.#lastId += 1;
    const id = this.#lastId;
    this.say({ type: 'request', id, row, body });
    const reply = await this.next('reply', message => message.id === id);
    return reply.result as RowResult;
  }

  async ask<Row extends RoomRow>(
    row: Row,
    body: RowRequest<RoomContract, Row>,
  ): Promise<RowResponse<RoomContract, Row>> {
    const result = await this.result(row, body);
    if (!result.ok) throw new Error(`${row}: ${result.error.code}`);
    return result.body as RowResponse<RoomContract, Row>;
  }

  /** The code of a refusal, or OK. */
  async codeOf(row: RoomRow, body: unknown): Promise<string> {
    const result = await this.result(row, body);
    return result.ok ? 'OK' : result.error.code;
  }

  async next<Type extends RoomDown['type']>(
    type: Type,
    matches: (message: Extract<RoomDown, { type: Type }>) => boolean = () => true,
  ): Promise<Extract<RoomDown, { type: Type }>> {
    return this.#until(() =>
      this.heard.find(
        (message): message is Extract<RoomDown, { type: Type }> =>
          message.type === type && matches(message as Extract<RoomDown, { type: Type }>),
      ),
    );
  }

  async closed(): Promise<number> {
    return this.#until(() => this.closedWith);
  }

  async #until<Found>(look: () => Found | undefined): Promise<Found> {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (this.closedWith !== undefined) throw new Error(`closed with ${this.closedWith}`);
      // oxlint-disable-next-line no-await-in-loop -- one message after the other
      await new Promise<void>(resolve => this.#events.once('news', () => resolve()));
    }
  }
}
