import { afterEach, expect, it } from 'vitest';
import { crash, LOAD_VICTIMS } from '@shimabashi/tooling/crash';
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
