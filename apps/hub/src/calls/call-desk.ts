import { randomUUID } from 'node:crypto';
import { type Call, type LinkDown, type LiveDown, RING_FOR_MS } from '@shimabashi/contracts';
import { type ChartLog } from '@shimabashi/sync';
import { type HubWriter } from '../chart/hub-writer.ts';
import { type Clock } from '../clock.ts';
import { type CallStore } from '../db/call-store.ts';
import { type IdentityStore, type Session } from '../db/identity-store.ts';
import { dutyDoctors } from '../identity/duty.ts';
import { type KioskIdentity } from '../identity/kiosk-identity.ts';
import { type Consoles } from '../realtime/consoles.ts';
import { type Links } from '../realtime/links.ts';
import { CallBell } from './call-bell.ts';
import { CallRooms } from './call-rooms.ts';
import { Calls } from './calls.ts';
import { ConsultRecords } from './consult-record.ts';

/** What is due for the chart and could not be written is tried again so often. */
const RECORD_AGAIN_EVERY_MS = 10_000;
/** Pushes for calls that ring are looked at so often. */
const BELL_EVERY_MS = 1_000;

export interface CallDeskDeps {
  readonly callStore: CallStore;
  readonly store: IdentityStore;
  readonly log: ChartLog;
  readonly writer: HubWriter;
  readonly clock: Clock;
  readonly links: Links;
  readonly consoles: Consoles;
  /** Asked for only when somebody is to be woken: it is made after this desk. */
  readonly waker: () => Waker;
  readonly reportUnexpected: (error: unknown) => void;
}

/** Wakes doctors whose console is closed. */
interface Waker {
  readonly canPush: (practitionerId: string) => boolean;
  /** One try at all browsers of this person. True: it need not be tried again. */
  readonly pushCall: (call: Call, practitionerId: string, ttlSeconds: number) => Promise<boolean>;
}

/** Everything about calls, put together: the calls, their rooms, their records, and who is told. */
export class CallDesk {
  readonly calls: Calls;
  readonly rooms: CallRooms;
  readonly #deps: CallDeskDeps;
  readonly #records: ConsultRecords;
  readonly #ends: readonly (() => void)[];

  constructor(deps: CallDeskDeps) {
    const { callStore, store, clock } = deps;
    this.#deps = deps;
    this.calls = new Calls({
      store: callStore,
      clock,
      kiosk: deviceId => store.device(deviceId),
      isUp: deviceId => deps.links.isUp(deviceId),
      isHere: practitionerId => deps.consoles.isHere(practitionerId),
      canPush: practitionerId => deps.waker().canPush(practitionerId),
      dutyDoctors: clinicId => dutyDoctors(store, clinicId),
    });
    const bell = new CallBell({
      clock,
      ringing: () => this.calls.ringing().filter(({ direction }) => direction === 'to-doctor'),
      leftMs: call => call.ringingAtMs + RING_FOR_MS - clock.nowMs(),
      push: (call, practitionerId, ttlSeconds) => deps.waker().pushCall(call, practitionerId, ttlSeconds),
      reportUnexpected: deps.reportUnexpected,
    });
    this.rooms = new CallRooms({ store: callStore, clock, calls: this.calls, newId: randomUUID });
    this.#records = new ConsultRecords({ ...deps, store: callStore });
    this.calls.onChanged(call => this.#tell(call));
    this.calls.onChanged(() => this.#records.write());
    this.calls.onChanged(() => bell.look());
    this.#records.write();
    this.#ends = [
      clock.every(RECORD_AGAIN_EVERY_MS, () => this.#records.write()),
      clock.every(BELL_EVERY_MS, () => bell.look()),
    ];
  }

  stop(): void {
    for (const end of this.#ends) end();
    this.calls.stop();
  }

  /** What a kiosk has to know as soon as its link is up. */
  firstForKiosk({ deviceId, clinicId }: KioskIdentity): LinkDown[] {
    const calls = this.calls.of({ kind: 'kiosk', deviceId });
    return [this.#duty(clinicId), ...calls.map(call => this.#news(call))];
  }

  /** What a console has to know as soon as it is open. */
  firstForDoctor({ clinicIds }: Pick<Session, 'clinicIds'>): LiveDown[] {
    return this.calls.of({ kind: 'doctor', clinicIds }).map(call => ({ type: 'call', call }));
  }

  /** A doctor has come to a console, or has left the last one. */
  presenceChanged({ staff, clinicIds }: Pick<Session, 'staff' | 'clinicIds'>): void {
    const { links, consoles } = this.#deps;
    for (const clinicId of clinicIds) links.tellClinic(clinicId, this.#duty(clinicId));
    if (consoles.isHere(staff.practitionerId)) this.calls.doctorIsHere(staff);
  }

  #tell(call: Call): void {
    this.#deps.consoles.tellClinic(call.clinicId, { type: 'call', call });
    this.#deps.links.tell(call.kioskDeviceId, this.#news(call));
  }

  #news(call: Call): LinkDown {
    return { type: 'call', call, hubTimeMs: this.#deps.clock.nowMs() };
  }

  #duty(clinicId: string): LinkDown {
    const { store, consoles, waker } = this.#deps;
    const doctors = dutyDoctors(store, clinicId).map(staff => {
      const isHere = consoles.isHere(staff.practitionerId);
      return { staff, isHere, isReachable: isHere || waker().canPush(staff.practitionerId) };
    });
    return { type: 'duty', doctors };
  }
}
