import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { crashConsult } from './crash/consult.ts';
import { crash, type CrashReport } from './crash/run.ts';
import { CONSULT_VICTIMS, LOAD_VICTIMS } from './crash/victims.ts';
import { Chance } from './demo/chance.ts';
import { freePort } from './system/ports.ts';
import { prepareSystem } from './system/prepare.ts';
import { recordingPlayer } from './system/sound.ts';
import { startSystem } from './system/system.ts';

/**
 * `pnpm crash [--kills 20] [--seed S] [--victim store] [--consult]`: SIGKILL from outside, under load, or
 * with `--consult` while a call and an alarm are on.
 */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now()) },
    victim: { type: 'string', multiple: true },
    consult: { type: 'boolean', default: false },
  },
});
const known = values.consult ? CONSULT_VICTIMS : LOAD_VICTIMS;
const victims = known.filter(victim => values.victim === undefined || values.victim.includes(victim));
await prepareSystem();
console.log(`seed ${values.seed}`);
let failed = 0;
for (const victim of victims) {
  const report = await strike(victim);
  if (report.findings.length > 0) failed += 1;
  say(report);
}
console.log(`${victims.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

async function strike(victim: (typeof known)[number]): Promise<CrashReport> {
  const dir = mkdtempSync(join(tmpdir(), 'shimabashi-crash-'));
  const windowPort = await freePort();
  const heardFile = join(dir, 'heard.ndjson');
  const system = await startSystem({
    dir,
    seed: 1,
    islands: 1,
    kioskEnvironment: { ...recordingPlayer(heardFile), KIOSK_ALARM_SPO2_LOW_FOR_S: '5' },
    windowFlags: windowFlags(windowPort),
  });
  try {
    const chance = new Chance(`${values.seed}/${victim}`);
    const common = { system, kills: Number(values.kills), chance, windowPort };
    const consultVictim = CONSULT_VICTIMS.find(each => values.consult && each === victim);
    if (consultVictim !== undefined)
      return await crashConsult({ ...common, victim: consultVictim, heardFile });
    return await crash({ ...common, victim: LOAD_VICTIMS.find(each => each === victim)! });
  } finally {
    await system.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

function windowFlags(port: number): string[] {
  return [
    '--headless=new',
    '--disable-gpu',
    '--window-size=1920,1080',
    '--use-fake-device-for-media-stream=device-count=2,fps=15',
    `--remote-debugging-port=${port}`,
  ];
}

function say({ victim, kills, acknowledged, retried, recoveredMs, findings }: CrashReport): void {
  const sorted = recoveredMs.toSorted((a, b) => a - b);
  const p50 = sorted[Math.floor(sorted.length / 2)]?.toFixed(0);
  console.log(
    `${findings.length === 0 ? 'ok  ' : 'FAIL'} ${victim}: ${kills} kills, ${acknowledged} entries acknowledged, ` +
      `${retried} tries repeated, recovered p50 ${p50} ms, max ${sorted.at(-1)?.toFixed(0)} ms`,
  );
  for (const finding of findings) console.log(`     ${finding}`);
}
