import { expect, it } from 'vitest';
import { type Alarm, type KioskEvent, type ServiceName, type ToService } from '@shimabashi/contracts';
import { AlarmDesk } from './alarm-desk.ts';

const NOW = Date.UTC(2026, 10, 24);
const NURSE = { practitionerId: 'n1', name: '汐入 さやか', nameLatin: '', role: 'nurse' } as const;
const ALARM: Alarm = {
  alarmId: '7c9e6679-7425-80de-944b-e07fc1f90ae7',
  ruleId: 'spo2-low',
  deviceId: 'nonin-1',
  deviceName: 'Nonin',
  parameter: 'SpO2',
  limit: { kind: 'below', value: 90 },
  unit: '%',
  priority: 'high',
  state: 'active',
  raisedAtMs: NOW - 5_000,
  value: 87,
  endedAtMs: null,
  signalLostAtMs: null,
  acknowledged: null,
  soundPaused: null,
};

function desk() {
  const sent: [ServiceName, ToService][] = [];
  const emitted: KioskEvent[] = [];
  const played = new AlarmDesk({
    nowMs: () => NOW,
    send: (service, message) => void sent.push([service, message]),
    emit: event => void emitted.push(event),
  });
  const change = (service: ServiceName, state: 'starting' | 'up' | 'down') =>
    played.serviceChanged({ service, state, sinceMs: NOW, starts: 1, code: null });
  for (const service of ['store', 'devices', 'sound'] as const) change(service, 'up');
  sent.length = 0;
  return { desk: played, sent, emitted, change };
}

const raise: Extract<KioskEvent, { event: 'alarms' }> = { event: 'alarms', alarms: [ALARM], watch: 'on' };
const latched = { ...ALARM, state: 'latched', signalLostAtMs: NOW } as const;

it('passes every change to the store and to the sound service', () => {
  const { desk: played, sent } = desk();
  played.take(raise);
  expect(sent).toEqual([
    ['store', { type: 'alarms', alarms: [ALARM] }],
    ['sound', { type: 'alarms', alarms: [ALARM] }],
  ]);
});

it('keeps an alarm whose devices service has died, latched and without a signal, for the next one', () => {
  const { desk: played, sent, emitted, change } = desk();
  played.take(raise);
  change('devices', 'down');
  expect(emitted).toEqual([{ event: 'alarms', alarms: [latched], watch: 'on' }]);
  expect(played.list().alarms).toEqual([latched]);
  change('devices', 'up');
  expect(sent.at(-1)).toEqual(['devices', { type: 'alarms', alarms: [latched] }]);
});

it('tells a sound service that was started anew what to sound', () => {
  const { desk: played, sent, emitted, change } = desk();
  played.take(raise);
  change('sound', 'down');
  expect(emitted).toEqual([
    { event: 'sound', sound: { state: 'broken', sinceMs: NOW, code: 'SERVICE_DOWN' } },
  ]);
  change('sound', 'up');
  expect(sent).toContainEqual(['sound', { type: 'alarms', alarms: [ALARM] }]);
});

it('keeps an answer until there is a devices service to take it', () => {
  const { desk: played, sent, change } = desk();
  played.take(raise);
  change('devices', 'down');
  const answer = { kind: 'acknowledge', alarmId: ALARM.alarmId, by: NURSE, atMs: NOW } as const;
  played.answer(answer);
  expect(sent.filter(([, { type }]) => type === 'alarm-answer')).toEqual([]);
  change('devices', 'up');
  expect(sent.slice(-2)).toEqual([
    ['devices', { type: 'alarms', alarms: [latched] }],
    ['devices', { type: 'alarm-answer', answer }],
  ]);
});

it('takes over what the store remembers, without a signal, and nothing that is known better', () => {
  const { desk: played, sent } = desk();
  played.restore([ALARM]);
  expect(sent).toContainEqual(['devices', { type: 'alarms', alarms: [latched] }]);
  played.take({ ...raise, alarms: [ALARM] });
  played.restore([{ ...ALARM, value: 50 }]);
  expect(played.list().alarms).toEqual([ALARM]);
});

it('is broken until a sound service says otherwise, and tells so to a screen that begins to listen', () => {
  const { desk: played } = desk();
  expect(played.events().at(-1)).toMatchObject({ sound: { state: 'broken', code: 'STARTING' } });
  const sound = { state: 'quiet', sinceMs: NOW, code: null } as const;
  played.take({ event: 'sound', sound });
  expect(played.sound()).toEqual(sound);
});
