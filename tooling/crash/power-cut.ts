import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@shimabashi/contracts';
import { binariesNamedBy, type ChartLog, type StoredVersion } from '@shimabashi/sync';
import { openChartLog, verifyDatabase } from '@shimabashi/sync/sqlite';
import { type Chance } from '../demo/chance.ts';
import { DEMO_CLINICS } from '../demo/people.ts';
import { type System } from '../system/system.ts';
import { type Loss, RecordedDisk } from './disk.ts';
import { startLoad } from './load.ts';
import { startPhotoLoad } from './photo-load.ts';
import { readSteps, recordSteps, type Step } from './strace.ts';
import { pidsOf } from './victims.ts';

export interface PowerCutReport {
  readonly victim: 'store' | 'hub';
  readonly images: number;
  /** Times that the program said that something is saved, and how many operations it named. */
  readonly answers: number;
  readonly acknowledged: number;
  /** `fsync` and `fdatasync` of the database and its log, as the kernel saw them. */
  readonly syncs: number;
  readonly findings: readonly string[];
}

/** What the program says when something is saved: to the nurse's screen, or to a kiosk. */
const SAVED = {
  store: /"versionId":"([0-9a-f-]{36})"/g,
  hub: /"operationId":"([0-9a-f-]{36})","outcome":"(?:applied|duplicate|conflict)"/g,
} as const;
const LOSSES: readonly Loss[] = ['all', 'some', 'torn'];

/**
 * Records what the store of a kiosk and the hub write, sync and answer under load, and opens the
 * databases as a power cut at many moments of it would have left them.
 */
export async function cutPower(options: {
  readonly system: System;
  /** Of each program. */
  readonly images: number;
  readonly forMs: number;
  readonly chance: Chance;
  readonly dir: string;
}): Promise<PowerCutReport[]> {
  const { system, images, chance, dir } = options;
  const island = system.kiosks[0]!;
  const load = await startLoad(island, DEMO_CLINICS[0]!.patients[0]!.kana.family);
  const photos = startPhotoLoad(load);
  const records = [
    new Recording('store', island.dataDir, dir),
    new Recording('hub', system.hub.dataDir, dir),
  ] as const;
  try {
    for (const record of records) await record.start((await pidsOf(record.victim, system))[0]!);
    await new Promise(resolve => setTimeout(resolve, options.forMs));
  } finally {
    await photos.stop();
    await load.stop();
    await Promise.all(records.map(record => record.stop()));
  }
  const saved = new Set([...load.acknowledged, ...photos.acknowledged]);
  const reports: PowerCutReport[] = [];
  for (const record of records) reports.push(await record.judge({ images, chance, saved }));
  return reports;
}

class Recording {
  readonly victim: 'store' | 'hub';
  readonly #databaseFile: string;
  readonly #keyFile: string;
  readonly #record: string;
  readonly #imageDir: string;
  #before: ReadonlyMap<string, Buffer> = new Map();
  #strace: { stop(): Promise<void> } | undefined;

  constructor(victim: 'store' | 'hub', dataDir: string, dir: string) {
    this.victim = victim;
    this.#databaseFile = join(realpathSync(dataDir), 'chart.db');
    this.#keyFile = join(dataDir, 'chart.key');
    this.#record = join(dir, `${victim}.strace`);
    this.#imageDir = join(dir, `${victim}-image`);
  }

  get #files(): readonly string[] {
    return [this.#databaseFile, `${this.#databaseFile}-wal`];
  }

  async start(pid: number): Promise<void> {
    this.#strace = await recordSteps(pid, this.#record, () => {
      this.#before = new Map(this.#files.filter(existsSync).map(file => [file, readFileSync(file)]));
    });
  }

  async stop(): Promise<void> {
    await this.#strace?.stop();
  }

  /** `saved`: what the nurse was told is saved, by whatever of our programs. */
  async judge(options: {
    readonly images: number;
    readonly chance: Chance;
    readonly saved: ReadonlySet<string>;
  }): Promise<PowerCutReport> {
    const { victim } = this;
    const course = await this.#course(options.saved);
    const { steps, answersAt } = course;
    const findings: string[] = [];
    const disk = new RecordedDisk(this.#before);
    const cuts = cutsOf(course, options.images, options.chance);
    const told = new Set<string>();
    for (const [index, step] of steps.entries()) {
      disk.take(step);
      for (const id of answersAt.get(index) ?? []) told.add(id);
      if (answersAt.has(index) && disk.pending > 0) {
        findings.push(`answer ${index} was given with ${disk.pending} writes not synced`);
      }
      for (const cut of cuts.filter(({ after }) => after === index)) {
        const found = this.#judgeImage(disk.afterPowerCut(cut.loss, options.chance), told);
        findings.push(...found.map(finding => `power cut after step ${index}, ${cut.loss}: ${finding}`));
      }
    }
    const syncs = steps.filter(({ kind }) => kind === 'sync').length;
    if (syncs < answersAt.size) findings.push(`${answersAt.size} answers, but only ${syncs} syncs`);
    if (answersAt.size === 0) findings.push('nothing was saved while it was recorded');
    const images = cuts.length;
    return { victim, images, answers: answersAt.size, acknowledged: told.size, syncs, findings };
  }

  /** The steps, and which operations are said to be saved after which. */
  async #course(saved: ReadonlySet<string>): Promise<Course> {
    const steps: Step[] = [];
    const answersAt = new Map<number, readonly string[]>();
    for await (const step of readSteps(this.#record, new Set(this.#files))) {
      if (step.kind !== 'say') {
        steps.push(step);
        continue;
      }
      const ids = [...step.bytes.toString('latin1').matchAll(SAVED[this.victim])]
        .map(([, id]) => id ?? '')
        .filter(id => saved.has(id));
      if (ids.length === 0) continue;
      answersAt.set(steps.length, ids);
      steps.push({ kind: 'say', bytes: Buffer.alloc(0) });
    }
    return { steps, answersAt };
  }

  #judgeImage(files: ReadonlyMap<string, Buffer>, told: ReadonlySet<string>): string[] {
    rmSync(this.#imageDir, { recursive: true, force: true });
    mkdirSync(this.#imageDir, { mode: 0o700 });
    const path = join(this.#imageDir, 'chart.db');
    for (const [file, bytes] of files) writeFileSync(file.replace(this.#databaseFile, path), bytes);
    writeFileSync(`${path}.made`, '');
    const key = Buffer.from(readFileSync(this.#keyFile, 'utf8').trim(), 'hex');
    try {
      const log = openChartLog({ path, key, newId: () => crypto.randomUUID() });
      const findings = this.victim === 'store' ? judgeKiosk(log, told) : judgeLog(log, told);
      log.close();
      verifyDatabase(path, key);
      return findings;
    } catch (error) {
      return [`it does not open whole: ${error instanceof AppError ? error.code : String(error)}`];
    }
  }
}

interface Course {
  readonly steps: readonly Step[];
  readonly answersAt: ReadonlyMap<number, readonly string[]>;
}

/** Half of them right after an answer, half in the midst of writing. */
function cutsOf({ steps, answersAt }: Course, count: number, chance: Chance) {
  const answers = [...answersAt.keys()];
  const writes = [...steps.keys()].filter(index => steps[index]!.kind !== 'say');
  return Array.from({ length: count }, (_, index) => {
    const places = index % 2 === 0 && answers.length > 0 ? answers : writes;
    return { after: places[chance.whole(places.length)] ?? -1, loss: LOSSES[chance.whole(LOSSES.length)]! };
  });
}

/** Everything of which somebody was told that it is saved: there, and in the chart that screens show. */
function judgeLog(log: ChartLog, told: ReadonlySet<string>): string[] {
  const there = new Set(log.operationIds());
  const shown = new Set(headsOf(log, told).map(({ operation }) => operation.operationId));
  const lost = [...told].filter(id => !there.has(id)).map(id => `acknowledged and gone: ${id}`);
  const headless = [...told].filter(id => there.has(id) && !shown.has(id));
  return [...lost, ...headless.map(id => `in the log and no head: ${id}`)];
}

/** What is saved under load are new records that nobody changes: their only version is the head. */
function headsOf(log: ChartLog, told: ReadonlySet<string>): readonly StoredVersion[] {
  return log.heads({}).filter(({ operation }) => told.has(operation.operationId));
}

/** Beside that: what has not been confirmed by the hub waits, and pictures are there with their names. */
function judgeKiosk(log: ChartLog, told: ReadonlySet<string>): string[] {
  const due = log.outbox({ operations: Number.MAX_SAFE_INTEGER, bytes: Number.MAX_SAFE_INTEGER });
  const waiting = new Set(due.map(({ operationId }) => operationId));
  const versions = headsOf(log, told);
  const forgotten = versions.filter(
    ({ place, operation }) => place === 'here' && !waiting.has(operation.operationId),
  );
  const pictureless = versions.filter(({ operation }) =>
    binariesNamedBy(operation.resource).some(({ binaryId }) => log.binaryBytes(binaryId) === undefined),
  );
  return [
    ...judgeLog(log, told),
    ...forgotten.map(({ operation }) => `not at the hub, and not waiting: ${operation.operationId}`),
    ...pictureless.map(({ operation }) => `without its picture: ${operation.operationId}`),
  ];
}
