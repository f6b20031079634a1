import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { chromiumPath, electronPath } from '../machine.ts';
import { waitForPatients } from '../system/clients.ts';
import { startSystem, type System } from '../system/system.ts';
import { DEMO_CLINICS, DEMO_STAFF } from './people.ts';
import { DEMO_PORTS } from './ports.ts';

/** Everything up, windows open, until Ctrl-C. */
export async function showWithWindows(dir: string): Promise<number> {
  electronPath();
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
    windowFlags: [],
  });
  const clients = await Promise.all(system.kiosks.map(waitForPatients));
  await Promise.all(clients.map(client => client.call('session.sign-out', {})));
  const consoleWindow = openConsoleWindow(system, dir);
  say(system);
  await stopped;
  console.log('\nStopping');
  consoleWindow?.kill();
  await system.stop();
  return 0;
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
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
    { stdio: 'ignore' },
  );
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
The monitor of ${DEMO_CLINICS[0]!.nameLatin} plays a desaturation. Patients and numbers are invented.
Ctrl-C stops everything and leaves nothing behind.`);
}
