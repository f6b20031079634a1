import { randomUUID } from 'node:crypto';
import { type Call, type LinkDown, type LiveDown } from '@shimabashi/contracts';
import { type ChartLog } from '@shimabashi/sync';
import { type HubWriter } from '../chart/hub-writer.ts';
import { type Clock } from '../clock.ts';
import { type CallStore } from '../db/call-store.ts';
import { type IdentityStore, type Session } from '../db/identity-store.ts';
import { dutyDoctors } from '../identity/duty.ts';
import { type KioskIdentity } from '../identity/kiosk-identity.ts';
import { type Consoles } from '../realtime/consoles.ts';
import { type Links } from '../realtime/links.ts';
import { CallRooms } from './call-rooms.ts';
import { Calls } from './calls.ts';
import { ConsultRecords } from './consult-record.ts';

/** What is due for the chart and could not be written is tried again so often. */
const RECORD_AGAIN_EVERY_MS = 10_000;

export interface CallDeskDeps {
  readonly callStore: CallStore;
  readonly store: IdentityStore;
  readonly log: ChartLog;
  readonly writer: HubWriter;
  readonly clock: Clock;
  readonly links: Links;
  readonly consoles: Consoles;
  readonly reportUnexpected: (error: unknown) => void;
}

/** Everything about calls, put together: the calls, their rooms, their records, and who is told. */
export class CallDesk {
  readonly calls: Calls;
  readonly rooms: CallRooms;
  readonly #deps: CallDeskDeps;
  readonly #records: ConsultRecords;
  readonly #endRetries: () => void;

  constructor(deps: CallDeskDeps) {
    const { callStore, store, clock } = deps;
    this.#deps = deps;
    this.calls = new Calls({
      store: callStore,
      clock,
      kiosk: deviceId => store.device(deviceId),
      isUp: deviceId => deps.links.isUp(deviceId),
      isHere: practitionerId => deps.consoles.isHere(practitionerId),
      dutyDoctors: clinicId => dutyDoctors(store, clinicId),
    });
    this.rooms = new CallRooms({ store: callStore, clock, calls: this.calls, newId: randomUUID });
    this.#records = new ConsultRecords({ ...deps, store: callStore });
    this.calls.onChanged(call => this.#tell(call));
    this.calls.onChanged(() => this.#records.write());
    this.#records.write();
    this.#endRetries = clock.every(RECORD_AGAIN_EVERY_MS, () => this.#records.write());
  }

  stop(): void {
    this.#endRetries();
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
    const doctors = dutyDoctors(this.#deps.store, clinicId).map(staff => ({
      staff,
      isHere: this.#deps.consoles.isHere(staff.practitionerId),
    }));
    return { type: 'duty', doctors };
  }
}
