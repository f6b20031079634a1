import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { MERGE_AUTHOR_ID } from '@shimabashi/contracts';
import {
  DEMO_CLINICS,
  type HubClient,
  launchBrowser,
  openConsole,
  openKiosk,
  openPatientOnConsole,
  openPatientOnKiosk,
  type Screen,
  signInDoctor,
  signInOnConsole,
  signInOnKiosk,
  until,
  waitForPatients,
} from '@shimabashi/tooling/system';
import { type Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestSystem } from './test-system.ts';

const PERSON = DEMO_CLINICS[0]!.patients[0]!;
const ARRIVES = { limitMs: 45_000, everyMs: 250 };
const [TELEPHONE, ADDRESS] = ['0599-00-0177', '潮見島 港町 2-5'];
const [MILD, GRAVE] = ['口のかゆみ', '意識を失った'];

let browser: Browser;
let system: Awaited<ReturnType<typeof startTestSystem>>;
let doctor: HubClient;
let patientId: string;
let screens: readonly [one: Screen, other: Screen];
let hospital: Screen;

beforeAll(async () => {
  browser = await launchBrowser();
  system = await startTestSystem({ islands: 1, secondKiosk: true });
  doctor = await signInDoctor(system);
  const [one, other] = system.kiosks;
  const nurse = await waitForPatients(one!);
  await waitForPatients(other!);
  const found = await nurse.call('patients.find', { text: PERSON.cardNumber, limit: 1 });
  patientId = found.patients[0]!.id;
  screens = [await openKiosk(browser, one!), await openKiosk(browser, other!)];
  for (const screen of screens) {
    await signInOnKiosk(screen);
    await openPatientOnKiosk(screen, PERSON);
    // Both know of the visit: what they change later is all that differs.
    await until(
      async () =>
        (await doctor.call('patients.get', { patientId })).resources.some(
          ({ resource }) => resource.resourceType === 'Encounter' && resource['status'] === 'in-progress',
        ) || undefined,
      { ...ARRIVES, what: 'the visit is at the hospital' },
    );
  }
}, 180_000);
afterAll(async () => {
  await browser.close();
  await system.stop();
});

const button = ({ page, words }: Screen, name: string) => page.getByRole('button', { name: words(name) });

async function change(
  screen: Screen,
  record: string,
  opener: string,
  fields: Readonly<Record<string, string>>,
): Promise<void> {
  const { page } = screen;
  await page.locator(`[data-record^="${record}/"]`).first().click();
  await button(screen, opener).click();
  for (const [field, text] of Object.entries(fields)) {
    await page.locator(`input[data-field="${field}"]`).fill(text);
  }
  await button(screen, '本人から聞いた').click();
  await button(screen, 'カルテに保存').click();
  await page.locator('#edit-title').waitFor({ state: 'detached' });
}

/** A picture of a screen, for whoever asks for them by `E2E_SHOTS_DIR`. */
async function shot({ page }: Screen, name: string): Promise<void> {
  const folder = process.env['E2E_SHOTS_DIR'];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

const heads = async (resourceType: string) => {
  const { patient, resources } = await doctor.call('patients.get', { patientId });
  return [patient, ...resources].filter(({ resource }) => resource.resourceType === resourceType);
};

it(
  'keeps what two nurses write on two kiosks without a link, each for herself',
  { timeout: 90_000 },
  async () => {
    for (const { line } of system.kiosks) line.cut();
    const [one, other] = screens;
    for (const screen of screens) await button(screen, '記録と履歴').click();
    await change(one, 'Patient', '電話・住所を直す', { telephone: TELEPHONE });
    await change(one, 'AllergyIntolerance', '直す・取り消す', { reaction: MILD });
    await change(other, 'Patient', '電話・住所を直す', { address: ADDRESS });
    await change(other, 'AllergyIntolerance', '直す・取り消す', { reaction: GRAVE });
    await shot(one, '1-kiosk-history-ja');
    expect(await heads('AllergyIntolerance')).toHaveLength(1);
  },
);

it(
  'merges different fields and keeps both versions of the same one when the link is back',
  { timeout: 90_000 },
  async () => {
    for (const { line } of system.kiosks) line.restore();
    await until(async () => ((await heads('AllergyIntolerance')).length === 2 ? true : undefined), {
      ...ARRIVES,
      what: 'both versions of the allergy are at the hospital',
    });
    const [patient, ...others] = await until(
      async () => {
        const found = await heads('Patient');
        return found[0]?.authorId === MERGE_AUTHOR_ID ? found : undefined;
      },
      { ...ARRIVES, what: 'telephone and address are merged' },
    );
    expect(others).toEqual([]);
    expect(patient!.resource).toMatchObject({
      telecom: [{ system: 'phone', value: TELEPHONE }],
      address: [{ text: ADDRESS }],
    });
    const { conflicts } = await doctor.call('conflicts.list', { patientId });
    expect(conflicts).toMatchObject([{ heads: [{ deviceId: expect.any(String) }, {}], asWhole: false }]);
    expect(new Set(conflicts[0]!.heads.map(({ deviceId }) => deviceId)).size).toBe(2);
  },
);

it('shows both versions on both kiosks and to the doctor', { timeout: 90_000 }, async () => {
  for (const [index, screen] of screens.entries()) {
    await screen.page.locator('[data-record^="AllergyIntolerance/"][data-contested]').click(ARRIVES_MS);
    await screen.page.getByText(MILD).last().waitFor();
    await screen.page.getByText(GRAVE).last().waitFor();
    await shot(screen, `2-kiosk-${index + 1}-conflict-ja`);
  }
  hospital = await openConsole(browser, system);
  await signInOnConsole(hospital);
  await hospital.page.locator('[data-conflicts="1"]').waitFor();
  await shot(hospital, '3-console-queue-ja');
  await openPatientOnConsole(hospital, PERSON);
  await hospital.page.locator('#conflicts [data-field]').first().waitFor();
  for (const words of [MILD, GRAVE]) {
    await hospital.page.locator('#conflicts').getByText(words).first().waitFor();
  }
  expect(await hospital.page.locator('#conflicts thead [data-version]').count()).toBe(2);
  await shot(hospital, '4-console-conflict-ja');
  const english = await openConsole(browser, system, { language: 'en' });
  await signInOnConsole(english);
  await openPatientOnConsole(english, PERSON);
  await english.page.locator('#conflicts [data-field]').first().waitFor();
  await shot(english, '4-console-conflict-en');
  await english.page.context().close();
});

it('becomes one version on both kiosks when the doctor has decided', { timeout: 90_000 }, async () => {
  const { page, words } = hospital;
  const conflict = page.locator('#conflicts');
  await conflict.locator('[data-field~="reaction"] [data-side]', { hasText: GRAVE }).click();
  for (const field of await conflict.locator('[data-open] [data-side="left"]').all()) await field.click();
  await conflict.getByRole('textbox').fill('本人に電話で確かめた');
  await shot(hospital, '5-console-decided-ja');
  await conflict.getByRole('button', { name: /この内容に決める/ }).click();
  await conflict.waitFor({ state: 'detached' });
  const [allergy, ...others] = await heads('AllergyIntolerance');
  expect(others).toEqual([]);
  expect(JSON.stringify(allergy!.resource)).toContain(GRAVE);
  expect(allergy!.reason).toBe('本人に電話で確かめた');

  for (const [index, screen] of screens.entries()) {
    await screen.page.locator('[data-contested]').waitFor({ state: 'detached', timeout: 45_000 });
    await screen.page.locator('[data-deed="decided"]').first().waitFor();
    await screen.page.getByText(GRAVE).first().waitFor();
    await shot(screen, `6-kiosk-${index + 1}-decided-ja`);
  }
  await page
    .getByRole('button', { name: words('履歴'), exact: true })
    .first()
    .click();
  await page.locator('[data-history]').first().waitFor();
  await shot(hospital, '7-console-history-ja');
});

const ARRIVES_MS = { timeout: ARRIVES.limitMs } as const;
