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
