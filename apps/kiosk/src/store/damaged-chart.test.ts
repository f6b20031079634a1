import { randomUUID } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningTestStore, TestKiosk } from './testing/kiosk.ts';
import { PATIENT, PLANNED } from './testing/people.ts';

const PAGE_BYTES = 4_096;
let kiosk: TestKiosk;
beforeEach(() => {
  kiosk = new TestKiosk().seed();
});
afterEach(() => kiosk.end());

const save = async (store: RunningTestStore) => {
  const operationId = randomUUID();
  const source = {
    kind: 'by-hand',
    parameter: 'respiratory-rate',
    value: 18,
    unit: '/min',
    reason: '数えた。'.repeat(40),
  } as const;
  await store.get('observations.save', { encounterId: PLANNED.id, entries: [{ operationId, source }] });
  return operationId;
};

/** A day with saves, and the store ended. */
async function aDay(): Promise<string[]> {
  const store = kiosk.start();
  await store.signIn();
  const { id: encounterId } = PLANNED;
  await store.get('visits.open', { operationId: randomUUID(), patientId: PATIENT.id, encounterId });
  const saved: string[] = [];
  // oxlint-disable-next-line no-await-in-loop -- one after the other, as at a bedside
  for (let index = 0; index < 20; index += 1) saved.push(await save(store));
  kiosk.crash();
  return saved;
}

function damage(...pages: readonly number[]): void {
  const file = openSync(kiosk.databaseFile, 'r+');
  for (const page of pages) writeSync(file, Buffer.alloc(100, 1), 0, 100, page * PAGE_BYTES + 500);
  closeSync(file);
}
const pagesOf = (path: string) => Math.floor(statSync(path).size / PAGE_BYTES);
const setAside = () => readdirSync(kiosk.dataDir).filter(name => name.startsWith('damaged-'));
const outboxIds = () =>
  kiosk.withChart(chart =>
    chart.outbox({ operations: 1_000, bytes: 10_000_000 }).map(({ operationId }) => operationId),
  );

describe('a chart whose head is damaged', () => {
  it('is set aside and begun anew; the kiosk is still enrolled, its nurse signs in, and is told', async () => {
    await aDay();
    damage(0);
    const store = kiosk.start();
    expect(store.sent.map(({ type }) => type).slice(0, 2)).toEqual(['repairing', 'ready']);
    expect(setAside()).toHaveLength(1);
    expect(readdirSync(join(kiosk.dataDir, setAside()[0]!))).toContain('chart.db');
    await store.signIn();
    const { report } = await store.get('outbox.rescue', {});
    expect(report).toMatchObject({ versionsRead: 0, isOutboxWhole: false, areSettingsWhole: true });
    expect(await store.get('sync.status', {})).toMatchObject({ isRescued: true });

    await store.get('outbox.rescue-seen', {});
    expect(await store.get('outbox.rescue', {})).toEqual({ report: null });
    expect(await store.get('sync.status', {})).not.toHaveProperty('isRescued');
    kiosk.crash();
    expect(kiosk.start().sent.map(({ type }) => type)).not.toContain('repairing');
  });

  it('without the copy of who this kiosk is says that as well', async () => {
    await aDay();
    damage(0);
    rmSync(join(kiosk.dataDir, 'identity.bin'));
    const store = kiosk.start();
    expect(await store.refusal('outbox.rescue', {})).toBe('SIGN_IN_REQUIRED');
    const report = kiosk.withChart(chart => chart.getSetting('rescue'));
    expect(JSON.parse(report ?? '')).toMatchObject({ areSettingsWhole: false });
  });
});

describe('a page that turns out to be damaged', () => {
  it('ends the store; the next one has built the chart anew, and what could be read waits to be sent', async () => {
    const saved = await aDay();
    const pages = pagesOf(kiosk.databaseFile);
    damage(...Array.from({ length: 8 }, (_, index) => pages - 2 - index));
    const store = kiosk.start();
    const reading = async (): Promise<string> => {
      await store.signIn();
      await store.get('observations.list', { patientId: PATIENT.id, limit: 100 });
      await store.get('outbox.parked', {});
      return 'all was read';
    };
    expect(await Promise.race([reading(), kiosk.damaged])).toBeUndefined();

    const next = kiosk.start();
    const kept = new Set(outboxIds());
    const report = JSON.parse(kiosk.withChart(chart => chart.getSetting('rescue')) ?? 'null') as {
      unsentInAll: number;
      isOutboxWhole: boolean;
    };
    expect(next.sent.map(({ type }) => type)).toContain('repairing');
    const lost = saved.filter(id => !kept.has(id)).length;
    expect(report.unsentInAll).toBeGreaterThanOrEqual(lost);
    expect(kept.size).toBeGreaterThan(0);
  });
});

describe('a rescue that a power cut ended', () => {
  it('before the new file was whole begins again', async () => {
    await aDay();
    damage(0);
    copyFileSync(kiosk.databaseFile, `${kiosk.databaseFile}.draft`);
    kiosk.start();
    expect(setAside()).toHaveLength(1);
    expect(existsSync(`${kiosk.databaseFile}.draft`)).toBe(false);
  });

  it('before the new file was in its place puts it there, and reads nothing of the damaged one', async () => {
    const saved = await aDay();
    renameSync(kiosk.databaseFile, `${kiosk.databaseFile}.rescued`);
    const store = kiosk.start();
    expect(store.sent.map(({ type }) => type)).not.toContain('repairing');
    expect(new Set(outboxIds())).toEqual(new Set([...saved, ...outboxIds()]));
  });

  it('leaves a chart alone that only seemed to be damaged', async () => {
    await aDay();
    const mark = `${kiosk.databaseFile}.damaged`;
    closeSync(openSync(mark, 'w'));
    const store = kiosk.start();
    expect(existsSync(mark)).toBe(false);
    expect(setAside()).toEqual([]);
    await store.signIn();
    expect(await store.get('outbox.rescue', {})).toEqual({ report: null });
  });
});
