import { buildConsult, readEncounter } from '@shimabashi/clinical';
import { type Call, type Operation } from '@shimabashi/contracts';
import { type ChartLog } from '@shimabashi/sync';
import { openChartLog } from '@shimabashi/sync/sqlite';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HubWriter } from '../chart/hub-writer.ts';
import { about, CallScene, doctor, kiosk } from '../testing/call-scene.ts';
import { ConsultRecords } from './consult-record.ts';

let scene: CallScene;
let log: ChartLog;
let records: ConsultRecords;
let isFull: boolean;
let failures: number;

beforeEach(() => {
  scene = new CallScene();
  log = openChartLog({ path: ':memory:', key: new Uint8Array(32), newId: randomUUID });
  isFull = false;
  failures = 0;
  const writer = new HubWriter({
    log,
    store: { clinicChanged: () => {} },
    validateResource: () => {
      if (isFull) throw new Error('no room');
    },
    nowMs: scene.clock.nowMs,
    onAccepted: () => {},
    reportUnexpected: () => {},
  });
  records = new ConsultRecords({
    store: scene.store,
    log,
    writer,
    reportUnexpected: () => (failures += 1),
  });
  scene.calls.onChanged(() => records.write());
});
afterEach(() => {
  scene.end();
  log.close();
});

function connect(what = about('p1', 'e1')): Call {
  const { callId } = scene.calls.ringKiosk(doctor('d1'), { ...what, kioskDeviceId: 'kiosk-1' });
  return scene.calls.accept(callId, kiosk('kiosk-1'));
}

/** Comes into the room, stays so long, and goes. */
function stay(callId: string, party: Parameters<CallScene['rooms']['giveTicket']>[1], ms: number): void {
  const { ticket } = scene.rooms.giveTicket(callId, party);
  const { participantId } = scene.rooms.admit(ticket)!.participant;
  scene.rooms.joined(callId, participantId);
  scene.clock.advance(ms);
  scene.rooms.left(callId, participantId);
}

const versions = (callId: string): Operation['resource'][] =>
  log.history(callId).map(({ operation }) => operation.resource);

describe('the record of a consult', () => {
  it('is written when it begins and when it ends, with who was in it from when to when', () => {
    const { callId, connectedAtMs } = connect();
    const fromMs = connectedAtMs!;
    stay(callId, doctor('d1'), 60_000);
    stay(callId, kiosk('kiosk-1'), 30_000);
    stay(callId, doctor('d1'), 10_000);
    scene.calls.end(callId, doctor('d1'));
    const [begun, over] = versions(callId);
    expect(versions(callId)).toHaveLength(2);
    expect(readEncounter(begun!)).toMatchObject({ status: 'in-progress', startedAtMs: fromMs });
    const { staff: first } = doctor('d1');
    const { nurse } = kiosk('kiosk-1');
    expect(over).toEqual(
      JSON.parse(
        JSON.stringify(
          buildConsult({
            consultId: callId,
            patientId: 'p1',
            visitId: 'e1',
            clinicId: 'shiomi',
            startedAtMs: fromMs,
            endedAtMs: fromMs + 100_000,
            participants: [
              { staff: first, fromMs, untilMs: fromMs + 100_000 },
              { staff: nurse!, fromMs: fromMs + 60_000, untilMs: fromMs + 90_000 },
            ],
          }),
        ),
      ),
    );
  });

  it('is not there for a call that nobody took, or that is about nobody', () => {
    const { callId } = scene.calls.ringKiosk(doctor('d1'), { ...about('p1'), kioskDeviceId: 'kiosk-1' });
    scene.calls.end(callId, doctor('d1'));
    const nobodys = connect(about(null));
    scene.calls.end(nobodys.callId, doctor('d1'));
    expect([...versions(callId), ...versions(nobodys.callId)]).toEqual([]);
  });

  it('begins when it is known whom it is about', () => {
    const { callId } = connect(about(null));
    scene.calls.attach({ callId, patientId: 'p1', encounterId: 'e1' }, kiosk('kiosk-1'));
    expect(versions(callId)).toHaveLength(1);
  });

  it('that had no room on the disk is written as soon as there is, also by the next hub', () => {
    isFull = true;
    const { callId } = connect();
    expect([versions(callId).length, failures]).toEqual([0, 1]);
    scene.restart();
    isFull = false;
    records.write();
    records.write();
    expect(versions(callId)).toHaveLength(1);
    expect(scene.store.callsToRecord()).toEqual([]);
  });
});
