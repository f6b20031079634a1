import { type Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  DEMO_CLINICS,
  enterKiosk,
  launchBrowser,
  openConsole,
  openKiosk,
  openPatientOnConsole,
  openPatientOnKiosk,
  signInOnConsole,
  signInOnKiosk,
  waitForPatients,
} from '@shimabashi/tooling/system';
import { startTestSystem } from './test-system.ts';

const [HARU] = DEMO_CLINICS[0]!.patients;

let system: Awaited<ReturnType<typeof startTestSystem>>;
let browser: Browser;
beforeAll(async () => {
  system = await startTestSystem({ islands: 1 });
  await waitForPatients(system.kiosks[0]!);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await system.stop();
});

it('carries a consult from the first ring to the signed decision, between the two real screens', async () => {
  const nurse = await openKiosk(browser, system.kiosks[0]!);
  await signInOnKiosk(nurse);
  await openPatientOnKiosk(nurse, HARU!);
  const doctor = await openConsole(browser, system);
  await signInOnConsole(doctor);
  await openPatientOnConsole(doctor, HARU!);
  const { page } = doctor;
  await page.getByRole('button', { name: '呼ぶ' }).first().click();
  await page.locator('[data-call-state="ringing"]').waitFor();
  await nurse.page.getByRole('button', { name: '出る', exact: true }).click();

  const inCall = page.locator('[data-call-state="connected"][data-media="up"]');
  await inCall.waitFor();
  const decoded = async () => Number(await inCall.getAttribute('data-frames-decoded'));
  await expect.poll(decoded, { timeout: 30_000 }).toBeGreaterThan(10);
  await expect
    .poll(async () => Number(await inCall.getAttribute('data-audio-bytes')), { timeout: 30_000 })
    .toBeGreaterThan(500);

  // A page that was loaded anew comes back into the call.
  await page.reload();
  await inCall.waitFor();
  await expect.poll(decoded, { timeout: 30_000 }).toBeGreaterThan(10);

  await page.getByLabel('大きな字で見せる').fill('足を見せてください');
  await page.getByRole('button', { name: '大きな字を出す' }).click();
  await page.locator('[data-words-shown="true"]').waitFor();

  await page.getByRole('button', { name: '写真をとる' }).click();
  await page.locator('[data-still="in-chart"]').waitFor({ timeout: 60_000 });

  await page.locator('textarea').first().fill('3日前から痛い');
  await page.getByRole('radio', { name: 'オンラインで続ける' }).check({ force: true });
  await page.getByLabel('理由').fill('食事と水分がとれている');
  await page.getByLabel('悪いとき').fill('38℃以上なら診療所へ');
  await page.getByRole('button', { name: /署名して診察を終える/ }).click();
  await page.locator('[data-call-end="closed"]').waitFor();
  await page.locator('[data-decided="online"]').waitFor();
  const kiosk = await enterKiosk(system.kiosks[0]!);
  await expect
    .poll(async () => (await kiosk.call('calls.current', {})).call?.end?.reason, { timeout: 15_000 })
    .toBe('closed');
});
