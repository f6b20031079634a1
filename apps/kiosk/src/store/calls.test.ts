import { randomUUID } from 'node:crypto';
import { AppError, type Call, type KioskEvent } from '@shimabashi/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ENROLMENT_CODE, FakeHub } from './testing/fake-hub.ts';
import { type RunningTestStore, TestKiosk } from './testing/kiosk.ts';
import { DOCTOR, MORNING_MS } from './testing/people.ts';

/** The hub's clock is ahead of the kiosk's. */
const HUB_AHEAD_MS = 5_000;
const HUB_MS = MORNING_MS + HUB_AHEAD_MS;
const DOCTOR_MEMBER = {
  practitionerId: DOCTOR.practitionerId,
  name: DOCTOR.name,
  nameLatin: DOCTOR.nameLatin,
  role: DOCTOR.role,
};

function call(change: Partial<Call> = {}): Call {
  return {
    callId: randomUUID(),
    clinicId: 'shiomi',
    kioskDeviceId: 'kiosk-1',
    kioskName: 'キオスク 1',
    direction: 'to-kiosk',
    patientId: null,
    encounterId: null,
    doctor: DOCTOR_MEMBER,
    nurse: null,
    rung: [],
    state: 'ringing',
    ringingAtMs: HUB_MS,
    connectedAtMs: null,
    endedAtMs: null,
    end: null,
    ...change,
  };
}

let hub: FakeHub;
let kiosk: TestKiosk;
let store: RunningTestStore;
let asked: { row: string; request: object }[];

beforeEach(async () => {
  hub = await FakeHub.start();
  kiosk = new TestKiosk();
  asked = [];
  hub.play({ 'calls.list': () => ({ calls: [], hubTimeMs: HUB_MS }) });
  await begin();
});
afterEach(async () => {
  kiosk.end();
  await hub.end();
});

async function begin(): Promise<void> {
  store = kiosk.start({ KIOSK_HUB_URL: hub.url, KIOSK_ENROLMENT_CODE: ENROLMENT_CODE });
  await linkIs('up');
  // Once when the store begins, and once when it knows who works here.
  await store.until(() => store.events.filter(({ event }) => event === 'session').length > 1);
}
const linkIs = async (link: 'up' | 'down') =>
  store.until(event => event.event === 'sync' && event.status.link === link);
const isCall = (state: Call['state']) => (event: KioskEvent) =>
  event.event === 'call' && event.call.state === state;

/** The hub answers this row with a call, and it is noted what it was asked. */
function play(row: 'calls.ring-duty' | 'calls.accept' | 'calls.decline' | 'calls.end', answer: Call): void {
  hub.play({
    [row]: (request: object) => {
      asked.push({ row, request });
      return { call: answer, hubTimeMs: HUB_MS };
    },
  });
}

describe('a call that comes', () => {
  it('is told to the screens in the kiosk’s own time, and again to a screen that opens later', async () => {
    const ringing = call();
    hub.send({ type: 'call', call: ringing, hubTimeMs: HUB_MS });
    await store.until(isCall('ringing'));
    const current = await store.get('calls.current', {});
    expect(current.call).toEqual({ ...ringing, ringingAtMs: MORNING_MS });
  });

  it('is taken or declined by whoever stands there, in the name of the nurse who is signed in', async () => {
    const ringing = call();
    hub.send({ type: 'call', call: ringing, hubTimeMs: HUB_MS });
    play('calls.accept', { ...ringing, state: 'connected', connectedAtMs: HUB_MS });
    const { callId } = ringing;
    expect((await store.get('calls.accept', { callId })).call).toMatchObject({
      state: 'connected',
      connectedAtMs: MORNING_MS,
    });
    await store.signIn();
    play('calls.decline', ringing);
    await store.get('calls.decline', { callId, because: 'with-a-patient' });
    expect(asked).toEqual([
      { row: 'calls.accept', request: { callId, nurseId: null } },
      { row: 'calls.decline', request: { callId, nurseId: 'nurse-1', because: 'with-a-patient' } },
    ]);
  });

  it('is still there after the store was killed, and not after a boot', async () => {
    hub.play({ 'calls.list': () => new Promise<never>(() => {}) });
    hub.send({ type: 'call', call: call({ state: 'connected', connectedAtMs: HUB_MS }), hubTimeMs: HUB_MS });
    await store.until(isCall('connected'));
    kiosk.crash();
    store = kiosk.start();
    expect((await store.get('calls.current', {})).call?.state).toBe('connected');
    kiosk.crash();
    store = kiosk.start({ KIOSK_BOOT_ID: randomUUID() });
    expect((await store.get('calls.current', {})).call).toBeNull();
  });

  it('that the hub no longer knows when the link is back ended meanwhile', async () => {
    hub.send({ type: 'call', call: call({ state: 'connected', connectedAtMs: HUB_MS }), hubTimeMs: HUB_MS });
    await store.until(isCall('connected'));
    hub.cutLink();
    await store.until(isCall('ended'));
    expect((await store.get('calls.current', {})).call?.end?.reason).toBe('lost');
  });
});

describe('calling the doctor on duty', () => {
  it('needs a nurse', async () => {
    expect(await store.refusal('calls.start', { callId: randomUUID() })).toBe('SIGN_IN_REQUIRED');
  });

  it('is about the visit that is open', async () => {
    await store.signIn();
    const patientId = await openVisit();
    const ringing = call({ direction: 'to-doctor', doctor: null });
    play('calls.ring-duty', ringing);
    const { callId } = ringing;
    await store.get('calls.start', { callId });
    expect(asked[0]?.request).toMatchObject({ callId, nurseId: 'nurse-1', patientId });
  });

  it('says the hub’s own reason, and at once that there is no link', async () => {
    await store.signIn();
    hub.play({
      'calls.ring-duty': () => {
        throw new AppError('NOBODY_ON_DUTY', 'Nobody.');
      },
    });
    expect(await store.refusal('calls.start', { callId: randomUUID() })).toBe('NOBODY_ON_DUTY');
    hub.interfere((_, response) => response.destroy());
    store.events.length = 0;
    hub.cutLink();
    await linkIs('down');
    expect(await store.refusal('calls.start', { callId: randomUUID() })).toBe('LINK_DOWN');
    expect(await store.refusal('calls.end', { callId: randomUUID() })).toBe('LINK_DOWN');
  });

  it('names who is on duty, as the hub said', async () => {
    expect(await store.get('duty.list', {})).toEqual({ doctors: [] });
    const doctors = [{ staff: DOCTOR_MEMBER, isHere: true, isReachable: true }];
    hub.send({ type: 'duty', doctors });
    await store.until(event => event.event === 'duty');
    expect(await store.get('duty.list', {})).toEqual({ doctors });
  });
});

async function openVisit(): Promise<string> {
  await hub.until(() => hub.requests.some(({ row }) => row === 'sync.pull'));
  await store.until(event => event.event === 'chart-changed');
  const { patients } = await store.get('patients.find', { text: '19', limit: 2 });
  const patientId = patients[0]!.id;
  await store.get('visits.open', { operationId: randomUUID(), patientId, encounterId: null });
  return patientId;
}

describe('a call and the patient', () => {
  it('are joined when the page is opened during the call, and then no other page is', async () => {
    await store.signIn();
    const running = call({ direction: 'to-doctor', state: 'connected', connectedAtMs: HUB_MS });
    hub.play({
      'calls.attach': request => {
        asked.push({ row: 'calls.attach', request });
        return { call: { ...running, ...request }, hubTimeMs: HUB_MS };
      },
    });
    hub.send({ type: 'call', call: running, hubTimeMs: HUB_MS });
    await store.until(isCall('connected'));
    expect(asked).toEqual([]);
    const patientId = await openVisit();
    await store.until(event => event.event === 'call' && event.call.patientId === patientId);
    expect(asked).toHaveLength(1);
    const { patients } = await store.get('patients.find', { text: '19', limit: 2 });
    const another = { operationId: randomUUID(), patientId: patients[1]!.id, encounterId: null };
    expect(await store.refusal('visits.open', another)).toBe('IN_CALL');
    await store.get('visits.open', { ...another, patientId });
  });
});

describe('joining the room', () => {
  it('gives the ticket and where the room is', async () => {
    const running = call({ state: 'connected', connectedAtMs: HUB_MS });
    const ticket = 't'.repeat(43);
    hub.play({ 'calls.join': () => ({ call: running, ticket, hubTimeMs: HUB_MS }) });
    const joined = await store.get('calls.join', { callId: running.callId });
    expect(joined).toMatchObject({ ticket, roomUrl: `${hub.url.replace('http', 'ws')}/room` });
    expect(kiosk.logged.join('')).not.toContain(ticket);
  });
});
