import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromiumPath, electronPath } from '../machine.ts';
import { PLAYED_CAMERAS } from '../system/browser.ts';
import { waitForPatients } from '../system/clients.ts';
import { root } from '../paths.ts';
import { run } from '../steps.ts';
import { ELECTRON_ENROLMENT_CODE, startSystem, type System } from '../system/system.ts';
import { DEMO_CLINICS, DEMO_STAFF } from './people.ts';
import { DEMO_PORTS } from './ports.ts';

/** Everything up, windows open, until Ctrl-C. */
export async function showWithWindows(dir: string): Promise<number> {
  const electron = electronPath();
  const stopped = new Promise<void>(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
  });
  console.log('Starting hub, two islands and a monitor');
  const system = await startSystem({
    dir,
    seed: 1,
    islands: 2,
    scenario: 'desaturation',
    ports: DEMO_PORTS,
    windowFlags: cameraFlags(),
    // Unset: the loudspeaker of this machine.
    kioskEnvironment: { KIOSK_SOUND_PLAYER: '', ...(hasCamera() ? {} : PLAYED_CAMERAS) },
  });
  const clients = await Promise.all(system.kiosks.map(waitForPatients));
  await Promise.all(clients.map(client => client.call('session.sign-out', {})));
  const windows = [
    openConsoleWindow(system, dir),
    electron === undefined ? undefined : await openElectron(electron, system, dir),
  ];
  say(system);
  await stopped;
  console.log('\nStopping');
  for (const window of windows) window?.kill();
  await system.stop();
  return 0;
}

/** Where the machine has no camera, Chromium's own moving picture and beep, so that calls can be tried. */
function cameraFlags(): string[] {
  return hasCamera() ? [] : ['--use-fake-device-for-media-stream=device-count=3'];
}

function hasCamera(): boolean {
  return process.platform !== 'linux' || existsSync('/dev/video0');
}

function openConsoleWindow(system: System, dir: string): ReturnType<typeof spawn> | undefined {
  const chromium = chromiumPath();
  if (chromium === undefined) return undefined;
  return spawn(
    chromium,
    [
      `--app=${system.hub.origin}`,
      `--user-data-dir=${join(dir, 'doctor')}`,
      '--window-size=1440,900',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-features=Translate',
      '--auto-accept-camera-and-microphone-capture',
      '--autoplay-policy=no-user-gesture-required',
      ...cameraFlags(),
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
    { stdio: 'ignore' },
  );
}

/** The packaged form of the kiosk beside the others, as a second one of the first clinic. */
async function openElectron(
  electron: string,
  system: System,
  dir: string,
): Promise<ReturnType<typeof spawn>> {
  const kioskDir = join(root, 'apps/kiosk');
  await run([join(kioskDir, 'node_modules/.bin/electron-vite'), 'build', kioskDir]);
  return spawn(electron, [kioskDir, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])], {
    stdio: 'ignore',
    env: {
      ...process.env,
      KIOSK_DATA_DIR: join(dir, 'electron'),
      KIOSK_HUB_URL: system.hub.origin,
      KIOSK_ENROLMENT_CODE: ELECTRON_ENROLMENT_CODE,
      KIOSK_NAME: 'キオスク 2',
      KIOSK_DEVICES_FILE: join(dir, `${DEMO_CLINICS[0]!.clinicId}-devices.json`),
    },
  });
}

function say(system: System): void {
  const [nurse, doctor] = DEMO_STAFF;
  console.log(`
Doctor's console  ${system.hub.origin}
                  sign in as ${doctor!.practitionerId} (${doctor!.nameLatin}), passphrase ${doctor!.secret}`);
  for (const kiosk of system.kiosks) {
    const clinic = DEMO_CLINICS.find(({ clinicId }) => clinicId === kiosk.clinicId);
    console.log(`
${clinic?.nameLatin.padEnd(18) ?? ''}http://127.0.0.1:${kiosk.port}   (its window is open; a further one: ${kiosk.openUrl()} )
                  sign in as ${nurse!.nameLatin}, PIN ${nurse!.secret}`);
  }
  console.log(`
To try: the nurse opens a patient; the doctor opens the same one and calls (呼ぶ). The monitor of
${DEMO_CLINICS[0]!.nameLatin} plays a desaturation every 80 s: the kiosk sounds, the doctor's console shows it.
Patients and numbers are invented.
Ctrl-C stops everything and leaves nothing behind.`);
}
