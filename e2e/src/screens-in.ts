import { join } from 'node:path';
import { type Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SHOTS_HUB_ENVIRONMENT, takeShots } from '@shimabashi/tooling/shots';
import { type Language, launchBrowser, waitForPatients } from '@shimabashi/tooling/system';
import { startTestSystem } from './test-system.ts';

/** The test of every screen in one language: two files of it, so that they run side by side. */
export function testScreensIn(language: Language): void {
  let system: Awaited<ReturnType<typeof startTestSystem>>;
  let browser: Browser;
  beforeAll(async () => {
    system = await startTestSystem({ hubEnvironment: SHOTS_HUB_ENVIRONMENT });
    await waitForPatients(system.kiosks[0]!);
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await system?.stop();
  });

  it(
    `reaches every screen in ${language}; axe-core finds nothing, nothing is too small or outside, no page throws`,
    { timeout: 900_000 },
    async () => {
      const folder = join(system.dir, 'shots');
      const shots = await takeShots({ system, browser, folder, languages: [language], onShot: () => {} });
      const found = shots
        .filter(({ findings }) => findings.length > 0)
        .map(({ name, findings }) => ({ name, findings }));
      expect(found).toEqual([]);
      expect(shots.length).toBeGreaterThanOrEqual(15);
    },
  );
}
