import {
  AppError,
  type BoundAlarm,
  ClockOffset,
  type LinkDown,
  LinkUp,
  type Sample,
  SOCKET_CLOSE,
} from '@shimabashi/contracts';
import { type Clock } from '../clock.ts';
import { type Backlog } from '../db/identity-store.ts';
import { type KioskIdentity } from '../identity/kiosk-identity.ts';
import { type LiveSamples } from './live-board.ts';
import { hearMessages, type HubSocket } from './socket.ts';

const ASK_EVERY_MS = 2_000;

/** A link without an echo for so long is down. Three asks. */
const LINK_SILENT_AFTER_MS = 6_000;

/** Asks whose echo is still awaited. An echo of anything else says nothing about the clock. */
const ASKS_KEPT = 8;

/** A time of a kiosk's clock in ours; undefined before its first echo. */
export type ToOurs = (kioskMs: number) => number | undefined;

/** Alarms of a kiosk whose clock is not known yet. It has few; a flood must not fill the memory. */
const ALARMS_HELD = 32;

export interface LinksDeps {
  readonly clock: Clock;
  readonly fleet: {
    linkUp(deviceId: string): void;
    linkDown(deviceId: string): void;
    heard(deviceId: string): void;
    backlog(deviceId: string, backlog: Backlog): void;
  };
  /** The clinic of a patient, or undefined while the hub does not know the patient. */
  readonly clinicsOf: (patientId: string) => readonly string[];
  readonly onSamples: (message: LiveSamples) => void;
  readonly onLiveEnded: (patientId: string) => void;
  /** `toOurs` is of the kiosk's clock. Told again when that is known, if it was not. */
  readonly onAlarm: (kiosk: KioskIdentity, bound: BoundAlarm, toOurs: ToOurs) => void;
  /** The line of this kiosk is up, or lost, since now. */
  readonly onLine: (deviceId: string) => void;
  readonly onBadMessage: (kiosk: KioskIdentity) => void;
  /** What a kiosk is told as soon as it is back: whatever rings, runs or waits for it. */
  readonly firstMessages: (kiosk: KioskIdentity) => readonly LinkDown[];
}

/** The kiosks' open links, one each: heartbeat, clock, live numbers, backlog. */
export class Links {
  readonly #deps: LinksDeps;
  readonly #links = new Map<string, Link>();

  constructor(deps: LinksDeps) {
    this.#deps = deps;
  }

  get count(): number {
    return this.#links.size;
  }

  connect(socket: HubSocket, kiosk: KioskIdentity): void {
    // The old one is dead, even if its end has not reached us yet.
    this.#links.get(kiosk.deviceId)?.end('replaced');
    const link = new Link({
      ...this.#deps,
      socket,
      kiosk,
      onEnded: () => {
        if (this.#links.get(kiosk.deviceId) === link) this.#links.delete(kiosk.deviceId);
      },
    });
    this.#links.set(kiosk.deviceId, link);
    link.begin();
  }

  /** Tells the clinic's kiosks, but for the one that it came from, that there is news to pull. */
  poke(clinicId: string, exceptDeviceId: string): void {
    for (const { kiosk, poke } of this.#links.values()) {
      if (kiosk.clinicId === clinicId && kiosk.deviceId !== exceptDeviceId) poke();
    }
  }

  /** A time of this kiosk's clock in ours, as far as its link has told. */
  toOurs(deviceId: string, kioskMs: number): number | undefined {
    return this.#links.get(deviceId)?.toOurs(kioskMs);
  }

  isUp(deviceId: string): boolean {
    return this.#links.has(deviceId);
  }

  /** Tells one kiosk, if its link is up. What must reach it is also among its first messages. */
  tell(deviceId: string, message: LinkDown): void {
    this.#links.get(deviceId)?.tell(message);
  }

  tellClinic(clinicId: string, message: LinkDown): void {
    for (const link of this.#links.values()) {
      if (link.kiosk.clinicId === clinicId) link.tell(message);
    }
  }

  stop(): void {
    for (const link of this.#links.values()) link.end('stopping');
  }
}

class Link {
  readonly kiosk: KioskIdentity;
  readonly #deps: LinksDeps & { readonly socket: HubSocket; readonly onEnded: () => void };
  readonly #offset = new ClockOffset();
  #awaited: readonly number[] = [];
  #lastEchoAtMs: number;
  #livePatientId: string | undefined;
  #alarmsBeforeEcho: readonly BoundAlarm[] = [];
  #endHeartbeat: (() => void) | undefined;

  constructor(deps: LinksDeps & { socket: HubSocket; kiosk: KioskIdentity; onEnded: () => void }) {
    this.#deps = deps;
    this.kiosk = deps.kiosk;
    this.#lastEchoAtMs = deps.clock.nowMs();
  }

  begin(): void {
    const { clock, fleet, socket } = this.#deps;
    socket.on('close', () => this.end('closed'));
    hearMessages(socket, LinkUp, {
      message: message => this.#take(message),
      bad: () => this.#deps.onBadMessage(this.kiosk),
    });
    fleet.linkUp(this.kiosk.deviceId);
    this.#deps.onLine(this.kiosk.deviceId);
    this.#endHeartbeat = clock.every(ASK_EVERY_MS, () => this.#beat());
    this.#ask();
    for (const message of this.#deps.firstMessages(this.kiosk)) this.tell(message);
  }

  readonly poke = (): void => this.tell({ type: 'poke' });

  /** Ends the link, once, whoever began it. Nothing that it carried is live any more. */
  end(why: 'closed' | 'silent' | 'replaced' | 'stopping'): void {
    if (this.#endHeartbeat === undefined) return;
    this.#endHeartbeat();
    this.#endHeartbeat = undefined;
    if (why === 'silent') this.#deps.socket.terminate();
    if (why === 'replaced' || why === 'stopping') this.#deps.socket.close(SOCKET_CLOSE.goingAway, why);
    this.#endLive();
    this.#deps.fleet.linkDown(this.kiosk.deviceId);
    this.#deps.onLine(this.kiosk.deviceId);
    this.#deps.onEnded();
  }

  #beat(): void {
    if (this.#deps.clock.nowMs() - this.#lastEchoAtMs >= LINK_SILENT_AFTER_MS) this.end('silent');
    else this.#ask();
  }

  #ask(): void {
    const askedAtMs = this.#deps.clock.nowMs();
    this.#awaited = [...this.#awaited, askedAtMs].slice(-ASKS_KEPT);
    this.tell({ type: 'ask', askedAtMs });
  }

  #take(message: LinkUp): void {
    if (this.#endHeartbeat === undefined) return; // Ended here; what was on its way is too late.
    switch (message.type) {
      case 'echo':
        this.#takeEcho(message);
        return;
      case 'status':
        this.#deps.fleet.backlog(this.kiosk.deviceId, { waiting: message.waiting, parked: message.parked });
        return;
      case 'live-ended':
        if (message.patientId === this.#livePatientId) this.#endLive();
        return;
      case 'samples':
        this.#takeSamples(message);
        return;
      case 'alarm':
        this.#takeAlarm(message.bound);
    }
  }

  #takeEcho({ askedAtMs, otherAtMs }: { readonly askedAtMs: number; readonly otherAtMs: number }): void {
    if (!this.#awaited.includes(askedAtMs)) return;
    this.#awaited = this.#awaited.filter(awaited => awaited !== askedAtMs);
    const answeredAtMs = this.#deps.clock.nowMs();
    this.#offset.add({ askedAtMs, otherAtMs, answeredAtMs });
    this.#lastEchoAtMs = answeredAtMs;
    this.#deps.fleet.heard(this.kiosk.deviceId);
    const uncertain = this.#alarmsBeforeEcho;
    this.#alarmsBeforeEcho = [];
    for (const bound of uncertain) this.#takeAlarm(bound);
  }

  /** An alarm does not wait for the clock: its time is put right with the first echo. */
  #takeAlarm(bound: BoundAlarm): void {
    if (this.#isOthersPatient(bound.patientId)) {
      this.#refuse();
      return;
    }
    if (this.toOurs(0) === undefined) {
      this.#alarmsBeforeEcho = [...this.#alarmsBeforeEcho, bound].slice(-ALARMS_HELD);
    }
    try {
      this.#deps.onAlarm(this.kiosk, bound, this.toOurs);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'FORBIDDEN') throw error;
      this.#refuse();
    }
  }

  readonly toOurs: ToOurs = kioskMs => this.#offset.toOurs(kioskMs);

  #isOthersPatient(patientId: string | null): boolean {
    const clinicIds = patientId === null ? [] : this.#deps.clinicsOf(patientId);
    return clinicIds.length > 0 && !clinicIds.includes(this.kiosk.clinicId);
  }

  /** What a kiosk of ours never says: of a patient, or an alarm, that is another's. */
  #refuse(): void {
    this.#deps.onBadMessage(this.kiosk);
    this.#deps.socket.close(SOCKET_CLOSE.forbidden, 'not of this kiosk');
    this.end('closed');
  }

  #takeSamples(message: Extract<LinkUp, { type: 'samples' }>): void {
    const { patientId, encounterId } = message;
    if (this.#isOthersPatient(patientId)) {
      this.#refuse();
      return;
    }
    const samples = message.samples.flatMap(sample => this.#inOurTime(sample));
    if (samples.length === 0) return;
    if (this.#livePatientId !== patientId) this.#endLive(); // One visit at a time.
    this.#livePatientId = patientId;
    this.#deps.onSamples({
      type: 'samples',
      patientId,
      encounterId,
      kioskDeviceId: this.kiosk.deviceId,
      samples,
    });
  }

  /** Before the first echo a sample's age is unknown, and a number without age is not shown. */
  #inOurTime(sample: Sample): Sample[] {
    const corrected = this.#offset.toOurs(sample.receivedAtMs);
    if (corrected === undefined) return [];
    const receivedAtMs = Math.max(0, Math.min(Math.round(corrected), this.#deps.clock.nowMs()));
    return [{ ...sample, receivedAtMs }];
  }

  #endLive(): void {
    if (this.#livePatientId === undefined) return;
    const patientId = this.#livePatientId;
    this.#livePatientId = undefined;
    this.#deps.onLiveEnded(patientId);
  }

  tell(message: LinkDown): void {
    this.#deps.socket.send(JSON.stringify(message));
  }
}
