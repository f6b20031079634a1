import { randomUUID } from 'node:crypto';
import { type Call } from '@shimabashi/contracts';
import { DEMO_CLINICS } from '../demo/people.ts';
import { type Screen, signInOnKiosk } from '../system/browser.ts';
import { enterKiosk, type HubClient, signInDoctor, until } from '../system/clients.ts';
import { type System } from '../system/system.ts';
import { CONSOLE_CALL_SCENES } from './console-call-scenes.ts';
import { type Scene, type Stage } from './scenes.ts';

const OKI = DEMO_CLINICS[0]!.patients[4]!;

const button = ({ page, words }: Screen, name: string) =>
  page.getByRole('button', { name: words(name) }).first();
const call = ({ page }: Screen, state: string) => page.locator(`[data-call="${state}"]`);

/** The kiosk's side of calls, on a walk-in of its own: its visit is over at the end. */
export const CALL_SCENES: readonly Scene[] = [
  {
    name: 'kiosk-call-ringing',
    screen: 'nurse',
    arrange: async ({ nurse, system, monitor }) => {
      monitor.setScenario('normal');
      system.kiosks[0]!.line.restore();
      await signInOnKiosk(nurse);
      await beginWalkIn(system);
      await button(nurse, '先生を呼ぶ').click();
      await call(nurse, 'ringing').waitFor();
    },
  },
  {
    name: 'kiosk-call-declined',
    screen: 'nurse',
    arrange: async ({ nurse, system }) => {
      const doctor = await signInDoctor(system);
      const { callId } = await openCall(doctor);
      await doctor.call('calls.decline', { callId, nurseId: null, because: 'by-telephone' });
      await call(nurse, 'ended').waitFor();
    },
  },
  {
    name: 'kiosk-call-incoming',
    screen: 'nurse',
    arrange: async ({ nurse, system }) => {
      await button(nurse, '読みました').click();
      await ringKiosk(system);
      const video = call(nurse, 'incoming').locator('video');
      await video.waitFor();
      await video.evaluate(
        (element: HTMLVideoElement) =>
          new Promise<void>(resolve => element.requestVideoFrameCallback(() => resolve())),
      );
    },
  },
  {
    name: 'kiosk-call-incoming-decline',
    screen: 'nurse',
    arrange: ({ nurse }) => button(nurse, '出られません').click(),
  },
  {
    name: 'kiosk-call-nurse',
    screen: 'nurse',
    arrange: async stage => {
      const { nurse } = stage;
      await button(nurse, 'もどる').click();
      await button(nurse, '出る').click();
      await enterAsDoctor(stage);
      // The doctor's picture, not the kiosk's own.
      await nurse.page.locator('[data-call="connected"] > figure[data-running="true"]').waitFor();
    },
  },
  {
    name: 'kiosk-call-page',
    screen: 'nurse',
    arrange: ({ nurse }) => button(nurse, '測定の画面').click(),
  },
  {
    name: 'kiosk-call-patient',
    screen: 'nurse',
    arrange: async ({ nurse, doctor }) => {
      const { page, words } = doctor;
      await button(nurse, '通話にもどる').click();
      await page.getByLabel(words('大きな字で見せる')).fill('左の足を、すこし前に出してください。');
      await button(doctor, '大きな字を出す').click();
      await nurse.page.getByText('左の足を、').first().waitFor();
      await button(nurse, '患者さん').click();
      await call(nurse, 'patient').waitFor();
    },
  },
  ...CONSOLE_CALL_SCENES,
  {
    name: 'kiosk-visit-ended',
    screen: 'nurse',
    arrange: async ({ nurse, system }) => {
      await button(nurse, '看護師の画面').click();
      const doctor = await signInDoctor(system);
      const { patientId, encounterId } = await openCall(doctor);
      await doctor.call('visits.close', {
        operationId: randomUUID(),
        patientId: patientId!,
        encounterId: encounterId!,
        note: null,
        decision: {
          kind: 'in-person',
          byDate: '2026-12-04',
          reason: '血糖が高い日が続くので、採血をして薬を決めたい',
          whenWorse: 'のどがかわく、だるいときは、待たずに診療所へ電話',
        },
      });
      await nurse.page.locator('[data-visit="ended"] [data-decision]').waitFor();
    },
  },
];

/** A patient who comes without an appointment; the screen follows by itself. */
async function beginWalkIn(system: System): Promise<void> {
  const nurse = await enterKiosk(system.kiosks[0]!);
  const { patients } = await nurse.call('patients.find', { text: OKI.kana.family, limit: 1 });
  await nurse.call('visits.open', {
    operationId: randomUUID(),
    patientId: patients[0]!.id,
    encounterId: null,
  });
}

/** The doctor rings about whoever is in front of the kiosk. */
async function ringKiosk(system: System): Promise<void> {
  const doctor = await signInDoctor(system);
  const nurse = await enterKiosk(system.kiosks[0]!);
  const { visit } = await nurse.call('visits.current', {});
  const { clinics } = await doctor.call('clinics.list', {});
  const clinic = clinics.find(each => each.clinic.clinicId === system.kiosks[0]!.clinicId);
  await doctor.call('calls.ring-kiosk', {
    callId: randomUUID(),
    kioskDeviceId: clinic!.kiosks.find(({ link }) => link === 'up')!.deviceId,
    patientId: visit!.patientId,
    encounterId: visit!.encounterId,
  });
}

/** The doctor's own page of the call, with camera and microphone. */
async function enterAsDoctor({ doctor, system }: Stage): Promise<void> {
  const { callId } = await openCall(await signInDoctor(system));
  await doctor.page.goto(`${system.hub.origin}/calls/${callId}`);
}

async function openCall(doctor: HubClient): Promise<Call> {
  return until(
    async () => (await doctor.call('calls.list', {})).calls.find(({ state }) => state !== 'ended'),
    { limitMs: 10_000, what: 'a call rings or runs' },
  );
}
