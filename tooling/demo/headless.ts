import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser } from 'playwright-core';
import {
  launchBrowser,
  openConsole,
  openKiosk,
  openPatientOnConsole,
  openPatientOnKiosk,
  type Screen,
  signInOnConsole,
  signInOnKiosk,
} from '../system/browser.ts';
import { enterKiosk, waitForPatients } from '../system/clients.ts';
import { startSystem, type System } from '../system/system.ts';
import { DEMO_CLINICS } from './people.ts';
import { DEMO_PORTS } from './ports.ts';

const STEP_LIMIT_MS = 20_000;

interface Stage {
  readonly system: System;
  readonly nurse: Screen;
  readonly doctor: Screen;
}

/** The patient of the story, with her wound and her penicillin allergy. */
const PATIENT = DEMO_CLINICS[0]!.patients[0]!;
const number = ({ page }: Screen, parameter: string) =>
  page.locator(`[data-parameter="${parameter}"][data-value]`).first();
const saveButton = ({ page }: Screen) => page.getByRole('button', { name: 'カルテに保存' });

/** The path from the monitor to the doctor, link or no link, as its people walk it. */
const STORY: readonly {
  readonly step: string;
  readonly shot: string;
  readonly play: (stage: Stage) => Promise<unknown>;
}[] = [
  {
    step: 'the nurse signs in at the kiosk with her PIN and sees today’s list',
    shot: 'kiosk-home',
    play: async ({ nurse }) => {
      await signInOnKiosk(nurse);
      await nurse.page.getByText('シマダ ハル').first().waitFor();
    },
  },
  {
    step: 'she opens the patient; pulse and SpO₂ of the monitor appear by themselves',
    shot: 'kiosk-visit',
    play: async ({ nurse }) => {
      await openPatientOnKiosk(nurse, PATIENT);
      await number(nurse, 'SpO2').waitFor();
      await number(nurse, 'pulse-rate').waitFor();
    },
  },
  {
    step: 'the doctor signs in at the console and sees all clinics with the age of their data',
    shot: 'console-queue',
    play: async ({ doctor }) => {
      await signInOnConsole(doctor);
      for (const { name } of DEMO_CLINICS) await doctor.page.getByText(name).first().waitFor();
    },
  },
  {
    step: 'he opens the patient and sees the same live numbers, and the trend of years',
    shot: 'console-patient',
    play: async ({ doctor }) => {
      await openPatientOnConsole(doctor, PATIENT);
      await number(doctor, 'SpO2').waitFor();
      await doctor.page
        .getByRole('radio', { name: '全部' })
        .or(doctor.page.getByRole('button', { name: '全部' }))
        .first()
        .click();
    },
  },
  {
    step: 'the link is cut: the kiosk says so and works on, the doctor’s numbers are withdrawn',
    shot: 'console-withdrawn',
    play: async ({ system, nurse, doctor }) => {
      system.kiosks[0]!.line.cut();
      await nurse.page
        .getByText(/切断|本土と通信できません/)
        .first()
        .waitFor();
      await number(doctor, 'SpO2').waitFor({ state: 'detached' });
      await number(nurse, 'SpO2').waitFor();
    },
  },
  {
    step: 'she saves the values to the chart: saved here',
    shot: 'kiosk-offline-saved',
    play: async ({ nurse }) => {
      await saveButton(nurse).click();
      await nurse.page.getByText('この端末に保存').first().waitFor();
    },
  },
  {
    step: 'the link is back: the values reach the hospital',
    shot: 'kiosk-at-hospital',
    play: async ({ system, nurse }) => {
      system.kiosks[0]!.line.restore();
      await nurse.page.getByText('この端末に保存').first().waitFor({ state: 'detached' });
    },
  },
  {
    step: 'the doctor sees them in the chart, once, and the live numbers again',
    shot: 'console-arrived',
    play: async ({ system, doctor }) => {
      await number(doctor, 'SpO2').waitFor();
      const nurse = await enterKiosk(system.kiosks[0]!);
      const { patients } = await nurse.call('patients.find', { text: PATIENT.kana.family, limit: 1 });
      const saved = await nurse.call('observations.list', { patientId: patients[0]!.id, limit: 2 });
      for (const { versionId } of saved.entries) {
        const shown = doctor.page.locator(`[data-version="${versionId}"]`);
        await shown.waitFor();
        if ((await shown.count()) !== 1) throw new Error('An entry is shown twice.');
      }
    },
  },
];

/** Plays the story once. 0 when every step went, else 1 and the step that did not. */
export async function playHeadless(options: { dir: string; shotsDir: string }): Promise<number> {
  mkdirSync(options.shotsDir, { recursive: true });
  let browser: Browser | undefined;
  let system: System | undefined;
  let step = 'hub, two islands and a monitor start';
  let stage: Stage | undefined;
  try {
    const say = stopwatch();
    system = await startSystem({ dir: options.dir, seed: 1, islands: 2, ports: DEMO_PORTS });
    const firstClient = await waitForPatients(system.kiosks[0]!);
    await firstClient.call('session.sign-out', {});
    say(step);
    step = 'Chromium opens the screens of nurse and doctor';
    browser = await launchBrowser();
    stage = {
      system,
      nurse: await openKiosk(browser, system.kiosks[0]!),
      doctor: await openConsole(browser, system),
    };
    for (const { page } of [stage.nurse, stage.doctor]) page.setDefaultTimeout(STEP_LIMIT_MS);
    say(step);
    for (const scene of STORY) {
      step = scene.step;
      await scene.play(stage);
      say(step);
      const { page } = scene.shot.startsWith('kiosk') ? stage.nurse : stage.doctor;
      await page.screenshot({ path: join(options.shotsDir, `${scene.shot}.png`) });
    }
    console.log(`Screenshots: ${options.shotsDir}`);
    return 0;
  } catch (error) {
    console.error(`FAILED: ${step}\n${String(error)}`);
    await stage?.nurse.page.screenshot({ path: join(options.shotsDir, 'failed-kiosk.png') });
    await stage?.doctor.page.screenshot({ path: join(options.shotsDir, 'failed-console.png') });
    console.error(`What the screens showed: ${options.shotsDir}`);
    return 1;
  } finally {
    await browser?.close();
    await system?.stop();
  }
}

/** Prints each step with the time since the one before. */
function stopwatch(): (step: string) => void {
  let lastMs = performance.now();
  return step => {
    const nowMs = performance.now();
    console.log(`${((nowMs - lastMs) / 1000).toFixed(1).padStart(6)} s  ${step}`);
    lastMs = nowMs;
  };
}
