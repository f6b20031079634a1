import { describe, expect, it } from 'vitest';
import { type Alarm, type Alert, type Call } from '@shimabashi/contracts';
import { NOW, NURSE, playKiosk } from '../testing/play-kiosk.ts';
import { ALARM, alert } from '../testing/alarms.ts';
import { escalationOf, shownAlarms, soundlessSinceMs, soundOfScreen } from './alarms.ts';

const DOCTOR = { practitionerId: 'd1', name: '灘 誠', nameLatin: 'Nada Makoto', role: 'doctor' } as const;

async function kioskWith(alarms: Alarm[], alerts: Alert[] = []) {
  const kiosk = playKiosk();
  await kiosk.begin();
  kiosk.emit({ event: 'sound', sound: { state: 'sounding', sinceMs: NOW - 60_000, code: null } });
  kiosk.emit({ event: 'alarms', alarms, watch: 'on' });
  for (const each of alerts) kiosk.emit({ event: 'alert', alert: each });
  const kind = () => escalationOf(ALARM, kiosk.model.snapshot(), kiosk.clock.nowMs()).kind;
  return { kiosk, kind, sound: () => soundOfScreen(kiosk.model.snapshot(), kiosk.clock.nowMs()) };
}

describe('how far the word of an alarm has come', () => {
  it('is not at the hospital while there is no link', async () => {
    const { kiosk, kind } = await kioskWith([ALARM]);
    expect(kind()).toBe('sending');
    kiosk.emit({ event: 'sync', status: { ...kiosk.model.snapshot().sync!, link: 'down', sinceMs: NOW } });
    expect(kind()).toBe('no-link');
  });

  it('is not there either when a hub with a link does not answer', async () => {
    const { kiosk, kind } = await kioskWith([ALARM]);
    kiosk.pass(10_000);
    expect(kind()).toBe('no-answer-of-hub');
  });

  it('says whom the hub is telling, and by when', async () => {
    const { kiosk } = await kioskWith([ALARM], [alert({ deadlineAtMs: NOW + 45_000 })]);
    expect(escalationOf(ALARM, kiosk.model.snapshot(), NOW)).toMatchObject({
      kind: 'telling',
      step: { staff: { practitionerId: 'd1' } },
      leftMs: 45_000,
    });
  });

  it('says within two seconds of the deadline that nobody has confirmed, also when the hub does not', async () => {
    const { kiosk, kind } = await kioskWith([ALARM], [alert({ deadlineAtMs: NOW + 45_000 })]);
    kiosk.pass(45_000);
    expect(kind()).toBe('telling');
    kiosk.pass(2_000);
    expect(kind()).toBe('unconfirmed');
  });

  it('says who has it, also when the link is cut after that', async () => {
    const accepted = { by: DOCTOR, atMs: NOW };
    const { kiosk, kind } = await kioskWith([ALARM], [alert({ state: 'accepted', accepted })]);
    kiosk.emit({ event: 'sync', status: { ...kiosk.model.snapshot().sync!, link: 'down', sinceMs: NOW } });
    expect(kind()).toBe('accepted');
  });
});

describe('the second mouth', () => {
  it('is shut while the first one can be heard, and sounds when it cannot', async () => {
    const { kiosk, sound } = await kioskWith([ALARM]);
    expect(sound()).toBeUndefined();
    kiosk.emit({ event: 'sound', sound: { state: 'broken', sinceMs: NOW, code: 'PLAYER_ENDED' } });
    expect(sound()).toBe('high');
  });

  it('sounds when this screen no longer knows whether anybody does', async () => {
    const { kiosk, sound } = await kioskWith([ALARM]);
    kiosk.door('lost');
    expect(sound()).toBe('high');
  });

  it('is shut for what was answered or paused', async () => {
    const paused = { ...ALARM, soundPaused: { by: NURSE, untilMs: NOW + 120_000 } };
    const { kiosk, sound } = await kioskWith([paused]);
    kiosk.emit({ event: 'sound', sound: { state: 'broken', sinceMs: NOW, code: 'SERVICE_DOWN' } });
    expect(sound()).toBeUndefined();
    kiosk.pass(120_001);
    expect(sound()).toBe('high');
    const acknowledged = { ...ALARM, acknowledged: { by: NURSE, atMs: NOW } };
    kiosk.emit({ event: 'alarms', alarms: [acknowledged], watch: 'on' });
    expect(sound()).toBeUndefined();
  });

  it('rings for a call too', async () => {
    const { kiosk, sound } = await kioskWith([]);
    kiosk.emit({ event: 'sound', sound: { state: 'broken', sinceMs: NOW, code: 'NO_PLAYER' } });
    kiosk.emit({ event: 'call', call: RINGING });
    expect(sound()).toBe('ring');
  });
});

it('says after two seconds that no sound comes out', async () => {
  const { kiosk } = await kioskWith([]);
  const since = () => soundlessSinceMs(kiosk.model.snapshot(), kiosk.clock.nowMs());
  kiosk.emit({ event: 'sound', sound: { state: 'broken', sinceMs: NOW, code: 'SERVICE_DOWN' } });
  expect(since()).toBeUndefined();
  kiosk.pass(2_000);
  expect(since()).toBe(NOW);
});

it('says it at once while an alarm is to be heard', async () => {
  const { kiosk } = await kioskWith([ALARM]);
  kiosk.emit({ event: 'sound', sound: { state: 'broken', sinceMs: NOW, code: 'SERVICE_DOWN' } });
  expect(soundlessSinceMs(kiosk.model.snapshot(), kiosk.clock.nowMs())).toBe(NOW);
});

it('shows what nobody has answered before all else, then the oldest', () => {
  const answered = { ...ALARM, alarmId: 'a', acknowledged: { by: NURSE, atMs: NOW } };
  const newer = { ...ALARM, alarmId: 'b', raisedAtMs: ALARM.raisedAtMs + 1 };
  expect(shownAlarms([answered, newer, ALARM]).map(({ alarmId }) => alarmId)).toEqual([
    ALARM.alarmId,
    'b',
    'a',
  ]);
});

const RINGING: Call = {
  callId: '00000000-0000-4000-8000-000000000001',
  clinicId: 'c1',
  kioskDeviceId: 'k1',
  kioskName: 'キオスク 1',
  direction: 'to-kiosk',
  patientId: null,
  encounterId: null,
  doctor: DOCTOR,
  nurse: null,
  rung: [],
  state: 'ringing',
  ringingAtMs: NOW,
  connectedAtMs: null,
  endedAtMs: null,
  end: null,
};
