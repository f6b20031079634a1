import { type Browser, chromium, type Page } from 'playwright-core';
import { type Chance } from '../demo/chance.ts';
import { DEMO_CLINICS } from '../demo/people.ts';
import { launchBrowser, openConsole, openPatientOnConsole, signInOnConsole } from '../system/browser.ts';
import { type HubClient, signInDoctor, until } from '../system/clients.ts';
import { type System } from '../system/system.ts';
import { type Load, startLoad } from './load.ts';
import { type CrashReport } from './run.ts';
import { unexplainedSilences, watchScreen } from './silence.ts';
import { CONSULT_VICTIMS, type ConsultVictim, kill } from './victims.ts';

/** How long nurse and doctor would wait before they telephone. */
const BACK_WITHIN_MS = 60_000;
const ALARM_WITHIN_MS = 60_000;

/** Kills one victim again and again in a call with an alarm on, under load. */
export async function crashConsult(options: {
  readonly system: System;
  readonly victim: ConsultVictim;
  readonly kills: number;
  readonly chance: Chance;
  /** Where the kiosk's own window can be watched (`--remote-debugging-port`). */
  readonly windowPort: number;
  /** Where the kiosk's loudspeaker writes down what it played. */
  readonly heardFile: string;
}): Promise<CrashReport> {
  const { system, victim, kills, chance, heardFile } = options;
  const person = DEMO_CLINICS[0]!.patients[CONSULT_VICTIMS.indexOf(victim)]!;
  const load = await startLoad(system.kiosks[0]!, person.kana.family);
  const browser = await launchBrowser();
  const kioskWindow = new KioskWindow(options.windowPort);
  const findings: string[] = [];
  const recoveredMs: number[] = [];
  try {
    const consult = await beginConsult({ system, browser, load, kioskWindow, person });
    const watched = watchScreen(() => kioskWindow.page);
    const fromMs = Date.now();
    for (let count = 0; count < kills; count += 1) {
      await new Promise(resolve => setTimeout(resolve, 1_000 + chance.whole(4_000)));
      const struckAtMs = performance.now();
      await kill(victim, system);
      await back(consult).catch(async (error: unknown) => {
        findings.push(`kill ${count + 1}: ${String(error)}`);
      });
      recoveredMs.push(performance.now() - struckAtMs);
    }
    await watched.stop();
    findings.push(...unexplainedSilences(heardFile, { fromMs, toMs: Date.now() }, watched.seen));
    if (!watched.seen.some(({ alarm }) => alarm)) findings.push('the window never showed the alarm');
    await load.stop();
    findings.push(...(await missing(load, consult.hub)));
  } finally {
    await load.stop();
    kioskWindow.close();
    await browser.close();
  }
  const { acknowledged } = load;
  return { victim, kills, acknowledged: acknowledged.size, retried: load.retried(), recoveredMs, findings };
}

interface Consult {
  readonly callId: string;
  readonly doctor: Page;
  readonly kioskWindow: KioskWindow;
  readonly load: Load;
  readonly hub: HubClient;
}

/** An alarm that rings, and a call in which both see each other. */
async function beginConsult(stage: {
  readonly system: System;
  readonly browser: Browser;
  readonly load: Load;
  readonly kioskWindow: KioskWindow;
  readonly person: Parameters<typeof openPatientOnConsole>[1];
}): Promise<Consult> {
  const { system, browser, load, kioskWindow, person } = stage;
  const { nurse } = load;
  system.monitor!.setScenario('hypoxia');
  const { page: doctor, ...screen } = await openConsole(browser, system);
  await signInOnConsole({ page: doctor, ...screen });
  await openPatientOnConsole({ page: doctor, ...screen }, person);
  await until(async () => ((await nurse.call('alarms.list', {})).alarms.length > 0 ? true : undefined), {
    limitMs: ALARM_WITHIN_MS,
    what: 'the alarm is on',
  });
  await doctor.getByRole('button', { name: '呼ぶ' }).first().click();
  const callId = await until(
    async () => {
      const { call } = await nurse.call('calls.current', {});
      return call?.state === 'ringing' ? call.callId : undefined;
    },
    { limitMs: 10_000, what: 'it rings' },
  );
  await nurse.call('calls.accept', { callId });
  const consult = { callId, doctor, kioskWindow, load, hub: await signInDoctor(system) };
  await back(consult);
  return consult;
}

/** The same call, and pictures that move on both sides; the alarm still there. */
async function back({ callId, doctor, kioskWindow, load: { nurse } }: Consult): Promise<void> {
  const limit = { limitMs: BACK_WITHIN_MS, everyMs: 100 };
  await until(
    async () => {
      const { call } = await nurse.call('calls.current', {});
      if (call?.callId === callId && call.state === 'ended') throw new Error('the call has ended');
      return call?.callId === callId && call.state === 'connected' ? true : undefined;
    },
    { ...limit, what: 'the kiosk is in the same call' },
  );
  await pictureMoves(() => doctor, 'figure[data-source] video', 'the doctor sees the island');
  await pictureMoves(
    () => kioskWindow.page,
    '[data-call="connected"] > figure[data-running="true"] video',
    'the island sees the doctor',
  );
  await until(async () => ((await nurse.call('alarms.list', {})).alarms.length > 0 ? true : undefined), {
    ...limit,
    what: 'the alarm is still on',
  });
}

/** New frames are shown, and not the one that stood before. */
async function pictureMoves(page: () => Page | undefined, selector: string, what: string): Promise<void> {
  const frames = (): Promise<number | null> | undefined =>
    page()?.evaluate(
      wanted =>
        document.querySelector<HTMLVideoElement>(wanted)?.getVideoPlaybackQuality().totalVideoFrames ?? null,
      selector,
    );
  let before: number | null | undefined;
  await until(
    async () => {
      const now = await frames();
      const moved = typeof before === 'number' && typeof now === 'number' && now > before + 5;
      // A picture that was built anew counts from zero.
      if (typeof now !== 'number' || typeof before !== 'number' || now < before) before = now;
      return moved ? true : undefined;
    },
    { limitMs: BACK_WITHIN_MS, what, everyMs: 200 },
  );
}

/** What the kiosk acknowledged and the hub does not have, once everything has been sent. */
async function missing({ nurse, patientId, acknowledged }: Load, hub: HubClient): Promise<string[]> {
  await until(
    async () => {
      const { waiting, parked } = await nurse.call('sync.status', {});
      return parked === 0 && Object.values(waiting).every(count => count === 0) ? true : undefined;
    },
    { limitMs: BACK_WITHIN_MS, what: 'everything is at the hospital' },
  );
  const { entries } = await hub.call('observations.list', {
    patientId,
    parameters: ['SpO2', 'pulse-rate', 'respiratory-rate'],
    fromMs: Date.now() - 3_600_000,
    limit: 5_000,
  });
  const atHub = new Set(entries.map(({ versionId }) => versionId));
  return [...acknowledged].filter(id => !atHub.has(id)).map(id => `acknowledged and not at the hub: ${id}`);
}

/** The kiosk's own window, found again whenever its browser was opened anew. */
class KioskWindow {
  page: Page | undefined;
  readonly #port: number;
  #browser: Browser | undefined;
  #isClosed = false;

  constructor(port: number) {
    this.#port = port;
    void this.#follow();
  }

  close(): void {
    this.#isClosed = true;
    void this.#browser?.close();
  }

  /** Until the page or its whole browser is gone. */
  async #use(page: Page, browser: Browser): Promise<void> {
    this.page = page;
    await new Promise<void>(resolve => {
      page.once('crash', () => resolve());
      page.once('close', () => resolve());
      browser.once('disconnected', () => resolve());
    });
  }

  async #follow(): Promise<void> {
    while (!this.#isClosed) {
      try {
        this.#browser = await chromium.connectOverCDP(`http://127.0.0.1:${this.#port}`);
        const page = this.#browser.contexts()[0]?.pages()[0];
        if (page !== undefined) await this.#use(page, this.#browser);
        await this.#browser.close();
      } catch {
        // The window is being opened again.
      }
      this.page = undefined;
      await new Promise(resolve => setTimeout(resolve, 200));
    }
  }
}
