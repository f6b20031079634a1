// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { type DeviceStatus, type DeviceTrial, type FoundDevice } from '@shimabashi/contracts';
import { drawKiosk, happen } from '../testing/draw-kiosk.tsx';
import { DEVICE, NOW, playKiosk, sample } from '../testing/play-kiosk.ts';
import { Devices } from './devices.tsx';
import { DevicesEnrol } from './devices-enrol.tsx';

const FOUND: FoundDevice = {
  foundId: 'bluetooth-1',
  way: 'bluetooth',
  name: 'A&D_UA-651BLE',
  identity: 'c0:26:da:00:00:01',
  protocols: ['gatt-blood-pressure'],
  rssi: -60,
};
const TRIAL: DeviceTrial = {
  foundId: FOUND.foundId,
  state: 'connected',
  protocol: 'gatt-blood-pressure',
  facts: {
    manufacturer: 'A&D',
    model: 'UA-651BLE',
    serialNumber: '5180500123',
    firmware: null,
    battery: 80,
    clockOffsetMs: null,
  },
  samples: [sample('systolic-pressure', 128, { sampleId: 'gatt-1/record/1', measuredAtMs: NOW - 5_000 })],
};

async function open(search: object, locale: 'ja' | 'en' = 'ja', rows: Parameters<typeof playKiosk>[0] = {}) {
  const enrolled: DeviceStatus[] = [];
  const kiosk = playKiosk({
    'devices.search': () => ({
      ok: true,
      body: { found: [FOUND], unavailable: [], trial: null, ...search },
    }),
    'devices.enrol': () => ({ ok: true, body: { device: DEVICE } }),
    ...rows,
  });
  await kiosk.begin();
  const screen = <DevicesEnrol onBack={() => {}} onEnrolled={device => enrolled.push(device)} />;
  const place = await drawKiosk(kiosk, screen, locale);
  const press = (words: string) =>
    happen(() =>
      [...place.querySelectorAll<HTMLElement>('button')]
        .find(button => button.textContent?.includes(words))
        ?.click(),
    );
  const requests = (row: string) => kiosk.asked.filter(each => each.row === row).map(each => each.request);
  return { ...kiosk, place, press, requests, enrolled };
}

describe('enrolling a device', () => {
  it('shows what is found with its identity, and tries nothing by itself', async () => {
    const { place, requests } = await open({});
    const row = place.querySelector('[data-found]');
    expect(row?.textContent).toContain('A&D_UA-651BLE');
    expect(row?.textContent).toContain('血圧計');
    expect(row?.textContent).toContain('c0:26:da:00:00:01');
    expect(requests('devices.try')).toEqual([]);
    await happen(() => row?.dispatchEvent(new MouseEvent('click', { bubbles: true })));
    expect(requests('devices.try')).toEqual([{ foundId: 'bluetooth-1' }]);
  });

  it('says when a device cannot be tried', async () => {
    const error = { code: 'NOT_FOUND', message: 'played', retryable: false, details: {} } as const;
    const { place } = await open({}, 'ja', { 'devices.try': () => ({ ok: false, error }) });
    const row = place.querySelector('[data-found]');
    await happen(() => row?.dispatchEvent(new MouseEvent('click', { bubbles: true })));
    expect(place.querySelector('[role="alert"]')).not.toBeNull();
  });

  it.each([
    ['機器に同じ製造番号がある', { kind: 'serial-number', serialNumber: '5180500123' }],
    ['機器の画面と同じ値', { kind: 'measurement', sampleId: 'gatt-1/record/1' }],
  ])('is done once the nurse has compared: %s', async (words, proof) => {
    const { place, press, requests, enrolled } = await open({ trial: TRIAL });
    expect(place.textContent).toContain('128 mmHg');
    await press(words);
    expect(place.querySelector('input')?.value).toBe('A&D UA-651BLE 0123');
    await press('この機器を登録する');
    expect(requests('devices.enrol')).toEqual([
      { foundId: 'bluetooth-1', name: 'A&D UA-651BLE 0123', proof },
    ]);
    expect(enrolled).toEqual([DEVICE]);
  });

  it('has nothing to press while the device has said nothing to compare', async () => {
    const { place } = await open({ trial: { ...TRIAL, facts: null, samples: [] } });
    expect(place.textContent).not.toContain('手に持っている機器ですか');
    expect(place.textContent).toContain('測ると、ここに値が出ます');
  });

  it('says where it cannot look, in English too', async () => {
    const { place } = await open({ found: [], unavailable: ['bluetooth'] }, 'en');
    expect(place.textContent).toContain('Bluetooth cannot be used');
    expect(place.textContent).toContain('Nothing found yet');
  });

  it('ends the trial when the page is left', async () => {
    const kiosk = playKiosk({
      'devices.search': () => ({ ok: true, body: { found: [FOUND], unavailable: [], trial: TRIAL } }),
    });
    await kiosk.begin();
    const place = await drawKiosk(kiosk, <Devices onBack={() => {}} />);
    const press = (words: string) =>
      happen(() =>
        [...place.querySelectorAll<HTMLElement>('button')]
          .find(each => each.textContent?.includes(words))
          ?.click(),
      );
    await press('機器をふやす');
    await press('もどる');
    expect(kiosk.asked).toContainEqual({ row: 'devices.try', request: { foundId: null } });
  });
});

describe('letting a device go', () => {
  const drawn = async (device: DeviceStatus) => {
    const kiosk = playKiosk({ 'devices.list': () => ({ ok: true, body: { devices: [device] } }) });
    await kiosk.begin();
    const place = await drawKiosk(kiosk, <Devices onBack={() => {}} />);
    const row = () => place.querySelector<HTMLElement>(`[data-device="${device.deviceId}"]`);
    const button = (words: string) =>
      [...place.querySelectorAll<HTMLElement>('button')].find(each => each.textContent === words);
    await happen(() => row()?.click());
    return { ...kiosk, row, button };
  };

  it('is asked twice', async () => {
    const { asked, emit, row, button } = await drawn(ENROLLED);
    await happen(() => button('登録をはずす')?.click());
    expect(asked.some(each => each.row === 'devices.remove')).toBe(false);
    await happen(() => button('はずす')?.click());
    expect(asked).toContainEqual({ row: 'devices.remove', request: { deviceId: ENROLLED.deviceId } });
    await happen(() => emit({ event: 'device-removed', deviceId: ENROLLED.deviceId }));
    expect(row()).toBeNull();
  });

  it('is not offered for one of the settings file', async () => {
    const { button } = await drawn(DEVICE);
    expect(button('ためしを終わる')).toBeDefined();
    expect(button('登録をはずす')).toBeUndefined();
  });
});

const ENROLLED: DeviceStatus = { ...DEVICE, deviceId: 'gatt-1', name: '血圧計', enrolledHere: true };
