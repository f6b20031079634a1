import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, type Page } from 'playwright-core';
import { createReceiver, stubPushSubscription } from '../push-service/index.ts';
import { openConsole, openKiosk } from '../system/browser.ts';
import { type System } from '../system/system.ts';
import { type Language } from '../system/words.ts';
import { sizeFindings } from './measure.ts';
import { type PlayedRadio } from './radio.ts';
import { IPAD_LANDSCAPE, resetStage, SCENES, type Stage } from './scenes.ts';

export interface Shot {
  readonly name: string;
  readonly language: Language;
  readonly file: string;
  /**
   * What axe-core finds, what is too small or outside of the window, and what a page throws or logs as an
   * error. Empty is what we want.
   */
  readonly findings: readonly string[];
}

const SCENE_LIMIT_MS = 40_000;

/** Every screen in its states, in each language, looked at by axe-core and measured. */
export async function takeShots(options: {
  system: System;
  browser: Browser;
  folder: string;
  radio: PlayedRadio;
  languages: readonly Language[];
  /** The last scene, where it is not all of them: each begins where the one before ended. */
  until?: string | undefined;
  onShot: (shot: Shot) => void;
}): Promise<Shot[]> {
  const { system, browser, folder, radio, languages, onShot } = options;
  mkdirSync(folder, { recursive: true });
  const last = SCENES.findIndex(({ name }) => name === options.until);
  const scenes = SCENES.slice(0, last < 0 ? undefined : last + 1).filter(
    ({ needsRadio }) => needsRadio === undefined || radio.cuff !== undefined,
  );
  const shots: Shot[] = [];
  for (const language of languages) {
    await resetStage({ system });
    const stage: Stage = {
      system,
      monitor: system.monitor!,
      cuff: radio.cuff,
      nurse: await openKiosk(browser, system.kiosks[0]!, { language }),
      doctor: await openConsole(browser, system, {
        language,
        prepare: context => allowPush(context, system.hub.origin),
      }),
      tablet: await openConsole(browser, system, { language, touch: true, ...IPAD_LANDSCAPE }),
    };
    const screens = [stage.nurse, stage.doctor, stage.tablet];
    const thrown = new Map(screens.map(({ page }) => [page, hearErrors(page)]));
    for (const scene of scenes) {
      const { page } = stage[scene.screen];
      page.setDefaultTimeout(SCENE_LIMIT_MS);
      const usual = page.viewportSize();
      if (scene.size !== undefined) await page.setViewportSize(scene.size);
      await scene.arrange(stage);
      const file = join(folder, `${scene.name}-${language}.png`);
      await page.screenshot({ path: file });
      const findings = [
        ...(await axeFindings(page)),
        ...(await sizeFindings(page, scene.screen)),
        ...(thrown.get(page)?.splice(0) ?? []),
      ];
      const shot = { name: scene.name, language, file, findings };
      shots.push(shot);
      onShot(shot);
      if (scene.size !== undefined && usual !== null) await page.setViewportSize(usual);
    }
    for (const { page } of screens) await page.context().close();
  }
  return shots;
}

/** Nobody listens there: a browser of the shots is subscribed, and no push reaches it. */
const PUSH_ORIGIN = 'http://127.0.0.1:9';
/** What the hub of the shots is told besides. */
export const SHOTS_HUB_ENVIRONMENT = { HUB_PUSH_HOSTS: PUSH_ORIGIN };

/** The doctor's desk is called also when its page is closed; the iPad has not been asked yet. */
async function allowPush(context: BrowserContext, origin: string): Promise<void> {
  await context.grantPermissions(['notifications'], { origin });
  await stubPushSubscription(context, { endpoint: `${PUSH_ORIGIN}/push/shots`, ...createReceiver() });
}

async function axeFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.html.slice(0, 160)}`));
}

/** What the page throws. A refused request is an answer, not an error of the page. */
function hearErrors(page: Page): string[] {
  const heard: string[] = [];
  page.on('pageerror', error => heard.push(`thrown: ${error.message}`));
  page.on('console', message => {
    if (message.type() === 'error' && !/status of 4\d\d|WebSocket|ERR_/.test(message.text()))
      heard.push(`logged: ${message.text()}`);
  });
  return heard;
}

export { playRadio, type PlayedRadio } from './radio.ts';
