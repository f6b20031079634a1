import { describe, expect, it } from 'vitest';
import { type Alarm, Operation } from '@shimabashi/contracts';
import { createResourceValidator } from '../validation/index.ts';
import { buildAlarm, readAlarm } from './alarm-record.ts';

const NURSE = {
  practitionerId: 'n1',
  name: '汐入 さやか',
  nameLatin: 'Shioiri Sayaka',
  role: 'nurse',
} as const;
const ALARM: Alarm = {
  alarmId: '7c9e6679-7425-80de-944b-e07fc1f90ae7',
  ruleId: 'spo2-low',
  deviceId: 'nonin-0412',
  deviceName: 'Nonin A-0412',
  parameter: 'SpO2',
  limit: { kind: 'below', value: 90 },
  unit: '%',
  priority: 'high',
  state: 'active',
  raisedAtMs: Date.UTC(2026, 10, 24, 0, 5, 1, 250),
  value: 87,
  endedAtMs: null,
  signalLostAtMs: null,
  acknowledged: null,
  soundPaused: null,
};
const { validate } = createResourceValidator();

describe('an alarm in the chart', () => {
  it.each([
    ['active, of nobody', ALARM, null, null],
    ['active, in a visit', ALARM, 'p1', 'e1'],
    [
      'without a signal',
      { ...ALARM, state: 'latched', signalLostAtMs: ALARM.raisedAtMs + 9_000 },
      'p1',
      'e1',
    ],
    [
      'paused, then acknowledged and over',
      {
        ...ALARM,
        state: 'resolved',
        endedAtMs: ALARM.raisedAtMs + 60_000,
        soundPaused: { by: NURSE, untilMs: ALARM.raisedAtMs + 120_000 },
        acknowledged: { by: NURSE, atMs: ALARM.raisedAtMs + 5_000 },
      },
      'p1',
      null,
    ],
  ] as const)('is valid R4 and reads as it was written: %s', (_, alarm, patientId, encounterId) => {
    const resource = buildAlarm({ alarm, patientId, encounterId }, 'kiosk-1');
    expect(() => validate(resource)).not.toThrow();
    expect(Operation.shape.resource.safeParse(resource).success).toBe(true);
    const { acknowledged, soundPaused: _paused, ...kept } = alarm;
    expect(readAlarm(resource)).toEqual({
      ...kept,
      patientId,
      encounterId,
      acknowledged:
        acknowledged === null ? null : { practitionerId: 'n1', name: '汐入 さやか', atMs: acknowledged.atMs },
    });
  });

  it('is not read from somebody else’s issue, and not guessed from a broken one', () => {
    const resource = buildAlarm({ alarm: ALARM, patientId: null, encounterId: null }, 'kiosk-1');
    expect(readAlarm({ ...resource, code: { text: 'drug interaction' } })).toBeUndefined();
    for (const field of ['extension', 'identifiedPeriod', 'evidence']) {
      expect(() => readAlarm({ ...resource, [field]: undefined })).toThrow(
        expect.objectContaining({ code: 'RESOURCE_INVALID' }),
      );
    }
    expect(() => readAlarm({ resourceType: 'Flag', id: 'x' })).toThrow('cannot be read');
  });
});
