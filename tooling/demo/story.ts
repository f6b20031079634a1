import {
  deliverToServiceWorker,
  pressNotification,
  type PushService,
  type Receiver,
} from '../push-service/index.ts';
import { openPatientOnConsole, type Screen, signInOnConsole, signInOnKiosk } from '../system/browser.ts';
import { type HubClient, until } from '../system/clients.ts';
import { heardIn, tonesOf } from '../system/sound.ts';
import { type System } from '../system/system.ts';
import { DEMO_CLINICS } from './people.ts';

/** Everything that the story happens on. */
export interface Stage {
  readonly system: System;
  /** The kiosk's screen. */
  readonly nurse: Screen;
  /** The doctor's desktop. */
  readonly doctor: Screen;
  /** The same doctor's iPad, which is the one that push messages go to. */
  readonly tablet: Screen;
  readonly hub: HubClient;
  readonly push: { readonly service: PushService; readonly receiver: Receiver; readonly endpoint: string };
  /** Where the kiosk's loudspeaker writes down what it played. */
  readonly heardFile: string;
}

/** Whose screen goes into which picture when a step is done. */
type Shots = Readonly<Partial<Record<'nurse' | 'doctor' | 'tablet', string>>>;

export interface Scene {
  readonly step: string;
  readonly shots: Shots;
  readonly play: (stage: Stage) => Promise<unknown>;
}

const CLINIC = DEMO_CLINICS[0]!;
/** Comes without an appointment, with a wound on her shin. */
const PATIENT = CLINIC.patients.find(({ today }) => today === null)!;
const NAME = `${PATIENT.kanji.family} ${PATIENT.kanji.given}`;

const number = ({ page }: Screen, parameter: string) =>
  page.locator(`[data-parameter="${parameter}"][data-value]`).first();
const button = ({ page }: Screen, name: string | RegExp) => page.getByRole('button', { name }).first();
const text = ({ page }: Screen, words: string | RegExp) => page.getByText(words).first();
/** Long enough for a waveform to cross its window, or a picture to be sharp: for the screenshot only. */
const look = ({ page }: Screen): Promise<void> => page.waitForTimeout(2_500);

/** One consult, from the first byte to the closed chart. */
export const STORY: readonly Scene[] = [
  {
    step: 'the nurse signs in at the kiosk with her PIN and sees today’s list',
    shots: { nurse: 'kiosk-home' },
    play: async ({ nurse }) => {
      await signInOnKiosk(nurse);
      await text(nurse, 'シマダ ハル').waitFor();
    },
  },
  {
    step: 'the link is cut: the kiosk says so, whom to telephone, and works on',
    shots: { nurse: 'kiosk-home-offline' },
    play: async ({ system, nurse }) => {
      system.kiosks[0]!.line.cut();
      await text(nurse, /切断|本土と通信できません/).waitFor();
    },
  },
  {
    step: 'somebody walks in: found by her reading, her visit begins, pulse and SpO₂ appear by themselves',
    shots: { nurse: 'kiosk-visit' },
    play: async ({ nurse }) => {
      await button(nurse, '患者をさがす').click();
      await nurse.page.getByRole('textbox').first().fill(PATIENT.kana.family);
      await button(nurse, new RegExp(NAME)).click();
      await number(nurse, 'SpO2').waitFor();
      await number(nurse, 'pulse-rate').waitFor();
      await look(nurse);
    },
  },
  {
    step: 'she saves the values to the chart: saved here, waiting',
    shots: { nurse: 'kiosk-offline-saved' },
    play: async ({ nurse }) => {
      await button(nurse, 'カルテに保存').click();
      await text(nurse, 'この端末に保存').waitFor();
    },
  },
  {
    step: 'the doctor signs in on desktop and iPad, and lets the iPad be woken',
    shots: { tablet: 'ipad-queue' },
    play: async ({ system, doctor, tablet }) => {
      await signInOnConsole(doctor);
      await signInOnConsole(tablet);
      await tablet.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
      await button(tablet, '閉じても知らせる').waitFor();
      // The browser's question, answered with yes.
      await tablet.page.context().grantPermissions(['notifications'], { origin: system.hub.origin });
      await button(tablet, '閉じても知らせる').click();
      await tablet.page.locator('[data-push]').waitFor({ state: 'detached' });
    },
  },
  {
    step: 'the link is back: the values reach the hospital, and the walk-in stands in the doctor’s queue',
    shots: { nurse: 'kiosk-at-hospital', doctor: 'console-queue' },
    play: async ({ system, nurse, doctor }) => {
      system.kiosks[0]!.line.restore();
      await text(nurse, 'この端末に保存').waitFor({ state: 'detached' });
      await doctor.page.getByRole('link', { name: NAME }).first().waitFor();
    },
  },
  {
    step: 'he opens her chart: live numbers, allergy, trend of years',
    shots: { doctor: 'console-patient' },
    play: async ({ doctor }) => {
      await openPatientOnConsole(doctor, PATIENT);
      await number(doctor, 'SpO2').waitFor();
      await doctor.page.getByText('全部', { exact: true }).click();
      await look(doctor);
    },
  },
  {
    step: 'he calls; the kiosk rings and says who it is',
    shots: { nurse: 'kiosk-ringing', doctor: 'console-ringing' },
    play: async ({ nurse, doctor }) => {
      await button(doctor, '呼ぶ').click();
      await nurse.page.locator('[data-call="incoming"]').waitFor();
      await doctor.page.locator('[data-call-state="ringing"]').waitFor();
    },
  },
  {
    step: 'she takes it: they see and hear each other through the hub’s media worker',
    shots: { nurse: 'kiosk-call', doctor: 'console-call' },
    play: async stage => {
      const { nurse, doctor } = stage;
      await button(nurse, '出る').click();
      await nurse.page.locator('[data-call="connected"] > figure[data-running="true"]').first().waitFor();
      await doctor.page.locator('[data-call-state="connected"][data-media="up"]').waitFor();
      await mediaFlow(stage);
      await number(doctor, 'SpO2').waitFor();
      await look(doctor);
    },
  },
  {
    step: 'he brings the examination camera to the front, and the nurse sees that he does',
    shots: { nurse: 'kiosk-call-exam', doctor: 'console-call-exam' },
    play: async ({ nurse, doctor }) => {
      await button(doctor, /診察カメラ.*前に出す/).click();
      await doctor.page.locator('figure[data-source="exam-camera"]').waitFor();
      await nurse.page.locator('[data-front]').getByText('先生に見えています').waitFor();
      await look(doctor);
    },
  },
  {
    step: 'what he types stands on the patient’s screen in large letters, and he is told so',
    shots: { nurse: 'kiosk-patient-view', doctor: 'console-call-words' },
    play: async ({ nurse, doctor }) => {
      await button(nurse, /患者さん ?の画面/).click();
      await doctor.page.getByLabel('大きな字で見せる').fill('左の足を、すこし前に出してください。');
      await doctor.page.keyboard.press('Enter');
      await doctor.page.locator('[data-words-shown="true"]').waitFor();
      await text(nurse, '左の足を、すこし前に出してください。').waitFor();
    },
  },
  {
    step: 'one still of the examination camera: through the lanes into the chart',
    shots: { doctor: 'console-call-still' },
    play: async ({ nurse, doctor }) => {
      await button(nurse, '看護師の画面').click();
      await button(doctor, '写真をとる').click();
      await doctor.page.locator('[data-still="in-chart"]').waitFor();
    },
  },
  {
    step: 'her saturation falls: the kiosk sounds and shows the alarm',
    shots: { nurse: 'kiosk-alarm' },
    play: async ({ system, nurse, heardFile }) => {
      system.monitor!.setScenario('hypoxia');
      await nurse.page.locator('[data-alarm]').waitFor({ timeout: ALARM_WITHIN_MS });
      await until(async () => (tonesOf(heardIn(heardFile)).length >= 3 ? true : undefined), {
        limitMs: 10_000,
        what: 'the alarm is heard',
      });
    },
  },
  {
    step: 'the hub’s push is decrypted and delivered into the iPad’s service worker, which shows it',
    shots: { doctor: 'console-call-alarm' },
    play: async ({ tablet, push, hub }) => {
      const message = await push.service.next(push.endpoint, ALARM_WITHIN_MS);
      await deliverToServiceWorker(tablet.page, push.receiver.decrypt(message.body));
      await until(
        async () => {
          const { alerts } = await hub.call('alerts.list', {});
          return (
            alerts.some(({ steps }) => steps.some(({ deliveredAtMs }) => deliveredAtMs !== null)) || undefined
          );
        },
        { limitMs: 10_000, what: 'the hub knows that it was shown' },
      );
    },
  },
  {
    step: 'the notification opens the alert’s page',
    shots: { tablet: 'ipad-alert' },
    play: async ({ tablet }) => {
      await pressNotification(tablet.page);
      await button(tablet, '受ける').waitFor();
      await look(tablet);
    },
  },
  {
    step: 'she accepts; the kiosk says who has it, and is quiet',
    shots: { nurse: 'kiosk-alarm-accepted', tablet: 'ipad-alert-accepted' },
    play: async ({ nurse, tablet }) => {
      await button(tablet, '受ける').click();
      await text(tablet, 'あなたが受けました').waitFor();
      await text(nurse, /先生が受けました/).waitFor();
    },
  },
  {
    step: 'the value is back; he writes his note, which is kept while he writes',
    shots: { doctor: 'console-note' },
    play: async ({ system, doctor }) => {
      system.monitor!.setScenario('normal');
      await doctor.page.getByLabel(/^S /).fill('3日前から左すねの傷が痛む。夜に目がさめる。');
      await doctor.page
        .getByLabel(/^O /)
        .fill('左下腿に 22×14 mm の潰瘍。周囲の発赤と熱感。一時 SpO2 84 %、酸素なしで回復。');
      await doctor.page.getByLabel(/^A /).fill('潰瘍の感染うたがい。');
      await doctor.page.getByLabel(/^P /).fill('毎日の処置。次の船で培養。');
      await text(doctor, /下書き .* 保存/).waitFor();
    },
  },
  {
    step: 'decision, reason, what to do when it gets worse: he signs, and the visit is closed on both sides',
    shots: { nurse: 'kiosk-closed', doctor: 'console-closed' },
    play: async ({ nurse, doctor }) => {
      const card = doctor.page.getByRole('region', { name: 'この診察の決定' });
      await card.getByText('オンラインで続ける').click();
      await card.getByLabel('理由').fill('食事と水分はとれる。27日に再診。');
      await card.getByLabel('悪いとき').fill('38℃以上、傷が広がるとき：診療所、夜は当番医');
      await card.getByRole('button', { name: /署名して診察を終える/ }).click();
      await doctor.page.locator('[data-decided]').waitFor();
      await text(nurse, '診察が終わりました').waitFor();
    },
  },
  {
    step: 'the chart at the hub has it all: readings, photograph, alarm and who took it, call, note, decision',
    shots: { doctor: 'console-chart' },
    play: async ({ hub, doctor }) => {
      const { patients } = await hub.call('patients.list', {});
      const patientId = patients.find(({ patient }) => JSON.stringify(patient).includes(PATIENT.cardNumber))!
        .patient.id;
      const { resources } = await hub.call('patients.get', { patientId });
      const types = new Set(resources.map(({ resource }) => resource.resourceType));
      const missing = KEPT.filter(type => !types.has(type));
      if (missing.length > 0) throw new Error(`Not in the chart: ${missing.join(', ')}`);
      await doctor.page.getByRole('link', { name: '患者の列へ' }).first().click();
      await openPatientOnConsole(doctor, PATIENT);
    },
  },
];

/** What the chart must hold in the end, besides observations. */
const KEPT = [
  'Encounter',
  'DocumentReference',
  'DetectedIssue',
  'Communication',
  'Composition',
  'ClinicalImpression',
];

/** The rule asks for some seconds below the limit; the monitor needs some to fall. */
const ALARM_WITHIN_MS = 60_000;

/** Pictures and voices, both ways: frames decoded, and the counters of the hub's media worker. */
async function mediaFlow({ system, doctor }: Stage): Promise<void> {
  await until(
    async () => {
      const page = doctor.page.locator('[data-frames-decoded]');
      const frames = Number(await page.getAttribute('data-frames-decoded'));
      const bytes = Number(await page.getAttribute('data-audio-bytes'));
      return frames > 10 && bytes > 0 ? true : undefined;
    },
    { limitMs: 10_000, what: 'the doctor sees and hears the island' },
  );
  await until(
    async () => {
      const counted = await (await fetch(`${system.hub.origin}/metrics`)).text();
      const bytesOf = (kind: string): number =>
        [...counted.matchAll(/^shimabashi_media_bytes_total\{(.*)\} (\d+)/gm)]
          .filter(([, labels]) => labels?.includes(`kind="${kind}"`))
          .reduce((sum, [, , bytes]) => sum + Number(bytes), 0);
      return bytesOf('audio') > 0 && bytesOf('video') > 0 ? true : undefined;
    },
    { limitMs: 15_000, what: 'sound and pictures went through the media worker' },
  );
}
