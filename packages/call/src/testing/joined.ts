import { type Call, type Participant } from '@shimabashi/contracts';
import { type Joined } from '../room/room-connection.ts';

export const TICKET = 'T'.repeat(43);
export const ROOM_URL = 'ws://hub.test/room';

const DOCTOR = { practitionerId: 'D-1', name: '灘 健一', nameLatin: 'Nada Kenichi', role: 'doctor' } as const;

const SELF: Participant = {
  participantId: '00000000-0000-4000-8000-00000000000d',
  kind: 'doctor',
  staff: DOCTOR,
  joinedAtMs: 1_795_000_000_000,
};
const KIOSK: Participant = {
  participantId: '00000000-0000-4000-8000-00000000000a',
  kind: 'kiosk',
  staff: null,
  joinedAtMs: 1_795_000_000_000,
};

const call = (over: Partial<Call> = {}): Call => ({
  callId: '00000000-0000-4000-8000-0000000000cc',
  clinicId: 'shiomi',
  kioskDeviceId: 'K-1',
  kioskName: 'キオスク 1',
  direction: 'to-kiosk',
  patientId: 'p1',
  encounterId: 'e1',
  doctor: DOCTOR,
  nurse: null,
  rung: [],
  state: 'connected',
  ringingAtMs: 1_795_000_000_000,
  connectedAtMs: 1_795_000_000_000,
  endedAtMs: null,
  end: null,
  ...over,
});

/** What the hub answers to somebody who enters. */
export const joined = (over: Partial<Joined> = {}): Joined => ({
  self: SELF,
  call: call(),
  participants: [SELF, KIOSK],
  producers: [],
  dataProducers: [],
  rtpCapabilities: {},
  words: null,
  front: 'face-camera',
  ...over,
});
