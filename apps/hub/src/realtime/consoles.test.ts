import { type ClinicStatus } from '@shimabashi/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../testing/manual-clock.ts';
import { Consoles } from './consoles.ts';
import { type HubSocket } from './socket.ts';

const STATUS: ClinicStatus = {
  clinic: { clinicId: 'kamishima', name: '神島診療所', nameLatin: 'Kamishima', telephones: [] },
  kiosks: [],
  lastChangeAtMs: null,
  patientCount: 0,
};

function fakeSocket() {
  const sent: { type: string }[] = [];
  const ended: (number | 'terminated')[] = [];
  const listeners = new Map<string, () => void>();
  return {
    bufferedAmount: 0,
    sent,
    ended,
    pong: () => listeners.get('pong')?.(),
    leave: () => listeners.get('close')?.(),
    send: (text: string) => void sent.push(JSON.parse(text) as { type: string }),
    ping: () => {},
    close: (code: number) => void ended.push(code),
    terminate: () => void ended.push('terminated'),
    on: (event: string, listener: unknown) => void listeners.set(event, listener as () => void),
  } satisfies HubSocket & { [more: string]: unknown };
}

let clock: ManualClock;
let consoles: Consoles;
let socket: ReturnType<typeof fakeSocket>;
let droppedCount: number;
/** Who came or went, and whether they are here after it. */
let presence: [string, boolean][];

function connect(sessionMs = 1_000_000): void {
  consoles.connect(socket, {
    tokenHash: 'hash',
    staff: { practitionerId: 'doctor-1', name: '山本', nameLatin: 'Yamamoto', role: 'doctor' },
    clinicIds: ['kamishima'],
    expiresAtMs: clock.nowMs() + sessionMs,
  });
}

beforeEach(() => {
  clock = new ManualClock();
  socket = fakeSocket();
  droppedCount = 0;
  presence = [];
  consoles = new Consoles({
    clock,
    maySee: () => true,
    statuses: () => [STATUS],
    onSamplesRelayed: () => {},
    onBadMessage: () => {},
    onDropped: () => {
      droppedCount += 1;
    },
    firstMessages: () => [],
    onPresence: ({ staff }) => presence.push([staff.practitionerId, consoles.isHere(staff.practitionerId)]),
  });
});

describe('Consoles', () => {
  it('tells a clinic’s status at most twice a second, and never leaves out the last', () => {
    connect();
    socket.sent.length = 0;
    for (let tenths = 0; tenths < 20; tenths += 1) {
      consoles.clinicChanged('kamishima');
      clock.advance(100);
    }
    clock.advance(1_000);
    expect(socket.sent).toHaveLength(5); // At 0, 500, 1,000, 1,500 and the last at 2,000 ms.
  });

  it('drops who does not keep up, rather than buffer for them', () => {
    connect();
    socket.bufferedAmount = 2_000_000;
    consoles.liveEnded('patient-1');
    consoles.clinicChanged('kamishima');
    expect(socket.ended).toEqual(['terminated']);
    expect([consoles.count, droppedCount]).toEqual([0, 1]);
  });

  it('lets go who has vanished, and keeps who answers', () => {
    connect();
    for (let sweep = 0; sweep < 10; sweep += 1) {
      clock.advance(5_000);
      socket.pong();
    }
    expect(socket.ended).toEqual([]);
    clock.advance(30_000);
    expect(socket.ended).toEqual(['terminated']);
  });

  it('says when the first console of a doctor opens, and when the last has gone', () => {
    connect();
    const first = socket;
    socket = fakeSocket();
    connect();
    expect(presence).toEqual([['doctor-1', true]]);
    first.leave();
    expect(presence).toHaveLength(1);
    socket.leave();
    socket.leave();
    expect(presence).toEqual([
      ['doctor-1', true],
      ['doctor-1', false],
    ]);
  });

  it('closes when the session is over', () => {
    connect(12_000);
    clock.advance(10_000);
    socket.pong();
    clock.advance(5_000);
    expect(socket.ended).toEqual([4401]);
  });

  it('tells a push about many patients as one "read again"', () => {
    connect();
    socket.sent.length = 0;
    const patientIds = new Set(Array.from({ length: 40 }, (_, index) => `patient-${index}`));
    consoles.chartChanged({ clinicId: 'kamishima', deviceId: 'kiosk-1', patientIds });
    expect(socket.sent).toEqual([{ type: 'chart-changed', patientId: null }]);
  });
});
