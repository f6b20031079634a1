import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { root } from './paths.ts';

const planted: string[] = [];
afterEach(() => planted.splice(0).forEach(file => rmSync(file, { force: true })));

/** What lint says of a file with this line in this folder. */
function lintOf(folder: string, line: string, ending = 'ts'): string {
  const file = join(root, folder, `planted-${process.pid}.${ending}`);
  mkdirSync(dirname(file), { recursive: true });
  planted.push(file);
  writeFileSync(file, `${line}\n`);
  const done = spawnSync(join(root, 'node_modules/.bin/oxlint'), [file], { cwd: root, encoding: 'utf8' });
  return done.stdout + done.stderr;
}

/** One violation of each kind: who, and what it may not reach for. */
it.each([
  ['packages/contracts/src', "import { buildPatient } from '@shimabashi/clinical'; void buildPatient;"],
  ['packages/contracts/src', "import { readFileSync } from 'node:fs'; void readFileSync;"],
  ['packages/clinical/src', "import { laneOf } from '@shimabashi/sync'; void laneOf;"],
  ['packages/clinical/src', "import { readFileSync } from 'node:fs'; void readFileSync;"],
  ['packages/clinical/src', 'export const now = Date.now();'],
  ['packages/vitals-drivers/src', "import { laneOf } from '@shimabashi/sync'; void laneOf;"],
  ['packages/vitals-drivers/src', "import { app } from 'electron'; void app;"],
  ['packages/sync/src', "import { Button } from '@shimabashi/ui'; void Button;"],
  ['packages/sync/src', "import { readPatient } from '@shimabashi/clinical'; void readPatient;"],
  ['packages/sync/src', 'export const now = Date.now();'],
  ['packages/sync/src', 'export const luck = Math.random();'],
  ['packages/call/src', "import { laneOf } from '@shimabashi/sync'; void laneOf;"],
  ['packages/call/src', "import { Button } from '@shimabashi/ui'; void Button;"],
  ['packages/call/src', "import { readFileSync } from 'node:fs'; void readFileSync;"],
  ['packages/ui/src', "import { laneOf } from '@shimabashi/sync'; void laneOf;"],
  ['packages/ui/src', "import { readPatient } from '@shimabashi/clinical'; void readPatient;"],
  ['packages/ui/src', "import { readFileSync } from 'node:fs'; void readFileSync;"],
  ['apps/kiosk/src/renderer', "import { openChartLog } from '@shimabashi/sync/sqlite'; void openChartLog;"],
  ['apps/kiosk/src/renderer', "import { createBroker } from '../broker/index.ts'; void createBroker;"],
  ['apps/kiosk/src/renderer', "import { ipcRenderer } from 'electron'; void ipcRenderer;"],
  ['apps/kiosk/src/devices', "import { app } from 'electron'; void app;"],
  ['apps/kiosk/src/devices', "import { runStore } from '../store/main.ts'; void runStore;"],
  ['apps/kiosk/src/devices', "import { laneOf } from '@shimabashi/sync'; void laneOf;"],
  ['apps/kiosk/src/sound', "import { runStore } from '../store/main.ts'; void runStore;"],
  ['apps/kiosk/src/store', "import { app } from 'electron'; void app;"],
  ['apps/kiosk/src/store', "import { Supervisor } from '@shimabashi/vitals-drivers'; void Supervisor;"],
  ['apps/kiosk/src/service', "import { runStore } from '../store/main.ts'; void runStore;"],
  ['apps/kiosk/src/main', "import { openLoopbackDoor } from '../host/door.ts'; void openLoopbackDoor;"],
  ['apps/kiosk/src/main', "import { laneOf } from '@shimabashi/sync'; void laneOf;"],
  ['apps/kiosk/src/host', "import { runStore } from '../store/main.ts'; void runStore;"],
  ['apps/kiosk/src/broker', "import { openLoopbackDoor } from '../host/door.ts'; void openLoopbackDoor;"],
  ['apps/kiosk/src/preload', "import { kioskContract } from '@shimabashi/contracts'; void kioskContract;"],
  ['apps/doctor-console/src', "import { startHub } from '@shimabashi/hub'; void startHub;"],
  ['apps/doctor-console/src', "import { laneOf } from '@shimabashi/sync'; void laneOf;"],
  ['apps/hub/src', "import { createBroker } from '@shimabashi/kiosk'; void createBroker;"],
  ['apps/hub/src', "import { Supervisor } from '@shimabashi/vitals-drivers'; void Supervisor;"],
])('lint refuses in %s: %s', (folder, line) => {
  expect(lintOf(folder, line)).toMatch(/no-restricted-(imports|globals|properties)/);
});

it('lint lets through what the layers allow', () => {
  const said = lintOf('apps/hub/src', "import { AppError } from '@shimabashi/contracts'; void AppError;");
  expect(said).toContain('0 errors');
});
