import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Page } from 'playwright-core';
import {
  DEMO_CLINICS,
  enterKiosk,
  type KioskClient,
  launchBrowser,
  openConsole,
  openKiosk,
  openPatientOnConsole,
  openPatientOnKiosk,
  signInDoctor,
  signInOnConsole,
  signInOnKiosk,
  startSystem,
  type System,
  until,
} from '@shimabashi/tooling/system';
import { figuresOf, report } from './figures.ts';

interface Written {
  readonly parameter: string;
  readonly value: number;
  readonly atMs: number;
}
interface Painted {
  readonly parameter: string;
  readonly value: number;
  readonly atMs: number;
}

const SAMPLES_MIN = Number(process.env['BENCH_SAMPLES'] ?? 1_000);
const LINK_ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 10);
/** A value comes round again after about 40 packets; a painting later than this is of another one. */
const MATCH_WITHIN_MS = 5_000;

/**
 * The way of one reading, from the monitor's `write()` to the glass, and the way of a hundred entries
 * after the link is back.
 *
 * The monitor is another process. "Painted" is the frame after the one in which the DOM changed, by
 * two animation frames: later than the glass, never earlier. Clocks are those of one machine.
 */
export async function bench(): Promise<boolean> {
  const dir = mkdtempSync(join(tmpdir(), 'shimabashi-bench-'));
  const written: Written[] = [];
  const monitor = fork(join(import.meta.dirname, 'monitor.ts'), { execPath: process.execPath });
  const monitorPort = await new Promise<number>(resolve => {
    monitor.on('message', (message: { type: string; port: number } & Written) => {
      if (message.type === 'ready') resolve(message.port);
      else written.push(message);
    });
  });
  const system = await startSystem({ dir, seed: 1, islands: 1, monitorPort });
  const browser = await launchBrowser();
  try {
    const kiosk = await openKiosk(browser, system.kiosks[0]!);
    await signInOnKiosk(kiosk);
    await openPatientOnKiosk(kiosk, DEMO_CLINICS[0]!.patients[0]!);
    const doctor = await openConsole(browser, system);
    await signInOnConsole(doctor);
    await openPatientOnConsole(doctor, DEMO_CLINICS[0]!.patients[0]!);
    const met = [await measurePainting({ kiosk: kiosk.page, doctor: doctor.page, written })];
    met.push(await measureLinkBack(system));
    return met.every(Boolean);
  } finally {
    await browser.close();
    await system.stop();
    monitor.kill();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measurePainting({
  kiosk,
  doctor,
  written,
}: {
  kiosk: Page;
  doctor: Page;
  written: Written[];
}): Promise<boolean> {
  await Promise.all([watchPaintings(kiosk), watchPaintings(doctor)]);
  written.length = 0;
  console.log(`Measuring ${SAMPLES_MIN} values at the monitor's own pace (six a second)`);
  await until(async () => (written.length >= SAMPLES_MIN + 30 ? true : undefined), {
    limitMs: SAMPLES_MIN * 400 + 60_000,
    what: 'enough values were written',
    everyMs: 500,
  });
  const bounds = [
    ['write → painted on the kiosk', kiosk, 100],
    ['write → painted on the console', doctor, 250],
  ] as const;
  let met = true;
  for (const [what, page, ms] of bounds) {
    const painted = await page.evaluate(() => (globalThis as unknown as { painted: Painted[] }).painted);
    const { latencies, missed } = match(written, painted);
    met = report(what, figuresOf(latencies), { of: 'p95', ms }) && met;
    console.log(`     values written and never painted: ${missed} of ${written.length}`);
  }
  return met;
}

/** Notes every change of a number on the page, and when it was on the glass. */
async function watchPaintings(page: Page): Promise<void> {
  await page.evaluate(() => {
    const painted: Painted[] = [];
    (globalThis as unknown as { painted: Painted[] }).painted = painted;
    const now = (): number => performance.timeOrigin + performance.now();
    const last = new Map<Element, string>();
    const look = (): void => {
      for (const element of document.querySelectorAll('[data-parameter][data-value]')) {
        const text = element.getAttribute('data-value') ?? '';
        if (last.get(element) === text) continue;
        last.set(element, text);
        const seen = { parameter: element.getAttribute('data-parameter') ?? '', value: Number(text) };
        requestAnimationFrame(() => requestAnimationFrame(() => painted.push({ ...seen, atMs: now() })));
      }
    };
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
      attributeFilter: ['data-value'],
    });
  });
}

/** Pairs each painting with the last writing of that value before it. */
function match(
  written: readonly Written[],
  painted: readonly Painted[],
): { latencies: number[]; missed: number } {
  const latencies: number[] = [];
  const seen = new Set<Written>();
  for (const painting of painted) {
    const source = written.findLast(
      ({ parameter, value, atMs }) =>
        parameter === painting.parameter && value === painting.value && atMs <= painting.atMs,
    );
    if (source === undefined || painting.atMs - source.atMs > MATCH_WITHIN_MS || seen.has(source)) continue;
    seen.add(source);
    latencies.push(painting.atMs - source.atMs);
  }
  // The last values may still be on their way when the measurement ends.
  const lastPaintedAtMs = painted.at(-1)?.atMs ?? 0;
  const due = written.filter(({ atMs }) => atMs < lastPaintedAtMs - 1_000);
  return { latencies, missed: due.filter(one => !seen.has(one)).length };
}

const ENTRIES = 100;
const ENTRIES_A_CALL = 10;

/** A hundred entries made while the line is cut, from its return until the hub has them all. */
async function measureLinkBack(system: System): Promise<boolean> {
  const island = system.kiosks[0]!;
  const nurse = await enterKiosk(island);
  const doctor = await signInDoctor(system);
  const { patients } = await nurse.call('patients.find', {
    text: DEMO_CLINICS[0]!.patients[1]!.kana.family,
    limit: 1,
  });
  const patientId = patients[0]!.id;
  const { visit } = await nurse.call('visits.open', {
    operationId: crypto.randomUUID(),
    patientId,
    encounterId: null,
  });
  const tookMs: number[] = [];
  for (let round = 0; round < LINK_ROUNDS; round += 1) {
    island.line.cut();
    await linkIs(nurse, 'down');
    const saved = new Set<string>();
    for (let call = 0; call < ENTRIES / ENTRIES_A_CALL; call += 1) {
      const entries = Array.from({ length: ENTRIES_A_CALL }, () => ({
        operationId: crypto.randomUUID(),
        source: {
          kind: 'by-hand',
          parameter: 'respiratory-rate',
          value: 16,
          unit: '/min',
          reason: '回線の試験',
        } as const,
      }));
      const answer = await nurse.call('observations.save', { encounterId: visit.encounterId, entries });
      for (const { versionId } of answer.entries) saved.add(versionId);
    }
    const fromMs = performance.now();
    island.line.restore();
    await until(
      async () => {
        const { entries } = await doctor.call('observations.list', {
          patientId,
          parameters: ['respiratory-rate'],
          fromMs: Date.now() - 600_000,
          limit: 5_000,
        });
        const there = entries.filter(({ versionId }) => saved.has(versionId)).length;
        return there === ENTRIES ? true : undefined;
      },
      { limitMs: 30_000, what: 'all entries are at the hub', everyMs: 20 },
    );
    tookMs.push(performance.now() - fromMs);
  }
  return report(`link back → ${ENTRIES} offline entries on the hub`, figuresOf(tookMs), {
    of: 'max',
    ms: 2_000,
  });
}

function linkIs(nurse: KioskClient, link: 'up' | 'down'): Promise<true> {
  return until(async () => ((await nurse.call('sync.status', {})).link === link ? true : undefined), {
    limitMs: 20_000,
    what: `the kiosk knows that its link is ${link}`,
  });
}
