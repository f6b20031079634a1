import { mkdtempSync, rmSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createResourceValidator } from '@shimabashi/clinical/validation';
import { openChartLog } from '@shimabashi/sync/sqlite';
import { bound, figuresOf } from '../figures.ts';
import { auditOf, type Author, vitalOf } from './records.ts';

const SAVES = 2_000;
const KEPT_BEFORE = 20_000;
const WARM_UP = 100;
const AUTHOR: Author = {
  patientId: randomUUID(),
  clinicId: 'shiomi',
  deviceId: 'kiosk-1',
  authorId: 'N-1001',
};

/** Saving one vital sign for good, in turn with a bare insert of the same text on the same disk. */
export async function bench(): Promise<boolean> {
  const dir = mkdtempSync(join(tmpdir(), 'shimabashi-bench-'));
  try {
    const key = new Uint8Array(32).fill(7);
    const log = openChartLog({ path: join(dir, 'chart.db'), key, newId: randomUUID });
    const before = Array.from({ length: KEPT_BEFORE }, (_, index) => vitalOf(AUTHOR, index, 1_000 * index));
    log.author(before, auditOf(AUTHOR, 0));
    const validator = createResourceValidator();
    const bare = { plain: bareInsert(dir, null), encrypted: bareInsert(dir, key) };
    const tookMs = { save: [] as number[], plain: [] as number[], encrypted: [] as number[] };
    for (let index = 0; index < SAVES + WARM_UP; index += 1) {
      const operation = vitalOf(AUTHOR, index, Date.now());
      const text = JSON.stringify(operation.resource);
      const took = {
        save: timed(() => {
          validator.validate(operation.resource);
          log.author([operation], auditOf(AUTHOR, Date.now()));
        }),
        plain: timed(() => bare.plain(operation.operationId, text)),
        encrypted: timed(() => bare.encrypted(operation.operationId, text)),
      };
      if (index < WARM_UP) continue;
      for (const name of ['save', 'plain', 'encrypted'] as const) tookMs[name].push(took[name]);
    }
    log.close();
    const figures = {
      save: percentiles(tookMs.save),
      plain: percentiles(tookMs.plain),
      encrypted: percentiles(tookMs.encrypted),
    };
    for (const [name, { p50, p99 }] of Object.entries(figures)) {
      console.log(`     ${name}: p50 ${p50.toFixed(3)} ms, p99 ${p99.toFixed(2)} ms`);
    }
    const { p50, p99 } = figures.save;
    return [
      bound('a vital saved, with FULL: p99', p99, { most: 5, unit: 'ms', also: `p50 ${p50.toFixed(2)}` }),
      bound('the same by a bare insert with FULL: p50', p50 / figures.plain.p50, {
        most: 2,
        unit: 'times',
        also: `${(p50 / figures.encrypted.p50).toFixed(2)} times an encrypted one`,
      }),
    ].every(Boolean);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function percentiles(tookMs: readonly number[]): { readonly p50: number; readonly p99: number } {
  const sorted = tookMs.toSorted((a, b) => a - b);
  return { p50: figuresOf(tookMs).p50, p99: sorted[Math.ceil(sorted.length * 0.99) - 1]! };
}

function timed(work: () => void): number {
  const fromMs = performance.now();
  work();
  return performance.now() - fromMs;
}

/** What better-sqlite3 needs for one row that a power cut cannot take back. */
function bareInsert(dir: string, key: Uint8Array | null): (id: string, text: string) => void {
  const db = new Database(join(dir, key === null ? 'plain.db' : 'encrypted.db'));
  if (key !== null) {
    db.pragma(`cipher = 'sqlcipher'`);
    db.pragma('legacy = 4');
    db.pragma(`key = "x'${Buffer.from(key).toString('hex')}'"`);
  }
  db.pragma('journal_mode = WAL');
  db.exec('CREATE TABLE entry (id TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT');
  db.pragma('synchronous = FULL');
  const insert = db.prepare('INSERT INTO entry VALUES (?, ?)');
  return (id, text) => insert.run(id, text);
}
