import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { endOf, type Knock } from './knocking.ts';

const HUB = 'apps/hub/src/main.ts';
const HOST = 'apps/kiosk/src/host/main.ts';
const STORE = 'apps/kiosk/src/store/main.ts';
const DEVICES = 'apps/kiosk/src/devices/main.ts';
const SOUND = 'apps/kiosk/src/sound/main.ts';

/** A device as a devices file enrols one. */
const OXIMETER = {
  deviceId: 'a',
  name: 'a',
  protocol: 'nonin-df2',
  transport: { kind: 'tcp', host: 'a', port: 1 },
};

type Row = readonly [what: string, entry: string, settings: () => Record<string, string>, named: string];

/** Each program of ours with one setting that is wrong, and the name that its only line must give. */
export function wrongSettings(deps: {
  readonly dir: string;
  readonly marker: string;
  readonly onSaid: (text: string) => void;
}): readonly Knock[] {
  const { dir, marker } = deps;
  const file = (content: string): string => {
    const path = join(mkdtempSync(join(dir, 'setting-')), 'file');
    writeFileSync(path, content);
    return path;
  };
  const hub = (settings: object) => () => ({ HUB_DATA_DIR: join(dir, 'hub'), ...settings });
  const kiosk = (settings: object) => () => ({ KIOSK_DATA_DIR: join(dir, 'kiosk'), ...settings });
  const devices = (content: string) => () => ({ KIOSK_DEVICES_FILE: file(content) });
  const enrolled = (...entries: readonly object[]) => devices(JSON.stringify({ devices: entries }));
  const rows: readonly Row[] = [
    ['hub: a port', HUB, hub({ HUB_PORT: marker }), 'HUB_PORT'],
    ['hub: no folder', HUB, () => ({}), 'HUB_DATA_DIR'],
    ['hub: no address', HUB, hub({ HUB_HOST: marker }), 'HUB_HOST'],
    ['hub: in the clear', HUB, hub({ HUB_HOST: '0.0.0.0' }), 'HUB_HOST'],
    ['hub: no JSON', HUB, () => ({ HUB_CONFIG_FILE: file(marker) }), 'HUB_CONFIG_FILE'],
    [
      'hub: a seed',
      HUB,
      () => hub({ HUB_SEED_FILE: file(JSON.stringify({ [marker]: 1 })) })(),
      'HUB_SEED_FILE',
    ],
    ['sound: a player', SOUND, () => ({ KIOSK_SOUND_PLAYER: `[${marker}` }), 'KIOSK_SOUND_PLAYER'],
    ['sound: a volume', SOUND, () => ({ KIOSK_SOUND_VOLUME: marker }), 'KIOSK_SOUND_VOLUME'],
    ['devices: alarms', DEVICES, () => ({ KIOSK_ALARMS: marker }), 'KIOSK_ALARMS'],
    ['devices: a limit', DEVICES, () => ({ KIOSK_ALARM_SPO2_LOW: '50' }), 'KIOSK_ALARM_SPO2_LOW'],
    ['host: a port', HOST, kiosk({ KIOSK_PORT: marker }), 'KIOSK_PORT'],
    ['host: no folder', HOST, () => ({}), 'KIOSK_DATA_DIR'],
    ['host: a shell', HOST, kiosk({ KIOSK_SHELL: marker }), 'KIOSK_SHELL'],
    ['store: no folder', STORE, () => ({}), 'KIOSK_DATA_DIR'],
    ['store: a hub', STORE, kiosk({ KIOSK_HUB_URL: marker }), 'KIOSK_HUB_URL'],
    ['store: in the clear', STORE, kiosk({ KIOSK_HUB_URL: 'http://a.example' }), 'KIOSK_HUB_URL'],
    ['devices: no file', DEVICES, () => ({ KIOSK_DEVICES_FILE: join(dir, marker) }), 'KIOSK_DEVICES_FILE'],
    ['devices: no JSON', DEVICES, devices(marker), 'KIOSK_DEVICES_FILE'],
    ['devices: a field', DEVICES, enrolled({ ...OXIMETER, colour: marker }), 'KIOSK_DEVICES_FILE'],
    ['devices: a protocol', DEVICES, enrolled({ ...OXIMETER, protocol: marker }), 'KIOSK_DEVICES_FILE'],
    [
      'devices: a long name',
      DEVICES,
      enrolled({ ...OXIMETER, name: marker.repeat(99) }),
      'KIOSK_DEVICES_FILE',
    ],
    ['devices: too long', DEVICES, devices(marker.repeat(500_000)), 'KIOSK_DEVICES_FILE'],
    ['devices: one twice', DEVICES, enrolled(OXIMETER, OXIMETER), 'KIOSK_DEVICES_FILE'],
  ];
  return rows.map(([what, entry, settings, named]) => [
    what,
    async () => {
      const ended = await endOf(entry, settings());
      deps.onSaid(ended.stdout + ended.stderr);
      return ended;
    },
    { exitCode: 78, stdout: '', stderr: expect.stringMatching(new RegExp(`^${named}: [^\n]+\n$`)) },
  ]);
}
