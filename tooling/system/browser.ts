import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { chromiumPath } from '../machine.ts';
import { DEMO_STAFF } from '../demo/people.ts';
import { type Language, wordsOf } from './words.ts';
import { type Kiosk, type System } from './system.ts';

/**
 * Which of the cameras that `launchBrowser` plays a kiosk takes: the second one gives depth, which
 * nothing encodes.
 */
export const PLAYED_CAMERAS = { KIOSK_EXAM_CAMERA: 'fake_device_2' } as const;

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
      // Cameras as a kiosk has them (the second one gives depth, which nothing encodes: take the third).
      // Few frames: the machine has other work.
      '--use-fake-device-for-media-stream=device-count=3,fps=15',
      '--use-fake-ui-for-media-stream',
    ],
  });
}

/** A screen that is driven: its page, and the words that stand on it. */
export interface Screen {
  readonly page: Page;
  readonly words: (japanese: string) => string;
}

interface Look {
  readonly language?: Language;
  readonly width?: number;
  readonly height?: number;
  /** A finger instead of a mouse: an iPad. */
  readonly touch?: boolean;
  /** What else the browser is to be like, before its first page. */
  readonly prepare?: (context: BrowserContext) => Promise<void>;
}

/** The nurse's screen in a browser of its own, at the sign-in. */
export async function openKiosk(browser: Browser, kiosk: Kiosk, look: Look = {}): Promise<Screen> {
  return openScreen(browser, kiosk.openUrl(), { width: 1920, height: 1080, ...look });
}

/** The doctor's screen in a browser of its own, at the sign-in. */
export async function openConsole(browser: Browser, system: System, look: Look = {}): Promise<Screen> {
  return openScreen(browser, system.hub.origin, { width: 1440, height: 900, ...look });
}

async function openScreen(
  browser: Browser,
  url: string,
  look: Required<Pick<Look, 'width' | 'height'>> & Look,
): Promise<Screen> {
  const { language = 'ja', width, height, touch = false, prepare } = look;
  const context = await browser.newContext({
    viewport: { width, height },
    hasTouch: touch,
    isMobile: touch,
    // The screens show the practice's time, whatever the machine says.
    timezoneId: 'America/New_York',
  });
  await context.addInitScript(chosen => localStorage.setItem('shimabashi.locale', chosen), language);
  await prepare?.(context);
  const page = await context.newPage();
  await page.goto(url);
  return { page, words: wordsOf(language) };
}

export const NURSE = DEMO_STAFF[0]!;
export const DOCTOR = DEMO_STAFF[1]!;

/** Who is looked for on a screen: the demo's patients are such. */
export interface Person {
  readonly kanji: { readonly family: string; readonly given: string };
  readonly latin: { readonly family: string; readonly given: string };
}
const nameOf = ({ words }: Screen, { kanji, latin }: Person): string => {
  const { family, given } = words('患者') === '患者' ? kanji : latin;
  return `${family} ${given}`;
};

/** The nurse's PIN on the numeric pad. Does nothing when she is signed in already. */
export async function signInOnKiosk({ page, words }: Screen): Promise<void> {
  const home = page.getByRole('heading', { name: words('きょうの診療') });
  const pad = page.getByRole('button', { name: '1', exact: true });
  const visit = page.getByRole('button', { name: words('いったん止める') });
  await home.or(pad).or(visit).first().waitFor();
  if (!(await pad.isVisible())) return;
  for (const digit of NURSE.secret) await page.getByRole('button', { name: digit, exact: true }).click();
  await page.getByRole('button', { name: words('はいる') }).click();
  await home.or(visit).first().waitFor();
}

/** From today's list to the patient's page. Does nothing when a visit is open already. */
export async function openPatientOnKiosk(screen: Screen, person: Person): Promise<void> {
  const { page, words } = screen;
  const visit = page.getByRole('button', { name: words('いったん止める') });
  const line = page.getByRole('button', { name: nameOf(screen, person) });
  await visit.or(line).first().waitFor();
  if (await visit.isVisible()) return;
  await line.click();
  await visit.waitFor();
}

export async function signInOnConsole({ page, words }: Screen): Promise<void> {
  await page.getByLabel(words('職員番号')).fill(DOCTOR.practitionerId);
  await page.getByLabel(words('合い言葉')).fill(DOCTOR.secret);
  await page.getByRole('button', { name: words('サインイン') }).click();
  await page.locator('[data-patient]').first().waitFor();
}

export async function openPatientOnConsole(screen: Screen, person: Person): Promise<void> {
  const name = nameOf(screen, person);
  await screen.page.getByRole('link', { name }).first().click();
  await screen.page.getByRole('heading', { name }).waitFor();
}
