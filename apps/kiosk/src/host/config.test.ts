import { expect, it } from 'vitest';
import { readHostConfig } from './config.ts';

it('takes defaults for what may have one', () => {
  const read = readHostConfig({ KIOSK_DATA_DIR: '/data', PATH: '/bin' });
  expect(read).toMatchObject({ ok: true, config: { KIOSK_PORT: 47_101, KIOSK_SHELL: 'none' } });
});

it('takes an empty setting for none: port 0 would be another door at every start', () => {
  const read = readHostConfig({ KIOSK_DATA_DIR: '/data', KIOSK_PORT: '', KIOSK_SHELL: '' });
  expect(read).toMatchObject({ ok: true, config: { KIOSK_PORT: 47_101, KIOSK_SHELL: 'none' } });
});

it.each([
  [{}, /^KIOSK_DATA_DIR: /],
  [{ KIOSK_DATA_DIR: '' }, /^KIOSK_DATA_DIR: is required/],
  [{ KIOSK_DATA_DIR: '/data', KIOSK_PORT: 'door' }, /^KIOSK_PORT: /],
  [{ KIOSK_DATA_DIR: '/data', KIOSK_PORT: '70000' }, /^KIOSK_PORT: /],
  [{ KIOSK_DATA_DIR: '/data', KIOSK_SHELL: 'firefox' }, /^KIOSK_SHELL: /],
  [{ KIOSK_DATA_DIR: '/data', KIOSK_LOG_LEVEL: 'loud' }, /^KIOSK_LOG_LEVEL: /],
])('names the setting that is wrong: %o', (environment, line) => {
  expect(readHostConfig(environment)).toEqual({ ok: false, line: expect.stringMatching(line) as string });
});
