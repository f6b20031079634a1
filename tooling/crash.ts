import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { crash } from './crash/run.ts';
import { VICTIMS, type Victim } from './crash/victims.ts';
import { Chance } from './demo/chance.ts';
import { freePort } from './system/ports.ts';
import { prepareSystem } from './system/prepare.ts';
import { startSystem } from './system/system.ts';

/** `pnpm crash [--kills 20] [--seed S] [--victim store]`: SIGKILL from outside, under load. */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now()) },
    victim: { type: 'string', multiple: true, default: [...VICTIMS] },
  },
});
await prepareSystem();
console.log(`seed ${values.seed}`);
let failed = 0;
for (const victim of values.victim) {
  const dir = mkdtempSync(join(tmpdir(), 'shimabashi-crash-'));
  const windowPort = await freePort();
  const system = await startSystem({
    dir,
    seed: 1,
    islands: 1,
    windowFlags: [
      '--headless=new',
      '--disable-gpu',
      '--window-size=1920,1080',
      `--remote-debugging-port=${windowPort}`,
    ],
  });
  try {
    const chance = new Chance(`${values.seed}/${victim}`);
    const report = await crash({
      system,
      victim: victim as Victim,
      kills: Number(values.kills),
      chance,
      windowPort,
    });
    const sorted = report.recoveredMs.toSorted((a, b) => a - b);
    const said = report.findings.length === 0 ? 'ok  ' : 'FAIL';
    console.log(
      `${said} ${victim}: ${report.kills} kills, ${report.acknowledged} entries acknowledged, ${report.retried} tries repeated, ` +
        `recovered p50 ${sorted[Math.floor(sorted.length / 2)]?.toFixed(0)} ms, max ${sorted.at(-1)?.toFixed(0)} ms`,
    );
    for (const finding of report.findings) console.log(`     ${finding}`);
    if (report.findings.length > 0) failed += 1;
  } finally {
    await system.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}
console.log(`${values.victim.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
