import { type SimulatedGattDevice, type Simulator } from '@shimabashi/vitals-drivers/simulator';
import { DEMO_CLINICS } from '../demo/people.ts';
import {
  DOCTOR,
  openPatientOnConsole,
  openPatientOnKiosk,
  type Screen,
  signInOnConsole,
  signInOnKiosk,
} from '../system/browser.ts';
import { enterKiosk, type KioskClient, until } from '../system/clients.ts';
import { type System } from '../system/system.ts';
import { ALERT_LINE_LOST, ALERT_RAISED, ALERT_TAKEN } from './alert-scenes.ts';
import { CALL_SCENES } from './call-scenes.ts';
import { makeConflict } from './conflict.ts';
import { ENROLMENT_SCENES } from './enrolment-scenes.ts';

/** What a scene may set up: the system, its monitor, and its people's screens. */
export interface Stage {
  readonly system: System;
  readonly monitor: Simulator;
  /** In reach of the first kiosk; undefined where no Bluetooth can be played. */
  readonly cuff: SimulatedGattDevice | undefined;
  readonly nurse: Screen;
  readonly doctor: Screen;
  /** The doctor's iPad, held in landscape. */
  readonly tablet: Screen;
}

interface Size {
  readonly width: number;
  readonly height: number;
}
/** Source: design language, section 4. */
export const IPAD_LANDSCAPE: Size = { width: 1180, height: 820 };
const IPAD_PORTRAIT: Size = { width: 820, height: 1180 };
/** The common small laptop panel: the kiosk's face is made smaller as a whole. */
const SMALL_PANEL: Size = { width: 1366, height: 768 };

/** One state of one screen, reached as a person reaches it, and how to see that it is there. */
export interface Scene {
  readonly name: string;
  readonly screen: 'nurse' | 'doctor' | 'tablet';
  /** It is left out where no Bluetooth can be played (`PlayedRadio`). */
  readonly needsRadio?: true;
  /** Another size of the window than the screen's own, for this scene only. */
  readonly size?: Size;
  readonly arrange: (stage: Stage) => Promise<void>;
}

const [ISLAND] = DEMO_CLINICS;
const HARU = ISLAND!.patients[0]!;
const TOME = ISLAND!.patients[1]!;
const CHIYO = ISLAND!.patients[3]!;

const button = ({ page, words }: Screen, name: string) =>
  page.getByRole('button', { name: words(name) }).first();
const text = ({ page, words }: Screen, wanted: string) => page.getByText(words(wanted)).first();
const alarm = ({ page }: Screen) => page.locator('[data-alarm]').first();
/** The value has to fall, and to stay low for as long as the rule asks. */
const ALARM_LIMIT_MS = 40_000;
const vital = ({ page }: Screen, state: string) =>
  page.locator(`[data-state="${state}"]:has([data-parameter="SpO2"])`).first();

/** In this order: each begins where the one before ended. */
export const SCENES: readonly Scene[] = [
  { name: 'kiosk-sign-in', screen: 'nurse', arrange: ({ nurse }) => text(nurse, 'どなたですか').waitFor() },
  {
    name: 'kiosk-sign-in-refused',
    screen: 'nurse',
    arrange: async ({ nurse }) => {
      for (const digit of '1111') await nurse.page.getByRole('button', { name: digit, exact: true }).click();
      await button(nurse, 'はいる').click();
      await nurse.page.getByRole('alert').first().waitFor();
    },
  },
  { name: 'kiosk-home', screen: 'nurse', arrange: ({ nurse }) => signInOnKiosk(nurse) },
  {
    name: 'kiosk-search',
    screen: 'nurse',
    arrange: async ({ nurse }) => {
      await button(nurse, '患者をさがす').click();
      await nurse.page.getByRole('textbox').or(nurse.page.getByRole('searchbox')).first().fill('ミ');
      await nurse.page
        .getByText(nurse.words('患者') === '患者' ? '岬' : 'Misaki')
        .first()
        .waitFor();
    },
  },
  {
    name: 'kiosk-devices',
    screen: 'nurse',
    arrange: async ({ nurse }) => {
      await button(nurse, 'もどる').click();
      await button(nurse, '見る・ためす').click();
      await nurse.page.locator('[data-device]').first().click();
      await nurse.page.locator('[data-parameter="SpO2"][data-value]').waitFor();
    },
  },
  ...ENROLMENT_SCENES,
  {
    name: 'kiosk-emergency',
    screen: 'nurse',
    arrange: async ({ nurse }) => {
      await button(nurse, 'もどる').click();
      await button(nurse, '緊急').click();
      await text(nurse, '電話してください').waitFor();
    },
  },
  {
    name: 'kiosk-visit',
    screen: 'nurse',
    arrange: async ({ nurse }) => {
      await button(nurse, '閉じる').click();
      await openPatientOnKiosk(nurse, HARU);
      await vital(nurse, 'live').waitFor();
      // Long enough for the trace to cross half of its window.
      await nurse.page.waitForTimeout(4_000);
    },
  },
  {
    name: 'kiosk-hand-entry',
    screen: 'nurse',
    arrange: async ({ nurse }) => {
      await button(nurse, '手で入れる').click();
      for (const digit of '148') await nurse.page.getByRole('button', { name: digit, exact: true }).click();
      await nurse.page.locator('[data-hand="body-temperature"]').click();
      for (const digit of '367') await nurse.page.getByRole('button', { name: digit, exact: true }).click();
      await button(nurse, '手で測った').click();
    },
  },
  {
    name: 'kiosk-visit-1366x768',
    screen: 'nurse',
    size: SMALL_PANEL,
    arrange: async ({ nurse }) => {
      await button(nurse, 'もどる').click();
      await vital(nurse, 'live').waitFor();
    },
  },
  {
    name: 'kiosk-visit-probe-off',
    screen: 'nurse',
    arrange: async ({ nurse, monitor }) => {
      monitor.setScenario('probe-off');
      await vital(nurse, 'absent').waitFor();
    },
  },
  {
    name: 'kiosk-visit-device-gone',
    screen: 'nurse',
    arrange: async ({ nurse, monitor }) => {
      monitor.setScenario('normal');
      await vital(nurse, 'live').waitFor();
      monitor.stall();
      await vital(nurse, 'gone').waitFor();
    },
  },
  {
    name: 'kiosk-visit-saved-here',
    screen: 'nurse',
    arrange: async ({ nurse, monitor, system }) => {
      monitor.resume();
      system.kiosks[0]!.line.cut();
      await vital(nurse, 'live').waitFor();
      await button(nurse, 'カルテに保存').click();
      await text(nurse, 'この端末に保存').waitFor();
    },
  },
  {
    name: 'kiosk-home-offline',
    screen: 'nurse',
    arrange: async ({ nurse }) => {
      await button(nurse, 'いったん止める').click();
      await text(nurse, '本土と通信できません').waitFor();
    },
  },
  {
    name: 'console-sign-in-refused',
    screen: 'doctor',
    arrange: async ({ doctor }) => {
      const { page, words } = doctor;
      await page.getByLabel(words('職員番号')).fill(DOCTOR.practitionerId);
      await page.getByLabel(words('合い言葉')).fill('not the passphrase');
      await button(doctor, 'サインイン').click();
      await text(doctor, '職員番号か合い言葉がちがいます').waitFor();
    },
  },
  { name: 'console-queue-island-cut', screen: 'doctor', arrange: ({ doctor }) => signInOnConsole(doctor) },
  {
    name: 'console-queue',
    screen: 'doctor',
    arrange: async ({ nurse, doctor, system }) => {
      system.kiosks[0]!.line.restore();
      await openPatientOnKiosk(nurse, TOME);
      await doctor.page.locator('[data-cut="true"]').first().waitFor({ state: 'detached' });
    },
  },
  {
    name: 'console-patient',
    screen: 'doctor',
    arrange: async ({ doctor }) => {
      await openPatientOnConsole(doctor, TOME);
      await vital(doctor, 'live').waitFor();
      await doctor.page.getByText(doctor.words('1年'), { exact: true }).click();
      await doctor.page.locator('canvas').first().waitFor();
    },
  },
  {
    name: 'console-patient-all',
    screen: 'doctor',
    arrange: async ({ doctor }) => {
      const answered = doctor.page.waitForResponse('**/api/observations.list');
      await doctor.page.getByText(doctor.words('全部'), { exact: true }).click();
      await answered;
      // Long enough to draw some thousand values.
      await doctor.page.waitForTimeout(1_000);
    },
  },
  { name: 'ipad-queue', screen: 'tablet', arrange: ({ tablet }) => signInOnConsole(tablet) },
  { name: 'ipad-queue-portrait', screen: 'tablet', size: IPAD_PORTRAIT, arrange: async () => undefined },
  {
    name: 'ipad-patient',
    screen: 'tablet',
    arrange: async ({ tablet }) => {
      await openPatientOnConsole(tablet, TOME);
      await vital(tablet, 'live').waitFor();
      await tablet.page.locator('canvas').first().waitFor();
    },
  },
  {
    name: 'ipad-patient-portrait',
    screen: 'tablet',
    size: IPAD_PORTRAIT,
    arrange: ({ tablet }) => vital(tablet, 'live').waitFor(),
  },
  {
    name: 'console-patient-withdrawn',
    screen: 'doctor',
    arrange: async ({ doctor, system }) => {
      system.kiosks[0]!.line.cut();
      await vital(doctor, 'gone').waitFor();
    },
  },
  {
    name: 'console-conflict',
    screen: 'doctor',
    arrange: async ({ doctor, system }) => {
      system.kiosks[0]!.line.restore();
      await makeConflict(system, CHIYO);
      await doctor.page.getByRole('link', { name: doctor.words('患者の列') }).click();
      await openPatientOnConsole(doctor, CHIYO);
      await text(doctor, '2つの版がある記録').waitFor();
    },
  },
  {
    name: 'console-history',
    screen: 'doctor',
    arrange: async ({ doctor }) => {
      const { page, words } = doctor;
      await page
        .getByRole('button', { name: words('履歴'), exact: true })
        .first()
        .click();
      await page.locator('[data-history] [data-version]').first().waitFor();
    },
  },
  {
    name: 'kiosk-visit-conflict',
    screen: 'nurse',
    arrange: async ({ nurse }) => {
      await button(nurse, 'いったん止める').click();
      await openPatientOnKiosk(nurse, CHIYO);
      await text(nurse, '2つの版').waitFor();
      await vital(nurse, 'live').waitFor();
    },
  },
  {
    name: 'kiosk-records-conflict',
    screen: 'nurse',
    arrange: async ({ nurse }) => {
      await button(nurse, '記録と履歴').click();
      await nurse.page.locator('[data-path]').first().waitFor();
    },
  },
  {
    name: 'kiosk-records-history',
    screen: 'nurse',
    arrange: async ({ nurse }) => {
      await nurse.page.locator('[data-record^="Patient/"]').click();
      await nurse.page.locator('[data-deed]').first().waitFor();
    },
  },
  {
    name: 'kiosk-record-contact',
    screen: 'nurse',
    arrange: async ({ nurse }) => {
      await button(nurse, '電話・住所を直す').click();
      await nurse.page.locator('input[data-field="telephone"]').fill('0599-00-0177');
    },
  },
  {
    name: 'kiosk-record-allergy',
    screen: 'nurse',
    arrange: async ({ nurse }) => {
      await button(nurse, 'もどる').click();
      await button(nurse, 'アレルギーを加える').click();
      await nurse.page.locator('input[data-field="substance"]').fill('そば');
    },
  },
  {
    name: 'kiosk-alarm',
    screen: 'nurse',
    arrange: async ({ nurse, monitor }) => {
      for (const page of ['アレルギーを加える', '記録と履歴']) {
        await nurse.page.getByRole('heading', { name: nurse.words(page) }).waitFor();
        await button(nurse, 'もどる').click();
      }
      monitor.setScenario('hypoxia');
      await alarm(nurse).waitFor({ timeout: ALARM_LIMIT_MS });
    },
  },
  {
    name: 'kiosk-alarm-1366x768',
    screen: 'nurse',
    size: SMALL_PANEL,
    arrange: ({ nurse }) => alarm(nurse).waitFor(),
  },
  ...ALERT_RAISED,
  {
    name: 'kiosk-alarm-no-signal',
    screen: 'nurse',
    arrange: async ({ nurse, monitor, system }) => {
      await button(nurse, '音を止める（2分）').click();
      system.kiosks[0]!.line.cut();
      monitor.setScenario('probe-off');
      await nurse.page.locator('[data-alarm][data-state="latched"] [data-escalation="no-link"]').waitFor();
    },
  },
  ...ALERT_LINE_LOST,
  {
    name: 'kiosk-alarm-home',
    screen: 'nurse',
    arrange: async ({ nurse }) => {
      await button(nurse, 'いったん止める').click();
      await nurse.page
        .getByText(nurse.words('患者') === '患者' ? '島田' : 'Shimada')
        .first()
        .waitFor();
    },
  },
  {
    name: 'kiosk-alarm-sign-in',
    screen: 'nurse',
    arrange: async ({ nurse, monitor, system }) => {
      system.kiosks[0]!.line.restore();
      monitor.setScenario('hypoxia');
      await nurse.page.locator('[data-alarm][data-state="active"]').waitFor();
      await button(nurse, '交代').click();
      await text(nurse, 'どなたですか').waitFor();
    },
  },
  ...ALERT_TAKEN,
  ...CALL_SCENES,
];

/** A nurse has seen every alarm, and the value is back. */
async function endAlarms({ monitor }: System, nurse: KioskClient): Promise<void> {
  monitor?.setScenario('normal');
  await until(
    async () => {
      const { alarms } = await nurse.call('alarms.list', {});
      for (const { alarmId } of alarms) await nurse.call('alarms.acknowledge', { alarmId });
      return alarms.length === 0 ? true : undefined;
    },
    { limitMs: 30_000, what: 'no alarm is on', everyMs: 500 },
  );
}

/** Back to how the first scene begins, for the next language. */
export async function resetStage({ system }: Pick<Stage, 'system'>): Promise<void> {
  const [island] = system.kiosks;
  island!.line.restore();
  const nurse = await enterKiosk(island!);
  await endAlarms(system, nurse);
  await nurse.call('visits.pause', {});
  await nurse.call('session.sign-out', {});
}
