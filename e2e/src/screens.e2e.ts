import { join } from 'node:path';
import { type Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SHOTS_HUB_ENVIRONMENT, takeShots } from '@shimabashi/tooling/shots';
import { launchBrowser, waitForPatients } from '@shimabashi/tooling/system';
import { startTestSystem } from './test-system.ts';

let system: Awaited<ReturnType<typeof startTestSystem>>;
let browser: Browser;
beforeAll(async () => {
  system = await startTestSystem({ hubEnvironment: SHOTS_HUB_ENVIRONMENT });
  await waitForPatients(system.kiosks[0]!);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await system.stop();
});

it(
  'reaches every screen in both languages; axe-core finds nothing, nothing is too small or outside, no page throws',
  { timeout: 900_000 },
  async () => {
    const shots = await takeShots({ system, browser, folder: join(system.dir, 'shots'), onShot: () => {} });
    const found = shots
      .filter(({ findings }) => findings.length > 0)
      .map(({ name, language, findings }) => ({ name, language, findings }));
    expect(found).toEqual([]);
    expect(shots.length).toBeGreaterThanOrEqual(30);
  },
);
