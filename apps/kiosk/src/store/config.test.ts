import { describe, expect, it } from 'vitest';
import { readStoreConfig } from './config.ts';

const RIGHT = { KIOSK_DATA_DIR: '/var/lib/kiosk' };

describe('readStoreConfig', () => {
  it('needs nothing but a folder', () => {
    expect(readStoreConfig(RIGHT)).toMatchObject({
      ok: true,
      config: {
        databaseFile: '/var/lib/kiosk/chart.db',
        keyFile: '/var/lib/kiosk/chart.key',
        hubUrl: null,
        enrolmentCode: null,
      },
    });
  });

  it('takes an empty variable as not set', () => {
    expect(readStoreConfig({ ...RIGHT, KIOSK_HUB_URL: '' })).toMatchObject({
      ok: true,
      config: { hubUrl: null },
    });
  });

  it.each(['https://hub.example', 'http://127.0.0.1:47080', 'http://localhost:47080', 'http://[::1]:47080'])(
    'reaches a hub at %s',
    address => {
      expect(readStoreConfig({ ...RIGHT, KIOSK_HUB_URL: address }).ok).toBe(true);
    },
  );

  it.each([
    ['KIOSK_DATA_DIR', { KIOSK_DATA_DIR: '' }],
    ['KIOSK_HUB_URL', { KIOSK_HUB_URL: 'hub' }],
    ['KIOSK_HUB_URL', { KIOSK_HUB_URL: 'ftp://hub.example' }],
    ['KIOSK_HUB_URL', { KIOSK_HUB_URL: 'http://hub.example' }],
    ['KIOSK_HUB_URL', { KIOSK_HUB_URL: 'https://user:secret@hub.example' }],
    ['KIOSK_HUB_URL', { KIOSK_HUB_URL: 'https://hub.example/?token=x' }],
    ['KIOSK_ENROLMENT_CODE', { KIOSK_ENROLMENT_CODE: 'short' }],
    ['KIOSK_BOOT_ID', { KIOSK_BOOT_ID: 'first' }],
    ['KIOSK_LOG_LEVEL', { KIOSK_LOG_LEVEL: 'loud' }],
  ])('names %s in one line when it is wrong', (name, wrong) => {
    const read = readStoreConfig({ ...RIGHT, ...wrong });
    expect(read.ok ? '' : read.line).toMatch(new RegExp(`^${name}: [^\\n]+$`));
  });
});
