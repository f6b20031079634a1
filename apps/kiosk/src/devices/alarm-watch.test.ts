import { expect, it } from 'vitest';
import { type Alarm, KioskEvent, type Sample } from '@shimabashi/contracts';
import { manualClock } from '@shimabashi/vitals-drivers/testing';
import { readAlarmConfig } from './alarm-config.ts';
import { AlarmWatch } from './alarm-watch.ts';

const NURSE = { practitionerId: 'n1', name: '汐入 さやか', nameLatin: '', role: 'nurse' } as const;

function watching(environment: Record<string, string> = {}) {
  const clock = manualClock(Date.UTC(2026, 10, 24));
  const told: Extract<KioskEvent, { event: 'alarms' }>[] = [];
  const watch = new AlarmWatch({
    config: readAlarmConfig({ KIOSK_ALARM_SPO2_LOW_FOR_S: '3', ...environment }),
    clock,
    monotonicMs: () => clock.nowMs(),
    tell: event => {
      const parsed = KioskEvent.parse(event);
      if (parsed.event === 'alarms') told.push(parsed);
    },
  });
  let sequence = 0;
  const reads = async (value: number, forMs: number, deviceId = 'nonin-1') => {
    for (let passedMs = 0; passedMs < forMs; passedMs += 300) {
      await clock.pass(300);
      watch.take([sample(deviceId, (sequence += 1), value, clock.nowMs())]);
    }
  };
  return { watch, clock, told, reads, alarms: () => told.at(-1)?.alarms ?? [] };
}

function sample(deviceId: string, sequence: number, value: number, receivedAtMs: number): Sample {
  return {
    sampleId: `${deviceId}:1:${sequence}`,
    deviceId,
    deviceName: 'Nonin A-0412',
    parameter: 'SpO2',
    measured: { status: 'measured', value },
    unit: '%',
    quality: [],
    origin: 'live',
    deviceTime: null,
    receivedAtMs,
    sequence,
    rawHex: '',
  };
}

it('says nothing before it knows what was on, then every change once', async () => {
  const { watch, told, reads } = watching();
  await reads(97, 600);
  expect(told).toEqual([]);
  watch.restore([]);
  await reads(97, 600);
  expect(told).toEqual([{ event: 'alarms', alarms: [], watch: 'on' }]);
  await reads(85, 3_600);
  expect(told).toHaveLength(2);
  expect(told[1]?.alarms).toMatchObject([{ state: 'active', deviceName: 'Nonin A-0412', value: 85 }]);
});

it('goes on with the episode of the process before it, by its id', async () => {
  const before = watching();
  before.watch.restore([]);
  await before.reads(85, 3_600);
  const [alarm] = before.alarms() as [Alarm];
  const after = watching();
  after.watch.restore([{ ...alarm, state: 'latched', signalLostAtMs: alarm.raisedAtMs + 100 }]);
  await after.reads(85, 600);
  expect(after.alarms()).toMatchObject([{ alarmId: alarm.alarmId, state: 'active' }]);
});

it('gives the same episode the same id, and devices their own', async () => {
  const one = watching();
  const other = watching();
  for (const { watch, reads } of [one, other]) {
    watch.restore([]);
    await reads(85, 3_600);
  }
  expect(one.alarms()[0]?.alarmId).toBe(other.alarms()[0]?.alarmId);
  await one.reads(85, 3_600, 'contec-1');
  expect(new Set(one.alarms().map(({ alarmId }) => alarmId)).size).toBe(2);
});

it('tells of an end once, and then no more', async () => {
  const { watch, clock, reads, alarms } = watching();
  watch.restore([]);
  await reads(85, 3_600);
  const [alarm] = alarms() as [Alarm];
  watch.answer({ kind: 'acknowledge', alarmId: alarm.alarmId, by: NURSE, atMs: clock.nowMs() });
  expect(alarms()).toMatchObject([{ state: 'active', acknowledged: { by: NURSE } }]);
  await reads(97, 5_400);
  expect(alarms()).toMatchObject([{ state: 'resolved' }]);
  await reads(97, 600);
  expect(alarms()).toEqual([]);
});

it('notices by itself that nothing comes', async () => {
  const { watch, clock, reads, alarms } = watching();
  watch.restore([]);
  await reads(85, 3_600);
  await clock.pass(3_500);
  expect(alarms()).toMatchObject([{ state: 'latched', endedAtMs: null }]);
});

it('judges nothing where the practice has switched it off, and says so', async () => {
  const { watch, told, reads } = watching({ KIOSK_ALARMS: 'off' });
  watch.restore([]);
  await reads(70, 30_000);
  expect(told).toEqual([{ event: 'alarms', alarms: [], watch: 'off' }]);
});
