import { type Browser, chromium, type Page } from 'playwright-core';
import { chromiumPath } from '../machine.ts';
import { DEMO_STAFF } from '../demo/people.ts';
import { type Kiosk, type System } from './system.ts';

/** Chromium without a window, with the flags that Debian's build needs here. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) throw new Error('Chromium was not found.');
  return chromium.launch({
    executablePath,
    args: [
      '--headless=new',
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
    ],
  });
}

type Language = 'ja' | 'en';
const LOCALES = { ja: 'ja-JP', en: 'en-GB' } as const;

/** The nurse's screen in a browser of its own, signed in with her PIN on the numeric pad. */
export async function openKiosk(browser: Browser, kiosk: Kiosk, language: Language = 'ja'): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1920, height: 1080 },
    locale: LOCALES[language],
    timezoneId: 'America/New_York', // The screens show the practice's time, whatever the machine says.
  });
  const page = await context.newPage();
  await page.goto(kiosk.openUrl());
  return page;
}

/** The doctor's screen in a browser of its own, at the sign-in. */
export async function openConsole(
  browser: Browser,
  system: System,
  language: Language = 'ja',
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: LOCALES[language],
    timezoneId: 'America/New_York',
  });
  const page = await context.newPage();
  await page.goto(system.hub.origin);
  return page;
}

export const NURSE = DEMO_STAFF[0]!;
export const DOCTOR = DEMO_STAFF[1]!;

/** Who is looked for on a screen: the demo's patients are such. */
interface Person {
  readonly kanji: { readonly family: string; readonly given: string };
}
const nameOf = ({ kanji }: Person): string => `${kanji.family} ${kanji.given}`;

/** The nurse's PIN on the numeric pad. Does nothing when she is signed in already. */
export async function signInOnKiosk(page: Page): Promise<void> {
  const home = page.getByRole('heading', { name: 'きょうの診療' });
  const pad = page.getByRole('button', { name: '1', exact: true });
  const visit = page.getByRole('button', { name: 'いったん止める' });
  await home.or(pad).or(visit).first().waitFor();
  if (!(await pad.isVisible())) return;
  for (const digit of NURSE.secret) await page.getByRole('button', { name: digit, exact: true }).click();
  await page.getByRole('button', { name: 'はいる' }).click();
  await home.or(visit).first().waitFor();
}

/** From today's list to the patient's page. Does nothing when a visit is open already. */
export async function openPatientOnKiosk(page: Page, person: Person): Promise<void> {
  const visit = page.getByRole('button', { name: 'いったん止める' });
  const line = page.getByRole('button', { name: nameOf(person) });
  await visit.or(line).first().waitFor();
  if (await visit.isVisible()) return;
  await line.click();
  await visit.waitFor();
}

export async function signInOnConsole(page: Page): Promise<void> {
  await page.getByLabel('職員番号').fill(DOCTOR.practitionerId);
  await page.getByLabel('合い言葉').fill(DOCTOR.secret);
  await page.getByRole('button', { name: 'サインイン' }).click();
  await page.locator('[data-patient]').first().waitFor();
}

export async function openPatientOnConsole(page: Page, person: Person): Promise<void> {
  await page
    .getByRole('link', { name: nameOf(person) })
    .first()
    .click();
  await page.getByRole('heading', { name: nameOf(person) }).waitFor();
}
