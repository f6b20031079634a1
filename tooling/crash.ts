import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { crashConsult } from './crash/consult.ts';
import { cutPower } from './crash/power-cut.ts';
import { crash, type CrashReport } from './crash/run.ts';
import { CONSULT_VICTIMS, LOAD_VICTIMS } from './crash/victims.ts';
import { Chance } from './demo/chance.ts';
import { prepareMachine } from './machine.ts';
import { freePort } from './system/ports.ts';
import { prepareSystem } from './system/prepare.ts';
import { recordingPlayer } from './system/sound.ts';
import { startSystem } from './system/system.ts';

/**
 * `pnpm crash [--runs 20] [--seed S] [--victim store] [--consult]`: SIGKILL from outside, under load, or
 * with `--consult` while a call and an alarm are on; `pnpm crash --power-cut [--images 100]`: what a power
 * cut would leave of the databases of kiosk and hub.
 */
const POWER_CUT_LOAD_MS = 30_000;
const FINDINGS_SHOWN = 20;
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now()) },
    victim: { type: 'string', multiple: true },
    consult: { type: 'boolean', default: false },
    'power-cut': { type: 'boolean', default: false },
    images: { type: 'string', default: '100' },
  },
});
if (values['power-cut']) process.exit((await powerCut()) ? 0 : 1);
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

/** Whether nothing was found. */
async function powerCut(): Promise<boolean> {
  prepareMachine({ forTests: true });
  await prepareSystem();
  console.log(`seed ${values.seed}`);
  const dir = mkdtempSync(join(tmpdir(), 'shimabashi-crash-'));
  const system = await startSystem({ dir, seed: 1, islands: 1 });
  try {
    const reports = await cutPower({
      system,
      images: Number(values.images),
      forMs: POWER_CUT_LOAD_MS,
      chance: new Chance(`${values.seed}/power-cut`),
      dir,
    });
    for (const { victim, images, answers, acknowledged, syncs, findings } of reports) {
      console.log(
        `${findings.length === 0 ? 'ok  ' : 'FAIL'} ${victim}: ${images} power cuts, ${answers} answers that ` +
          `acknowledged ${acknowledged} operations, ${syncs} fsyncs`,
      );
      for (const finding of findings.slice(0, FINDINGS_SHOWN)) console.log(`     ${finding}`);
    }
    return reports.every(({ findings }) => findings.length === 0);
  } finally {
    await system.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

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
    const common = { system, kills: Number(values.runs), chance, windowPort };
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
