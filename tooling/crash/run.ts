import { chromium, type Page } from 'playwright-core';
import { type Chance } from '../demo/chance.ts';
import { DEMO_CLINICS } from '../demo/people.ts';
import {
  openConsole,
  openPatientOnConsole,
  launchBrowser,
  openPatientOnKiosk,
  signInOnConsole,
  signInOnKiosk,
} from '../system/browser.ts';
import { type KioskClient, signInDoctor, until } from '../system/clients.ts';
import { type System } from '../system/system.ts';
import { wordsOf } from '../system/words.ts';
import { watchAges } from './ages.ts';
import { type Load, startLoad } from './load.ts';
import { kill, LOAD_VICTIMS, type LoadVictim } from './victims.ts';

export interface CrashReport {
  readonly victim: string;
  readonly kills: number;
  readonly acknowledged: number;
  readonly retried: number;
  /** From the kill until the kiosk answers, is linked and has nothing waiting. Milliseconds. */
  readonly recoveredMs: readonly number[];
  /** What is wrong. Empty is what we want. */
  readonly findings: readonly string[];
}

/** How long nurse and doctor would wait before they telephone. */
const RECOVERY_LIMIT_MS = 30_000;

/** Kills one victim again and again, under load, and compares what was promised with what is there. */
export async function crash(options: {
  system: System;
  victim: LoadVictim;
  kills: number;
  chance: Chance;
  /** Where the kiosk's own window can be watched (`--remote-debugging-port`). */
  windowPort: number;
}): Promise<CrashReport> {
  const { system, victim, kills, chance } = options;
  const island = system.kiosks[0]!;
  // A patient of its own for each victim: the lists that are compared stay complete.
  const person = DEMO_CLINICS[0]!.patients[LOAD_VICTIMS.indexOf(victim)]!;
  const load = await startLoad(island, person.kana.family);
  const browser = await launchBrowser();
  const findings: string[] = [];
  const recoveredMs: number[] = [];
  try {
    const doctor = await openConsole(browser, system);
    await signInOnConsole(doctor);
    await openPatientOnConsole(doctor, person);
    const doctorAges = await watchAges(doctor.page);
    const nurseAges = await watchWindow(options.windowPort, person);
    for (let count = 0; count < kills; count += 1) {
      await new Promise(resolve => setTimeout(resolve, 50 + chance.whole(4_000)));
      const startsBefore = await startsOf(load.nurse, victim);
      const struckAtMs = performance.now();
      await kill(victim, system);
      await recovered(load.nurse, victim, startsBefore);
      recoveredMs.push(performance.now() - struckAtMs);
    }
    await load.stop();
    findings.push(...(await compare(system, load, doctor.page)));
    findings.push(...(await doctorAges()).map(words => `console, number without age: ${words}`));
    findings.push(...(await nurseAges()).map(words => `kiosk, number without age: ${words}`));
  } finally {
    await load.stop();
    await browser.close();
  }
  return {
    victim,
    kills,
    acknowledged: load.acknowledged.size,
    retried: load.retried(),
    recoveredMs,
    findings,
  };
}

/** Watches the kiosk's own window through every new one that it opens after a kill. */
async function watchWindow(
  windowPort: number,
  person: Parameters<typeof openPatientOnKiosk>[1],
): Promise<() => Promise<string[]>> {
  const found: string[] = [];
  let stopped = false;
  const watched = (async () => {
    while (!stopped) {
      try {
        const window = await chromium.connectOverCDP(`http://127.0.0.1:${windowPort}`);
        const page = window.contexts()[0]?.pages()[0];
        if (page !== undefined) await watchOne(page, person, found, () => stopped);
        await window.close();
      } catch {
        // The window is being opened again.
      }
      await new Promise(resolve => setTimeout(resolve, 200));
    }
  })();
  return async () => {
    stopped = true;
    await watched;
    return found;
  };
}

async function watchOne(
  page: Page,
  person: Parameters<typeof openPatientOnKiosk>[1],
  found: string[],
  stopped: () => boolean,
): Promise<void> {
  const ages = await watchAges(page);
  const screen = { page, words: wordsOf('ja') };
  await signInOnKiosk(screen);
  await openPatientOnKiosk(screen, person);
  while (!stopped()) {
    found.push(...(await ages()).filter(words => !found.includes(words)));
    await new Promise(resolve => setTimeout(resolve, 200));
  }
}

/** How often the kiosk has started the victim; 0 for what it does not start itself. */
async function startsOf(nurse: KioskClient, victim: LoadVictim): Promise<number> {
  const { services } = await nurse.call('services.status', {});
  return services.find(({ service }) => service === victim)?.starts ?? 0;
}

/** The victim was started anew, every service is up, and the link is back. */
async function recovered(nurse: KioskClient, victim: LoadVictim, startsBefore: number): Promise<void> {
  await until(
    async () => {
      const { services } = await nurse.call('services.status', {});
      const { link } = await nurse.call('sync.status', {});
      const isNew = services.every(({ service, starts }) => service !== victim || starts > startsBefore);
      return isNew && services.every(({ state }) => state === 'up') && link === 'up' ? true : undefined;
    },
    { limitMs: RECOVERY_LIMIT_MS, what: 'services are up and the link is back', everyMs: 50 },
  );
}

/** The doctor's page lists the newest hundred; two readings of one moment may straddle its end. */
const SHOWN_BY_CONSOLE = 90;

/** Entries by id: what was acknowledged, on the kiosk, at the hub, and on the doctor's screen. */
async function compare(system: System, load: Load, doctor: Page): Promise<string[]> {
  const { nurse } = load;
  await until(
    async () => {
      const { waiting, parked } = await nurse.call('sync.status', {});
      return parked === 0 && Object.values(waiting).every(count => count === 0) ? true : undefined;
    },
    { limitMs: RECOVERY_LIMIT_MS, what: 'everything is at the hospital' },
  );
  const console_ = await signInDoctor(system);
  const onKiosk = await nurse.call('observations.list', { patientId: load.patientId, limit: 2_000 });
  const atHub = await console_.call('observations.list', {
    patientId: load.patientId,
    parameters: ['SpO2', 'pulse-rate', 'respiratory-rate'],
    fromMs: Date.now() - 3_600_000,
    limit: 5_000,
  });
  const recent = (entries: typeof atHub.entries): string[] =>
    entries
      .filter(({ authoredAtMs }) => authoredAtMs > Date.now() - 3_600_000)
      .map(({ versionId }) => versionId);
  const kioskIds = recent(onKiosk.entries);
  const hubIds = recent(atHub.entries);
  const shownIds = await until(
    async () => {
      const ids = await doctor
        .locator('[data-version]')
        .evaluateAll(rows => rows.map(row => row.getAttribute('data-version')));
      return hubIds.slice(0, SHOWN_BY_CONSOLE).every(id => ids.includes(id)) ? ids : undefined;
    },
    { limitMs: 10_000, what: 'the doctor sees the newest entries' },
  ).catch(() => []);
  return [
    ...[...load.acknowledged]
      .filter(id => !hubIds.includes(id))
      .map(id => `acknowledged and not at the hub: ${id}`),
    ...hubIds.filter(id => !kioskIds.includes(id)).map(id => `at the hub and not on the kiosk: ${id}`),
    ...kioskIds.filter(id => !hubIds.includes(id)).map(id => `on the kiosk and not at the hub: ${id}`),
    ...hubIds.filter((id, index) => hubIds.indexOf(id) !== index).map(id => `twice at the hub: ${id}`),
    ...(shownIds.length === 0 ? ["the newest entries are not on the doctor's screen"] : []),
  ];
}
