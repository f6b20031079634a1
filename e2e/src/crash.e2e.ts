import { spawnSync } from 'node:child_process';
import { afterEach, expect, it } from 'vitest';
import { crash, cutPower, LOAD_VICTIMS } from '@shimabashi/tooling/crash';
import { Chance, freePort } from '@shimabashi/tooling/system';
import { startTestSystem } from './test-system.ts';

let stop: (() => Promise<void>) | undefined;
afterEach(() => stop?.());

/** The short form of `pnpm crash`, which kills each twenty times. */
it.each(LOAD_VICTIMS)(
  'loses nothing when the %s is killed under load',
  { timeout: 180_000 },
  async victim => {
    const windowPort = await freePort();
    const system = await startTestSystem({
      islands: 1,
      windowFlags: ['--headless=new', '--disable-gpu', `--remote-debugging-port=${windowPort}`],
    });
    stop = () => system.stop();
    const report = await crash({ system, victim, kills: 2, chance: new Chance(`e2e/${victim}`), windowPort });
    expect(report.findings).toEqual([]);
    expect(report.acknowledged).toBeGreaterThan(0);
  },
);

const hasStrace = spawnSync('strace', ['-V']).status === 0;

/** The short form of `pnpm crash --power-cut`, which tries a hundred of each. */
it.skipIf(!hasStrace)(
  'has everything that was acknowledged, whole, whenever the power is cut',
  { timeout: 180_000 },
  async () => {
    const system = await startTestSystem({ islands: 1 });
    stop = () => system.stop();
    const reports = await cutPower({
      system,
      images: 20,
      forMs: 3_000,
      chance: new Chance('e2e/power-cut'),
      dir: system.dir,
    });
    expect(reports.flatMap(({ findings }) => findings)).toEqual([]);
    for (const { answers, syncs } of reports) expect(syncs).toBeGreaterThanOrEqual(answers);
  },
);
