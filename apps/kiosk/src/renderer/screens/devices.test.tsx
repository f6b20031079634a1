// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { drawKiosk, happen } from '../testing/draw-kiosk.tsx';
import { DEVICE, NOW, playKiosk, sample } from '../testing/play-kiosk.ts';
import { Devices } from './devices.tsx';

async function open(samples: readonly unknown[]) {
  const kiosk = playKiosk({ 'vitals.latest': () => ({ ok: true, body: { samples } }) });
  await kiosk.begin();
  const place = await drawKiosk(kiosk, <Devices onBack={() => {}} />);
  const row = place.querySelector<HTMLElement>(`[data-device="${DEVICE.deviceId}"]`);
  return { ...kiosk, place, row };
}

describe('the devices page', () => {
  it('says what is connected, when it was last heard, and how its clock is', async () => {
    const { row } = await open([sample('SpO2', 97, { deviceTime: '2026-11-24T09:03:00' })]);
    expect(row?.textContent).toContain('つながっています');
    expect(row?.textContent).toContain('今');
    expect(row?.textContent).toContain('時計 2分 遅れ');
  });

  it('shows the values of the device that is tested, and saves nothing', async () => {
    const { place, row, asked } = await open([
      sample('SpO2', 97),
      sample('pulse-rate', 44, { deviceId: 'another' }),
    ]);
    expect(place.querySelector('[data-value]')).toBeNull();
    await happen(() => row?.click());
    expect(place.querySelector('[data-parameter="SpO2"]')?.getAttribute('data-value')).toBe('97');
    expect(place.querySelector('[data-parameter="pulse-rate"]')).toBeNull();
    expect(asked.some(each => each.row === 'observations.save')).toBe(false);
  });

  it('says since when a device has not been heard, and a low battery before its clock', async () => {
    const { place, row, emit } = await open([sample('SpO2', 97, { quality: ['battery-low'] })]);
    expect(row?.textContent).toContain('電池が少ない');
    await happen(() =>
      emit({ event: 'device', device: { ...DEVICE, state: 'connecting', sinceMs: NOW - 120_000 } }),
    );
    expect(place.querySelector('[data-connected="false"]')?.textContent).toContain('9:03 から届きません');
  });
});
