import { describe, expect, it } from 'vitest';
import { DEVICE, NOW, sample } from '../testing/play-kiosk.ts';
import { clocksAgree, deviceFacts } from './device-facts.ts';

describe('what is known of a device', () => {
  it('is said by its own samples only', () => {
    const own = sample('SpO2', 97, { quality: ['battery-low'] });
    const other = sample('pulse-rate', 70, { deviceId: 'other', deviceTime: '2020-01-01T00:00:00' });
    expect(deviceFacts(DEVICE, [own, other])).toEqual({
      batteryLow: true,
      battery: null,
      clockOffsetMs: null,
      lastHeardAtMs: NOW,
      samples: [own],
    });
  });

  it("compares the device's clock, which tells the practice's time without a zone", () => {
    // 9:05 in Tokyo at the kiosk, 9:07 on the device.
    const facts = deviceFacts(DEVICE, [sample('SpO2', 97, { deviceTime: '2026-11-24T09:07:00' })]);
    expect(facts.clockOffsetMs).toBe(120_000);
    expect(clocksAgree(120_000)).toBe(false);
    expect(clocksAgree(-2_000)).toBe(true);
    expect(
      deviceFacts(DEVICE, [sample('SpO2', 97, { deviceTime: 'unset', receivedAtMs: NOW })]),
    ).toMatchObject({
      clockOffsetMs: null,
    });
  });
});
