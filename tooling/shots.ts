import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './paths.ts';
import { playRadio, SHOTS_HUB_ENVIRONMENT, takeShots } from './shots/take.ts';
import { launchBrowser, PLAYED_CAMERAS } from './system/browser.ts';
import { waitForPatients } from './system/clients.ts';
import { prepareSystem } from './system/prepare.ts';
import { startSystem } from './system/system.ts';

/**
 * `pnpm shots [FOLDER [SCENE]]`: every screen in its states, in both languages, each checked with axe-core and
 * measured; with the name of a scene only as far as that.
 */
const folder = process.argv[2] ?? join(root, 'shots');
await prepareSystem();
const dir = mkdtempSync(join(tmpdir(), 'shimabashi-shots-'));
const radio = await playRadio();
const system = await startSystem({
  dir,
  seed: 1,
  islands: 2,
  hubEnvironment: SHOTS_HUB_ENVIRONMENT,
  kioskEnvironment: { ...PLAYED_CAMERAS, ...radio.environment },
});
const browser = await launchBrowser();
try {
  await waitForPatients(system.kiosks[0]!);
  const shots = await takeShots({
    system,
    browser,
    folder,
    radio,
    languages: ['ja', 'en'],
    until: process.argv[3],
    onShot: ({ name, language, findings }) => {
      console.log(`${findings.length === 0 ? 'ok  ' : 'FAIL'} ${name} (${language})`);
      for (const finding of findings) console.log(`     ${finding}`);
    },
  });
  const failed = shots.filter(({ findings }) => findings.length > 0).length;
  console.log(`Screenshots: ${folder}\n${shots.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
} finally {
  await browser.close();
  await system.stop();
  await radio.stop();
  rmSync(dir, { recursive: true, force: true });
}
