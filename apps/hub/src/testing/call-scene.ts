import { randomUUID } from 'node:crypto';
import { type StaffMember } from '@shimabashi/contracts';
import { CallRooms } from '../calls/call-rooms.ts';
import { Calls, type Party } from '../calls/calls.ts';
import { type CallStore, createCallStore } from '../db/call-store.ts';
import { type HubDatabase, openHubDatabase } from '../db/open-database.ts';
import { ManualClock } from './manual-clock.ts';

/** Two kiosks of one clinic and one of another; three doctors of the first, the last also of the other. */
export class CallScene {
  readonly clock = new ManualClock();
  readonly store: CallStore;
  readonly up = new Set(['kiosk-1', 'kiosk-2', 'kiosk-far']);
  readonly here = new Set(['d1', 'd2', 'd3']);
  readonly subscribed = new Set<string>();
  calls!: Calls;
  rooms!: CallRooms;
  readonly #db: HubDatabase;

  constructor() {
    this.#db = openHubDatabase(':memory:', new Uint8Array(32));
    this.store = createCallStore(this.#db);
    this.restart();
  }

  /** As when the hub was killed and started again: only what is in the database is known. */
  restart(): void {
    this.calls?.stop();
    this.calls = new Calls({
      store: this.store,
      clock: this.clock,
      kiosk: deviceId => KIOSKS[deviceId],
      isUp: deviceId => this.up.has(deviceId),
      isHere: practitionerId => this.here.has(practitionerId),
      canPush: practitionerId => this.subscribed.has(practitionerId),
      dutyDoctors: clinicId => DOCTORS.filter(({ clinicIds }) => clinicIds.includes(clinicId)).map(staffOf),
    });
    this.rooms = new CallRooms({
      store: this.store,
      clock: this.clock,
      calls: this.calls,
      newId: randomUUID,
    });
  }

  end(): void {
    this.calls.stop();
    this.#db.close();
  }
}

const KIOSKS: Readonly<Record<string, { clinicId: string; name: string }>> = {
  'kiosk-1': { clinicId: 'shiomi', name: '汐見 1' },
  'kiosk-2': { clinicId: 'shiomi', name: '汐見 2' },
  'kiosk-far': { clinicId: 'sakate', name: '坂手' },
};

const DOCTORS = [
  { ...person('d1', '灘 健一'), clinicIds: ['shiomi'] },
  { ...person('d2', '渚 真理'), clinicIds: ['shiomi'] },
  { ...person('d3', '沖 三郎'), clinicIds: ['shiomi', 'sakate'] },
];

export const NURSE: StaffMember = { ...person('n1', '汐入 さやか'), role: 'nurse' };

function person(practitionerId: string, name: string): StaffMember {
  return { practitionerId, name, nameLatin: '', role: 'doctor' };
}

function staffOf({ practitionerId, name, nameLatin, role }: StaffMember): StaffMember {
  return { practitionerId, name, nameLatin, role };
}

export function doctor(practitionerId: string): Extract<Party, { kind: 'doctor' }> {
  const found = DOCTORS.find(each => each.practitionerId === practitionerId)!;
  return { kind: 'doctor', staff: staffOf(found), clinicIds: found.clinicIds };
}

export function kiosk(deviceId: string): Extract<Party, { kind: 'kiosk' }> {
  return { kind: 'kiosk', deviceId, clinicId: KIOSKS[deviceId]!.clinicId, nurse: NURSE };
}

export function about(patientId: string | null = 'p1', encounterId: string | null = null) {
  return { callId: randomUUID(), patientId, encounterId };
}
