import { randomUUID } from 'node:crypto';
import { buildEncounter, readEncounter } from '@shimabashi/clinical';
import { type Call, type RowResult } from '@shimabashi/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  operationOf,
  patientOperation,
  startTestHub,
  type TestHub,
  type TestSocket,
} from '../testing/test-hub.ts';

type Kiosk = Awaited<ReturnType<TestHub['kiosk']>>;

let hub: TestHub;
let kiosk: Kiosk;
let far: Kiosk;
let doctor: Record<string, string>;
let link: TestSocket;
const sockets: TestSocket[] = [];

beforeEach(async () => {
  hub = await startTestHub();
  kiosk = await hub.kiosk('sakate-1');
  far = await hub.kiosk('kamishima-1');
  doctor = await hub.doctor();
  const visit = buildEncounter({
    encounterId: 'visit-1',
    patientId: 'patient-1',
    clinicId: kiosk.clinicId,
    status: 'in-progress',
    plannedAtMs: null,
    arrivedAtMs: null,
    startedAtMs: Date.now() - 1_000,
    finishedAtMs: null,
    reason: null,
  });
  const operations = [patientOperation(kiosk, 'patient-1'), operationOf(kiosk, visit, 'patient-1')];
  await hub.ask('sync.push', { operations }, kiosk.headers);
  await hub.ask('sync.push', { operations: [patientOperation(far, 'patient-far')] }, far.headers);
  link = open('/link', kiosk.headers);
  await link.next('duty');
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.socket.terminate();
  await hub.remove();
});

function open(path: '/link' | '/live', headers: Record<string, string>): TestSocket {
  const socket = hub.socket(path, headers);
  sockets.push(socket);
  return socket;
}

const codeOf = (result: RowResult): string => (result.ok ? 'OK' : result.error.code);
const ask = async (row: string, body: object, headers: Record<string, string>) =>
  codeOf((await hub.post(row, body, headers)).result);

const about = (change: object = {}) => ({
  callId: randomUUID(),
  kioskDeviceId: kiosk.deviceId,
  patientId: 'patient-1',
  encounterId: 'visit-1',
  ...change,
});
const fromDuty = (change: object = {}) => {
  const { kioskDeviceId: _, ...request } = about({ nurseId: 'nurse-sakate', ...change });
  return request;
};
const isCall =
  (callId: string, state: Call['state']) =>
  (message: { [field: string]: unknown }): boolean => {
    const call = message['call'] as Call;
    return call.callId === callId && call.state === state;
  };

describe('calls between a kiosk and its doctors', () => {
  it('ring, connect and end on both sides, and are in the chart as part of the visit', async () => {
    const live = open('/live', doctor);
    await live.next('clinic');
    const request = about();
    await hub.ask('calls.ring-kiosk', request, doctor);
    await link.next('call', isCall(request.callId, 'ringing'));
    await live.next('call', isCall(request.callId, 'ringing'));
    const taken = { callId: request.callId, nurseId: 'nurse-sakate' };
    const { call } = await hub.ask('calls.accept', taken, kiosk.headers);
    expect(call).toMatchObject({ state: 'connected', nurse: { practitionerId: 'nurse-sakate' } });
    await live.next('call', isCall(request.callId, 'connected'));
    await hub.ask('calls.end', { callId: request.callId, nurseId: null }, doctor);
    await link.next('call', isCall(request.callId, 'ended'));

    const { resources } = await hub.ask('patients.get', { patientId: 'patient-1' }, doctor);
    const consult = resources.find(({ resource }) => resource.id === request.callId);
    expect(consult).toMatchObject({
      authorId: 'hub',
      resource: { partOf: { reference: 'Encounter/visit-1' } },
    });
    expect(readEncounter(consult!.resource)).toMatchObject({ kind: 'consult', status: 'finished' });
    expect(consult!.resource['participant']).toMatchObject([
      { individual: { reference: 'Practitioner/doctor-both' } },
      { individual: { reference: 'Practitioner/nurse-sakate' } },
    ]);
    // The visit is still the visit of the list.
    const { patients } = await hub.ask('patients.list', {}, doctor);
    expect(patients.map(({ encounter }) => encounter?.id)).toContain('visit-1');
  });

  it('say who on duty is here, as they come and go', async () => {
    expect((await link.next('duty'))['doctors']).toMatchObject([
      { staff: { practitionerId: 'doctor-both' }, isHere: false, isReachable: false },
      { staff: { practitionerId: 'doctor-sakate' }, isHere: false, isReachable: false },
    ]);
    expect(await ask('calls.ring-duty', fromDuty(), kiosk.headers)).toBe('NOBODY_ON_DUTY');
    const live = open('/live', doctor);
    const here = (isHere: boolean) => (message: { [field: string]: unknown }) =>
      (message['doctors'] as { isHere: boolean }[])[0]?.isHere === isHere;
    await link.next('duty', here(true));
    const request = fromDuty();
    await hub.ask('calls.ring-duty', request, kiosk.headers);
    await live.next('call', isCall(request.callId, 'ringing'));
    link.heard.length = 0;
    live.socket.terminate();
    await link.next('duty', here(false));
  });

  it('are told first to whoever connects while they ring or run', async () => {
    const request = about();
    await hub.ask('calls.ring-kiosk', request, doctor);
    const live = await open('/live', doctor).next('call');
    const second = await open('/link', kiosk.headers).next('call');
    expect([live, second].every(isCall(request.callId, 'ringing'))).toBe(true);
  });

  it('give each side a ticket of its own', async () => {
    const { callId } = (await hub.ask('calls.ring-kiosk', about(), doctor)).call;
    await hub.ask('calls.accept', { callId, nurseId: null }, kiosk.headers);
    const ours = await hub.ask('calls.join', { callId, nurseId: 'nurse-sakate' }, kiosk.headers);
    const theirs = await hub.ask('calls.join', { callId, nurseId: null }, doctor);
    expect(ours.ticket).not.toBe(theirs.ticket);
    expect(hub.lines.join('')).not.toContain(ours.ticket);
  });

  it('are attached to a patient later, and then are in the chart', async () => {
    open('/live', doctor);
    await link.next('duty', message => JSON.stringify(message).includes('"isHere":true'));
    const request = fromDuty({ patientId: null, encounterId: null });
    await hub.ask('calls.ring-duty', request, kiosk.headers);
    const { callId } = request;
    await hub.ask('calls.accept', { callId, nurseId: null }, doctor);
    const subject = { callId, patientId: 'patient-1', encounterId: 'visit-1' };
    expect(await ask('calls.attach', { ...subject, patientId: 'patient-far' }, kiosk.headers)).toBe(
      'NOT_FOUND',
    );
    await hub.ask('calls.attach', subject, kiosk.headers);
    const { resources } = await hub.ask('patients.get', { patientId: 'patient-1' }, doctor);
    expect(resources.find(({ resource }) => resource.id === callId)?.resource['status']).toBe('in-progress');
  });

  it('end with the visit', async () => {
    const { callId } = (await hub.ask('calls.ring-kiosk', about(), doctor)).call;
    await hub.ask('calls.accept', { callId, nurseId: null }, kiosk.headers);
    const decision = { kind: 'online', reason: '落ち着いている', whenWorse: '電話' };
    const visit = { patientId: 'patient-1', encounterId: 'visit-1' };
    await hub.ask('visits.close', { operationId: randomUUID(), ...visit, note: null, decision }, doctor);
    const told = await link.next('call', isCall(callId, 'ended'));
    expect(told['call']).toMatchObject({ end: { reason: 'closed' } });
  });
});

describe('nobody calls', () => {
  it('a kiosk or about a patient of another clinic', async () => {
    const sakate = await hub.doctor('doctor-sakate', 'shima kara shima e');
    const request = about({ kioskDeviceId: far.deviceId, patientId: 'patient-far', encounterId: null });
    expect(await ask('calls.ring-kiosk', request, sakate)).toBe('NOT_FOUND');
    // A doctor of both clinics does not call one clinic's kiosk about the other's patient.
    expect(
      await ask('calls.ring-kiosk', about({ patientId: 'patient-far', encounterId: null }), doctor),
    ).toBe('NOT_FOUND');
    expect(
      await ask('calls.ring-duty', fromDuty({ patientId: 'patient-far', encounterId: null }), kiosk.headers),
    ).toBe('NOT_FOUND');
  });

  it('about a visit that is another patient’s, or about a visit and nobody', async () => {
    expect(await ask('calls.ring-kiosk', about({ encounterId: 'patient-1' }), doctor)).toBe('NOT_FOUND');
    expect(await ask('calls.ring-kiosk', about({ patientId: 'patient-9' }), doctor)).toBe('NOT_FOUND');
    expect(await ask('calls.ring-kiosk', about({ patientId: null }), doctor)).toBe('BAD_REQUEST');
  });

  it('in the name of a nurse of another clinic, or of a doctor', async () => {
    for (const nurseId of ['nurse-kamishima', 'doctor-sakate', 'nobody']) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await ask('calls.ring-duty', fromDuty({ nurseId }), kiosk.headers)).toBe('FORBIDDEN');
    }
  });

  it('who is not there', async () => {
    expect(
      await ask(
        'calls.ring-kiosk',
        about({ kioskDeviceId: far.deviceId, patientId: null, encounterId: null }),
        doctor,
      ),
    ).toBe('PEER_OFFLINE');
  });
});
