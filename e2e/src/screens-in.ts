import { join } from 'node:path';
import { type Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type PlayedRadio, playRadio, SHOTS_HUB_ENVIRONMENT, takeShots } from '@shimabashi/tooling/shots';
import { type Language, launchBrowser, waitForPatients } from '@shimabashi/tooling/system';
import { startTestSystem } from './test-system.ts';

/** The test of every screen in one language: two files of it, so that they run side by side. */
export function testScreensIn(language: Language): void {
  let system: Awaited<ReturnType<typeof startTestSystem>>;
  let radio: PlayedRadio;
  let browser: Browser;
  beforeAll(async () => {
    radio = await playRadio();
    system = await startTestSystem({
      hubEnvironment: SHOTS_HUB_ENVIRONMENT,
      kioskEnvironment: radio.environment,
    });
    await waitForPatients(system.kiosks[0]!);
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await system?.stop();
    await radio?.stop();
  });

  it(
    `reaches every screen in ${language}; axe-core finds nothing, nothing is too small or outside, no page throws`,
    { timeout: 900_000 },
    async () => {
      const folder = join(system.dir, 'shots');
      const shots = await takeShots({
        system,
        browser,
        folder,
        radio,
        languages: [language],
        onShot: () => {},
      });
      const found = shots
        .filter(({ findings }) => findings.length > 0)
        .map(({ name, findings }) => ({ name, findings }));
      expect(found).toEqual([]);
      expect(shots.length).toBeGreaterThanOrEqual(15);
    },
  );
}
