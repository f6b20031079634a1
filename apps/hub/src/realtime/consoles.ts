import { type ClinicStatus, type LiveDown, LiveUp, SOCKET_CLOSE } from '@shimabashi/contracts';
import { type ChartNews } from '../chart/push.ts';
import { type Clock } from '../clock.ts';
import { type Session } from '../db/identity-store.ts';
import { LiveBoard, type LiveSamples } from './live-board.ts';
import { hearMessages, type HubSocket } from './socket.ts';
import { Throttle } from './throttle.ts';

/** A console that has fallen this far behind is dropped: it reconnects and reads afresh. */
const BUFFERED_BYTES_MAX = 1_048_576;

const SWEEP_EVERY_MS = 5_000;

/** A console whose machine has vanished is let go after this silence, in milliseconds. */
const SILENT_AFTER_MS = 20_000;

/** Each clinic's status reaches the consoles at most twice a second. */
const STATUS_EVERY_MS = 500;

/** A push about more patients than this is told as one "read again". */
const PATIENTS_TOLD_MAX = 16;

interface Console {
  readonly socket: HubSocket;
  readonly session: Session;
  watching: string | null;
  lastHeardAtMs: number;
}

export interface ConsolesDeps {
  readonly clock: Clock;
  readonly maySee: (doctor: Session, patientId: string) => boolean;
  readonly statuses: (clinicIds: readonly string[]) => ClinicStatus[];
  readonly onSamplesRelayed: (count: number) => void;
  readonly onBadMessage: (doctor: Session) => void;
  /** A console was let go since it did not keep up, or had vanished. */
  readonly onDropped: (doctor: Session) => void;
  /** What a console is told as soon as it is open: whatever rings, runs or waits. */
  readonly firstMessages: (doctor: Session) => readonly LiveDown[];
  /** The first console of this doctor has opened, or the last one has gone. */
  readonly onPresence: (doctor: Session) => void;
}

/** The doctors' open pages: who watches whom, and what they are told. Holds no history. */
export class Consoles {
  readonly #deps: ConsolesDeps;
  readonly #consoles = new Set<Console>();
  readonly #board: LiveBoard;
  readonly #statusThrottle: Throttle;
  readonly #endSweep: () => void;

  constructor(deps: ConsolesDeps) {
    this.#deps = deps;
    this.#board = new LiveBoard(deps.clock.nowMs);
    this.#statusThrottle = new Throttle({
      clock: deps.clock,
      periodMs: STATUS_EVERY_MS,
      run: clinicId => this.#tellStatus(clinicId),
    });
    this.#endSweep = deps.clock.every(SWEEP_EVERY_MS, () => this.#sweep());
  }

  get count(): number {
    return this.#consoles.size;
  }

  connect(socket: HubSocket, session: Session): void {
    const console: Console = { socket, session, watching: null, lastHeardAtMs: this.#deps.clock.nowMs() };
    const wasHere = this.isHere(session.staff.practitionerId);
    this.#consoles.add(console);
    socket.on('close', () => this.#remove(console));
    socket.on('pong', () => this.#heard(console));
    hearMessages(socket, LiveUp, {
      message: message => this.#answer(console, message),
      bad: () => this.#deps.onBadMessage(session),
    });
    // What changed between the page's first reading and now would otherwise stay unknown to it.
    for (const status of this.#deps.statuses(session.clinicIds))
      this.#send(console, { type: 'clinic', status });
    for (const message of this.#deps.firstMessages(session)) this.#send(console, message);
    if (!wasHere) this.#deps.onPresence(session);
  }

  /** Whether a console of this doctor is open now. */
  isHere(practitionerId: string): boolean {
    return [...this.#consoles].some(({ session }) => session.staff.practitionerId === practitionerId);
  }

  /** Tells every open console of this clinic's doctors. */
  tellClinic(clinicId: string, message: LiveDown): void {
    for (const console of this.#ofClinic(clinicId)) this.#send(console, message);
  }

  /** Passes live numbers on to whoever watches this patient. */
  samples(message: LiveSamples): void {
    this.#board.hold(message);
    for (const console of this.#watching(message.patientId)) {
      this.#send(console, message);
      this.#deps.onSamplesRelayed(message.samples.length);
    }
  }

  liveEnded(patientId: string): void {
    this.#board.drop(patientId);
    for (const console of this.#watching(patientId)) this.#send(console, { type: 'live-ended', patientId });
  }

  chartChanged({ clinicId, patientIds }: ChartNews): void {
    const told = patientIds.size > PATIENTS_TOLD_MAX ? [null] : [...patientIds];
    for (const console of this.#ofClinic(clinicId)) {
      for (const patientId of told) this.#send(console, { type: 'chart-changed', patientId });
    }
  }

  clinicChanged(clinicId: string): void {
    this.#statusThrottle.ask(clinicId);
  }

  sessionEnded(sessionTokenHash: string): void {
    for (const console of this.#consoles) {
      if (console.session.tokenHash === sessionTokenHash) this.#closeForSignIn(console);
    }
  }

  stop(): void {
    this.#endSweep();
    this.#statusThrottle.stop();
    // What their sockets' ends would bring about has no place in a hub that is going.
    this.#consoles.clear();
  }

  #answer(console: Console, message: LiveUp): void {
    this.#heard(console);
    switch (message.type) {
      case 'ask':
        this.#send(console, {
          type: 'echo',
          askedAtMs: message.askedAtMs,
          otherAtMs: this.#deps.clock.nowMs(),
        });
        return;
      case 'watch':
        this.#watch(console, message.patientId);
    }
  }

  #watch(console: Console, patientId: string | null): void {
    if (patientId !== null && !this.#deps.maySee(console.session, patientId)) {
      console.socket.close(SOCKET_CLOSE.forbidden, 'not this patient');
      this.#remove(console);
      return;
    }
    console.watching = patientId;
    const latest = patientId === null ? undefined : this.#board.latest(patientId);
    if (latest !== undefined) this.#send(console, latest);
  }

  #tellStatus(clinicId: string): void {
    const [status] = this.#deps.statuses([clinicId]);
    if (status === undefined) return;
    for (const console of this.#ofClinic(clinicId)) this.#send(console, { type: 'clinic', status });
  }

  #sweep(): void {
    this.#board.prune();
    const nowMs = this.#deps.clock.nowMs();
    for (const console of this.#consoles) {
      if (console.session.expiresAtMs <= nowMs) this.#closeForSignIn(console);
      else if (nowMs - console.lastHeardAtMs > SILENT_AFTER_MS) this.#drop(console);
      else console.socket.ping();
    }
  }

  #send(console: Console, message: LiveDown): void {
    if (console.socket.bufferedAmount > BUFFERED_BYTES_MAX) {
      this.#drop(console);
      return;
    }
    console.socket.send(JSON.stringify(message));
  }

  #remove(console: Console): void {
    const { session } = console;
    if (this.#consoles.delete(console) && !this.isHere(session.staff.practitionerId)) {
      this.#deps.onPresence(session);
    }
  }

  #drop(console: Console): void {
    this.#remove(console);
    console.socket.terminate();
    this.#deps.onDropped(console.session);
  }

  #closeForSignIn(console: Console): void {
    this.#remove(console);
    console.socket.close(SOCKET_CLOSE.signInRequired, 'sign in again');
  }

  #heard(console: Console): void {
    console.lastHeardAtMs = this.#deps.clock.nowMs();
  }

  #watching(patientId: string): Console[] {
    return [...this.#consoles].filter(console => console.watching === patientId);
  }

  #ofClinic(clinicId: string): Console[] {
    return [...this.#consoles].filter(console => console.session.clinicIds.includes(clinicId));
  }
}
