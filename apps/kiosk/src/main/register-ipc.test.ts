import { expect, it } from 'vitest';
import { type KioskApi, type KioskEvent } from '@shimabashi/contracts';
import { createKioskApi } from '../preload/expose-kiosk-api.ts';
import { describeDoorContract, playBroker } from '../testing/door-contract.ts';
import { type IpcEventLike, registerIpc } from './register-ipc.ts';
import { screenFile } from './screen-files.ts';

/** Electron's two ends, joined as Electron joins them: structured clones of what is sent. */
function bridge(senderUrl = 'app://kiosk/') {
  const handlers = new Map<string, (event: IpcEventLike, request: unknown) => Promise<unknown>>();
  const broker = playBroker();
  registerIpc({
    ipcMain: { handle: (channel, listener) => void handlers.set(channel, listener) },
    broker,
    isTrustedUrl: url => url.startsWith('app://kiosk/'),
  });
  const screens = new Set<(event: KioskEvent) => void>();
  const event: IpcEventLike = {
    senderFrame: { url: senderUrl },
    sender: {
      send: (_channel, message) => screens.forEach(screen => screen(structuredClone(message))),
      once: () => undefined,
    },
  };
  const invoke = async (channel: string, request: unknown): Promise<unknown> =>
    structuredClone(await handlers.get(channel)!(event, structuredClone(request)));
  const api: KioskApi = createKioskApi({
    invoke,
    onEvent: listener => {
      screens.add(listener);
      void invoke('kiosk-subscribe', undefined);
      return () => screens.delete(listener);
    },
  });
  return { api, broker, close: async () => {} };
}

describeDoorContract('Electron IPC', async () => bridge());

it('refuses a frame that is not ours', async () => {
  const { api, broker } = bridge('https://example.org/');
  await expect(api['devices.list']({})).resolves.toMatchObject({ ok: false, error: { code: 'FORBIDDEN' } });
  expect(broker.asked).toEqual([]);
});

it.each([
  ['app://kiosk/', '/screens/index.html'],
  ['app://kiosk/assets/a.js', '/screens/assets/a.js'],
])('serves the screens: %s', (url, path) => {
  expect(screenFile(url, '/screens')?.path).toBe(path);
});

it.each([
  'app://kiosk/../../etc/passwd',
  'app://kiosk/%2e%2e%2f%2e%2e%2fetc/passwd.html',
  'app://other/index.html',
  'file:///etc/passwd.html',
  'app://kiosk/chart.db',
])('serves nothing else: %s', url => {
  expect(screenFile(url, '/screens')).toBeUndefined();
});
