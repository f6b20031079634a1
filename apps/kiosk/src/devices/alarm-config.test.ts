import { expect, it } from 'vitest';
import { readAlarmConfig } from './alarm-config.ts';

it('is on, with the rule’s own numbers, unless the practice says otherwise', () => {
  expect(readAlarmConfig({ KIOSK_ALARMS: '' })).toEqual({
    watch: 'on',
    spo2Low: { limitPercent: 90, forMs: 15_000 },
  });
  expect(
    readAlarmConfig({ KIOSK_ALARMS: 'off', KIOSK_ALARM_SPO2_LOW: '88', KIOSK_ALARM_SPO2_LOW_FOR_S: '2.5' }),
  ).toEqual({ watch: 'off', spo2Low: { limitPercent: 88, forMs: 2_500 } });
});

it.each([
  ['KIOSK_ALARMS', 'maybe', 'must be on or off'],
  ['KIOSK_ALARM_SPO2_LOW', '40', 'must be a number from 84 to 95'],
  ['KIOSK_ALARM_SPO2_LOW', 'ninety', 'must be a number from 84 to 95'],
  ['KIOSK_ALARM_SPO2_LOW_FOR_S', '600', 'must be a number from 1 to 60'],
])('refuses %s=%s in one line', (name, value, problem) => {
  expect(() => readAlarmConfig({ [name]: value })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: `${name}: ${problem}` }),
  );
});
