// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { type DeviceStatus } from '@shimabashi/contracts';
import { drawKiosk, happen } from '../testing/draw-kiosk.tsx';
import { DEVICE, NOW, playKiosk, sample } from '../testing/play-kiosk.ts';
import { Devices } from './devices.tsx';

async function open(samples: readonly unknown[], device: DeviceStatus = DEVICE, locale: 'ja' | 'en' = 'ja') {
  const kiosk = playKiosk({
    'vitals.latest': () => ({ ok: true, body: { samples } }),
    'devices.list': () => ({ ok: true, body: { devices: [device] } }),
  });
  await kiosk.begin();
  const place = await drawKiosk(kiosk, <Devices onBack={() => {}} />, locale);
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

  const cuff: DeviceStatus = {
    ...DEVICE,
    name: 'A&D UA-651BLE',
    protocol: 'gatt-blood-pressure',
    state: 'connecting',
    gives: 'spot',
    lastHeardAtMs: NOW - 60_000,
    facts: {
      manufacturer: 'A&D Medical',
      model: 'UA-651BLE',
      serialNumber: '5180500123',
      firmware: null,
      battery: 64,
      clockOffsetMs: 1_000,
    },
  };
  const measured = sample('systolic-pressure', 128, {
    origin: 'stored',
    deviceTime: '2026-11-24T09:03:40',
    measuredAtMs: NOW - 80_000,
    receivedAtMs: NOW - 60_000,
  });

  it('takes a cuff that sleeps for what it is, and says what is known of it', async () => {
    const { place, row } = await open([measured], cuff);
    expect(row?.textContent).toContain('測ると届きます');
    expect(row?.textContent).toContain('電池 64%');
    expect(row?.textContent).toContain('1分前');
    expect(row?.dataset['connected']).toBe('true');
    await happen(() => row?.click());
    const known = [...place.querySelectorAll('dl > div:not([data-spot])')].map(line => line.textContent);
    expect(known).toEqual([
      '機種A&D Medical UA-651BLE',
      '製造番号5180500123',
      '電池64%',
      '時計時計 一致',
      '最後に届いた時1分前',
      'こわれて届いた値0件',
    ]);
    expect(place.querySelector('[data-spot="systolic-pressure"]')?.textContent).toBe('血圧 上128 mmHg 9:03');
  });

  it.each([
    ['a battery that ends, before all', { battery: 10, clockOffsetMs: 600_000 }, '電池が少ない'],
    ['a clock that is wrong, before the battery', { battery: 64, clockOffsetMs: 600_000 }, '時計 10分 進み'],
    ['no battery that is not told', { battery: null, clockOffsetMs: null }, '時計なし'],
  ])('says %s', async (_, said, words) => {
    const { row } = await open([], { ...cuff, facts: { ...cuff.facts!, ...said } });
    expect(row?.textContent).toContain(words);
  });

  it('says the same in English', async () => {
    const { place, row } = await open([measured], cuff, 'en');
    await happen(() => row?.click());
    expect(row?.textContent).toContain('Sends when it measures');
    expect(place.textContent).toContain('Serial number');
  });
});
