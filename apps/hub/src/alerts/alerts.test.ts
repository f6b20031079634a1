import { createECDH, randomUUID } from 'node:crypto';
import { buildAlarm, readAlertAnswer } from '@shimabashi/clinical';
import { type Alarm, type Alert, AppError } from '@shimabashi/contracts';
import { openEncryptedDatabase } from '@shimabashi/sync/sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createIdentityStore } from '../db/identity-store.ts';
import { MIGRATIONS } from '../db/migrations.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { operationOf, patientOperation, startTestHub, type TestHub } from '../testing/test-hub.ts';
import { createAlertStore } from './alert-store.ts';
import { Alerts } from './alerts.ts';

let hub: TestHub;
beforeEach(async () => {
  hub = await startTestHub();
});
afterEach(() => hub.remove());

/** A browser's public key. */
const P256DH = createECDH('prime256v1').generateKeys('base64url');

function alarmOf(change: Partial<Alarm> = {}): Alarm {
  return {
    alarmId: randomUUID(),
    ruleId: 'spo2-low',
    deviceId: 'nonin-1',
    deviceName: 'Nonin',
    parameter: 'SpO2',
    limit: { kind: 'below', value: 88 },
    unit: '%',
    priority: 'high',
    state: 'active',
    raisedAtMs: Date.now(),
    value: 84,
    endedAtMs: null,
    signalLostAtMs: null,
    acknowledged: null,
    soundPaused: null,
    ...change,
  };
}

const codeOf = async (row: string, body: unknown, headers: Record<string, string>): Promise<string> => {
  const { result } = await hub.post(row, body, headers);
  return result.ok ? 'OK' : result.error.code;
};

it('goes from a kiosk’s link to the open consoles, and the answer back; the chart keeps it', async () => {
  const kiosk = await hub.kiosk('kamishima-1');
  await hub.ask('sync.push', { operations: [patientOperation(kiosk, 'patient-1')] }, kiosk.headers);
  const doctor = await hub.doctor();
  const live = hub.socket('/live', doctor);
  await live.next('clinic');
  const link = hub.socket('/link', kiosk.headers);
  const { askedAtMs } = await link.next('ask');
  // This kiosk's clock is an hour fast.
  const aheadMs = 3_600_000;
  link.send({ type: 'echo', askedAtMs, otherAtMs: Date.now() + aheadMs });
  const alarm = alarmOf({ raisedAtMs: Date.now() + aheadMs - 5_000 });
  link.send({ type: 'alarm', bound: { alarm, patientId: 'patient-1', encounterId: null } });
  const { alert } = (await live.next('alert')) as unknown as { alert: Alert };
  expect(alert).toMatchObject({ alertId: alarm.alarmId, state: 'open', value: 84, lineLostSinceMs: null });
  expect(Math.abs(Date.now() - 5_000 - alert.raisedAtMs)).toBeLessThan(2_000);

  await hub.ask('alerts.seen', { alertId: alarm.alarmId }, doctor);
  await hub.ask('alerts.accept', { alertId: alarm.alarmId }, doctor);
  const isAccepted = (message: { alert?: unknown }) => (message.alert as Alert).state === 'accepted';
  const told = (await link.next('alert', isAccepted)) as unknown as { alert: Alert; hubTimeMs: number };
  expect(told.alert.accepted?.by.practitionerId).toBe('doctor-both');
  const { resources } = await hub.ask('patients.get', { patientId: 'patient-1' }, doctor);
  const answers = resources
    .filter(({ resource }) => resource.resourceType === 'Communication')
    .map(({ resource, authorId }) => `${readAlertAnswer(resource)?.kind} ${authorId}`);
  expect(answers.toSorted()).toEqual(['accepted doctor-both', 'seen doctor-both']);
  link.socket.close();
  const isLost = (message: { alert?: unknown }) => (message.alert as Alert).lineLostSinceMs !== null;
  await live.next('alert', isLost);
});

it('is raised by the pushed alarm where the link brought nothing, and only once', async () => {
  const kiosk = await hub.kiosk('kamishima-1');
  const alarm = alarmOf();
  const bound = { alarm, patientId: null, encounterId: null };
  const pushed = { ...operationOf(kiosk, buildAlarm(bound, kiosk.deviceId), null), authorId: kiosk.deviceId };
  await hub.ask('sync.push', { operations: [pushed] }, kiosk.headers);
  await hub.ask('sync.push', { operations: [pushed] }, kiosk.headers);
  const link = hub.socket('/link', kiosk.headers);
  await link.next('alert');
  link.send({ type: 'alarm', bound });
  const doctor = await hub.doctor();
  const { alerts, isOn } = await hub.ask('alerts.list', {}, doctor);
  expect([isOn, alerts.map(({ alertId }) => alertId)]).toEqual([true, [alarm.alarmId]]);
  link.socket.close();
});

it('does not let a kiosk speak of another clinic’s patient', async () => {
  const sakate = await hub.kiosk('sakate-1');
  await hub.ask('sync.push', { operations: [patientOperation(sakate, 'patient-1')] }, sakate.headers);
  const kiosk = await hub.kiosk('kamishima-1');
  const link = hub.socket('/link', kiosk.headers);
  await link.next('ask');
  link.send({ type: 'alarm', bound: { alarm: alarmOf(), patientId: 'patient-1', encounterId: null } });
  expect(await link.closed()).toBe(4403);
  expect((await hub.ask('alerts.list', {}, await hub.doctor())).alerts).toEqual([]);
});

it('shows a doctor nothing of another clinic, and takes no answer from them', async () => {
  const kiosk = await hub.kiosk('kamishima-1');
  const link = hub.socket('/link', kiosk.headers);
  const alarm = alarmOf();
  await link.next('ask');
  link.send({ type: 'alarm', bound: { alarm, patientId: null, encounterId: null } });
  await link.next('alert');
  const other = await hub.doctor('doctor-sakate', 'shima kara shima e');
  expect((await hub.ask('alerts.list', {}, other)).alerts).toEqual([]);
  const rows = ['get', 'trend', 'delivered', 'seen', 'accept'].map(name => `alerts.${name}`);
  const codes = await Promise.all(rows.map(row => codeOf(row, { alertId: alarm.alarmId }, other)));
  expect(new Set(codes)).toEqual(new Set(['NOT_FOUND']));
  link.socket.close();
});

it('subscribes browsers of known push services only', async () => {
  const doctor = await hub.doctor();
  const keys = { p256dh: P256DH, auth: 'a'.repeat(22) };
  const subscribe = (endpoint: string) =>
    codeOf('push.subscribe', { subscription: { endpoint, ...keys } }, doctor);
  expect(await subscribe('https://127.0.0.1/x')).toBe('BAD_REQUEST');
  expect(await subscribe('http://169.254.169.254/x')).toBe('BAD_REQUEST');
  await hub.remove();
  hub = await startTestHub({
    config: { alerts: { on: true, pushSubject: 'mailto:a@hospital.example', pushHosts: ['push.example'] } },
  });
  const again = await hub.doctor();
  const { publicKey } = await hub.ask('push.key', {}, again);
  expect(publicKey).toHaveLength(87);
  const subscription = { endpoint: 'https://push.example/1', ...keys };
  expect(await codeOf('push.subscribe', { subscription }, again)).toBe('OK');
  const noKey = { ...subscription, p256dh: 'B'.repeat(87) };
  expect(await codeOf('push.subscribe', { subscription: noKey }, again)).toBe('BAD_REQUEST');
});

it('keeps its key when it starts again', async () => {
  const before = await hub.ask('push.key', {}, await hub.doctor());
  const { dataDir } = hub;
  await hub.stop();
  hub = await startTestHub({ dataDir });
  expect(await hub.ask('push.key', {}, await hub.doctor())).toEqual(before);
});

it('goes on where it was when the hub starts again', async () => {
  await hub.remove();
  const clock = new ManualClock();
  const config = {
    alerts: { on: true, pushSubject: 'mailto:a@hospital.example', pushHosts: ['http://127.0.0.1:1'] },
  };
  hub = await startTestHub({ clock, config });
  const doctor = await hub.doctor();
  const subscription = { endpoint: 'http://127.0.0.1:1/x', p256dh: P256DH, auth: 'a'.repeat(22) };
  await hub.ask('push.subscribe', { subscription }, doctor);
  const kiosk = await hub.kiosk('kamishima-1');
  const alarm = alarmOf({ raisedAtMs: clock.nowMs() });
  const bound = { alarm, patientId: null, encounterId: null };
  const pushed = { ...operationOf(kiosk, buildAlarm(bound, kiosk.deviceId), null), authorId: kiosk.deviceId };
  await hub.ask('sync.push', { operations: [pushed] }, kiosk.headers);
  clock.advance(20_000);
  const { dataDir, port } = hub;
  await hub.stop();
  hub = await startTestHub({ clock, dataDir, config: { ...config, port } });
  const get = async () => (await hub.ask('alerts.get', { alertId: alarm.alarmId }, doctor)).alert;
  expect(await get()).toMatchObject({ state: 'open', steps: [{ state: 'notified' }] });
  clock.advance(39_500);
  expect((await get()).state).toBe('open');
  clock.advance(1_000);
  expect(await get()).toMatchObject({ state: 'unconfirmed', steps: [{ state: 'no-answer' }] });
});

it('does nothing where the practice has switched it off', async () => {
  await hub.remove();
  hub = await startTestHub({ config: { alerts: { on: false, pushSubject: undefined, pushHosts: [] } } });
  const kiosk = await hub.kiosk('kamishima-1');
  const link = hub.socket('/link', kiosk.headers);
  const alarm = alarmOf();
  await link.next('ask');
  link.send({ type: 'alarm', bound: { alarm, patientId: null, encounterId: null } });
  // Messages are taken in order: what ends the link comes after the alarm.
  link.send('no message');
  expect(await link.closed()).toBe(4400);
  const doctor = await hub.doctor();
  expect(await hub.ask('alerts.list', {}, doctor)).toEqual({ isOn: false, alerts: [] });
  expect(await codeOf('alerts.get', { alertId: alarm.alarmId }, doctor)).toBe('NOT_FOUND');
  expect(await codeOf('push.key', {}, doctor)).toBe('NOT_FOUND');
});

it('keeps an alarm that could not be written down, and raises it as soon as there is room', () => {
  const clock = new ManualClock();
  const db = openEncryptedDatabase({ path: ':memory:', key: new Uint8Array(32), migrations: MIGRATIONS });
  const store = createAlertStore(db);
  let isFull = true;
  const changes: Alert[] = [];
  const unexpected: unknown[] = [];
  const alerts = new Alerts({
    config: { alerts: { on: true, pushSubject: undefined, pushHosts: [] } },
    store: {
      ...store,
      save: record => {
        if (isFull) throw new AppError('DISK_FULL', 'full');
        store.save(record);
      },
    },
    identities: createIdentityStore(db),
    writer: { write: () => {} },
    clock,
    isHere: () => false,
    lineLostSinceMs: () => null,
    onChange: alert => void changes.push(alert),
    onPushOutcome: () => {},
    reportUnexpected: error => void unexpected.push(error),
  });
  alerts.start('http://localhost');
  const kiosk = { deviceId: 'kiosk-1', clinicId: 'kamishima' };
  alerts.takeAlarm(kiosk, { alarm: alarmOf(), patientId: null, encounterId: null }, () => undefined);
  clock.advance(5_000);
  expect([changes, unexpected.length]).toEqual([[], 1]);
  isFull = false;
  clock.advance(1_000);
  expect(changes.map(({ state }) => state)).toEqual(['unconfirmed']);
});
