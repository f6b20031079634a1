import { readAlarm } from '@shimabashi/clinical';
import { type Alarm, type Alert, type BoundAlarm, type FromService } from '@shimabashi/contracts';
import { laneOf } from '@shimabashi/sync';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Alarms } from './alarms.ts';
import { type ChartWriter } from './chart-writer.ts';
import { StoreSettings } from './settings.ts';
import { NEXT_BOOT_ID, TestKiosk } from './testing/kiosk.ts';

let kiosk: TestKiosk;
beforeEach(() => {
  kiosk = new TestKiosk().seed();
});
afterEach(() => kiosk.end());

const DOCTOR = { practitionerId: 'd1', name: '灘 誠', nameLatin: '', role: 'doctor' } as const;
const NURSE = { practitionerId: 'nurse-1', name: '汐入 さやか', nameLatin: '', role: 'nurse' } as const;

function alarm(change: Partial<Alarm> = {}): Alarm {
  return {
    alarmId: '7c9e6679-7425-80de-944b-e07fc1f90ae7',
    ruleId: 'spo2-low',
    deviceId: 'oximeter',
    deviceName: 'Nonin',
    parameter: 'SpO2',
    limit: { kind: 'below', value: 90 },
    unit: '%',
    priority: 'high',
    state: 'active',
    raisedAtMs: kiosk.nowMs + 1_000,
    value: 87,
    endedAtMs: null,
    signalLostAtMs: null,
    acknowledged: null,
    soundPaused: null,
    ...change,
  };
}

/** Every version of the alarm that is in the chart, the oldest first. */
function versions() {
  kiosk.crash();
  return kiosk.withChart(chart =>
    chart
      .history(alarm().alarmId)
      .map(({ operation }) => ({ operation, facts: readAlarm(operation.resource) })),
  );
}

async function inVisit() {
  const store = kiosk.start();
  await store.signIn();
  const { visit } = await store.get('visits.open', {
    operationId: '00000000-0000-4000-8000-000000000009',
    patientId: 'patient-1',
    encounterId: null,
  });
  return { store, visit };
}

describe('an alarm of the kiosk', () => {
  it('is kept with each transition, bound to the visit, in the first lane, by the kiosk itself', async () => {
    const { store, visit } = await inVisit();
    store.send({ type: 'alarms', alarms: [alarm()] });
    store.send({ type: 'alarms', alarms: [alarm()] });
    store.send({ type: 'alarms', alarms: [alarm({ state: 'latched', endedAtMs: kiosk.nowMs + 9_000 })] });
    const kept = versions();
    expect(kept.map(({ facts }) => facts?.state)).toEqual(['active', 'latched']);
    expect(kept.map(({ operation }) => operation.authorId)).toEqual(['kiosk-1', 'kiosk-1']);
    expect(kept[1]?.operation.baseVersionId).toBe(kept[0]?.operation.operationId);
    for (const { operation, facts } of kept) {
      expect(laneOf(operation)).toBe('vitals');
      expect(operation.patientId).toBe(visit.patientId);
      expect(facts?.encounterId).toBe(visit.encounterId);
    }
  });

  it('is nobody’s when no visit was open, or when it was raised before that', async () => {
    const { store } = await inVisit();
    store.send({ type: 'alarms', alarms: [alarm({ raisedAtMs: kiosk.nowMs - 1_000 })] });
    expect(versions()[0]?.operation.patientId).toBeNull();
  });

  it('stays with its visit when the next patient is opened, also over a crash of the store', async () => {
    const { store, visit } = await inVisit();
    store.send({ type: 'alarms', alarms: [alarm()] });
    await store.get('visits.pause', {});
    kiosk.crash();
    kiosk.start().send({ type: 'alarms', alarms: [alarm({ state: 'latched' })] });
    expect(versions().map(({ operation }) => operation.patientId)).toEqual([
      visit.patientId,
      visit.patientId,
    ]);
  });

  it('is acknowledged by the nurse: the devices service is told, and she is the author', async () => {
    const { store } = await inVisit();
    store.send({ type: 'alarms', alarms: [alarm()] });
    await store.get('alarms.acknowledge', { alarmId: alarm().alarmId });
    const [answer] = answersOf(store.sent);
    expect(answer).toMatchObject({
      kind: 'acknowledge',
      by: { practitionerId: 'nurse-1' },
      atMs: kiosk.nowMs,
    });
    store.send({ type: 'alarms', alarms: [alarm({ acknowledged: { by: NURSE, atMs: kiosk.nowMs } })] });
    const kept = versions();
    expect(kept.at(-1)?.operation.authorId).toBe('nurse-1');
    expect(kept.at(-1)?.facts?.acknowledged).toMatchObject({ practitionerId: 'nurse-1' });
  });

  it('is paused for two minutes', async () => {
    const { store } = await inVisit();
    store.send({ type: 'alarms', alarms: [alarm()] });
    expect(await store.get('alarms.pause-sound', { alarmId: alarm().alarmId })).toEqual({
      untilMs: kiosk.nowMs + 120_000,
    });
    expect(answersOf(store.sent)).toMatchObject([{ kind: 'pause-sound' }]);
  });

  it('that is over or unknown cannot be answered', async () => {
    const { store } = await inVisit();
    store.send({ type: 'alarms', alarms: [alarm({ state: 'resolved' })] });
    expect(await store.refusal('alarms.acknowledge', { alarmId: alarm().alarmId })).toBe('NOT_FOUND');
  });

  it('that was resolved while the store was down is closed in the chart', async () => {
    const { store } = await inVisit();
    store.send({ type: 'alarms', alarms: [alarm()] });
    kiosk.crash();
    kiosk.start().send({ type: 'alarms', alarms: [] });
    expect(versions().map(({ facts }) => facts?.state)).toEqual(['active', 'resolved']);
  });

  it('that was on when the power went is told to the new kiosk, with all that is known of it', async () => {
    const { store } = await inVisit();
    store.send({ type: 'alarms', alarms: [alarm()] });
    kiosk.crash();
    const next = kiosk.start({ KIOSK_BOOT_ID: NEXT_BOOT_ID });
    const kept = next.sent.flatMap(message => (message.type === 'alarms-kept' ? message.alarms : []));
    expect(kept).toEqual([alarm()]);
    next.send({ type: 'alarms', alarms: [] });
    expect(versions().map(({ facts }) => facts?.state)).toEqual(['active']);
  });
});

it('a doctor who has accepted has answered: told once, and not for what is over or answered', () => {
  const { told, sent, alarms } = aloneAlarms();
  alarms.take([alarm()]);
  expect(told).toMatchObject([{ alarm: alarm(), patientId: null }]);
  const accepted = { by: DOCTOR, atMs: kiosk.nowMs + 5_000 };
  const alert = { alertId: alarm().alarmId, accepted } as Alert;
  alarms.takeAlerts([
    { ...alert, accepted: null },
    { ...alert, alertId: crypto.randomUUID() },
  ]);
  expect(answersOf(sent)).toEqual([]);
  alarms.takeAlerts([alert]);
  expect(answersOf(sent)).toEqual([
    { kind: 'acknowledge', alarmId: alarm().alarmId, by: DOCTOR, atMs: kiosk.nowMs + 5_000 },
  ]);
  alarms.take([alarm({ acknowledged: accepted })]);
  alarms.takeAlerts([alert]);
  expect(answersOf(sent)).toHaveLength(1);
});

/** Without a store around it, and with a hub that only listens. */
function aloneAlarms() {
  const sent: FromService[] = [];
  const told: BoundAlarm[] = [];
  const alarms = new Alarms({
    log: { heads: () => [] },
    settings: new StoreSettings({ getSetting: () => undefined, setSetting: () => {} }),
    // Not enrolled: nothing is kept, and all the same the hub is told.
    writer: {} as ChartWriter,
    visits: { current: () => null },
    bootId: 'boot',
    nowMs: () => kiosk.nowMs,
    send: message => void sent.push(message),
    sendToHub: bound => void told.push(bound),
    onNotKept: error => expect.unreachable(String(error)),
  });
  return { sent, told, alarms };
}

it('tells the hub again after each reconnect what is on, and nothing that is over', () => {
  const { told, alarms } = aloneAlarms();
  alarms.take([alarm()]);
  alarms.resend();
  expect(told).toHaveLength(2);
  alarms.take([alarm({ state: 'resolved' })]);
  alarms.resend();
  expect(told.map(bound => bound.alarm.state)).toEqual(['active', 'active', 'resolved']);
});

function answersOf(sent: readonly FromService[]) {
  return sent.flatMap(message => (message.type === 'alarm-answer' ? [message.answer] : []));
}
