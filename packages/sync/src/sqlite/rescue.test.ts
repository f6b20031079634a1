import { randomUUID } from 'node:crypto';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError, type NumberedVersion, type Operation } from '@shimabashi/contracts';
import { type ChartLog, versionIn } from '../log.ts';
import { ALL, idsOf } from '../testing/home.ts';
import {
  AUDIT,
  binary,
  CLINIC,
  DEVICE,
  documentOf,
  operation,
  patient,
  PATIENT,
  vitalSign,
} from '../testing/index.ts';
import { openChartLog, rescueChartLog, type RescueReport } from './index.ts';

const PAGE_BYTES = 4_096;
const EPOCH = randomUUID();
const key = new Uint8Array(32).fill(7);
const photo = binary(150_000);
let folder: string;
let damaged: string;
let fresh: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rescue-'));
  damaged = join(folder, 'chart.db');
  fresh = join(folder, 'fresh.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = (path: string) => openChartLog({ path, key, newId: randomUUID });
const rescue = () => rescueChartLog({ from: damaged, to: fresh, key, newId: randomUUID });
const page = (versions: readonly NumberedVersion[]) => ({
  epoch: EPOCH,
  versions: [...versions],
  nextSequence: versions.at(-1)?.sequence ?? 0,
  more: false,
});

/** A kiosk's day: what the hub has, what it has confirmed, and what waits. */
function fill(log: ChartLog) {
  const large = (text: string) => operation({ resource: vitalSign({ note: [{ text: text.repeat(300) }] }) });
  const pulled = [
    operation({ resource: patient(), deviceId: 'console' }),
    ...Array.from({ length: 40 }, (_, index) => large(`受診 ${index} `)),
  ];
  const atHub = pulled.map((item, index) => ({
    sequence: index + 1,
    operation: item,
    receipt: 'r'.repeat(22),
  }));
  log.applyPulled(page(atHub));
  const confirmed = Array.from({ length: 10 }, () => large('確認 '));
  log.author(confirmed, AUDIT);
  log.settle(
    confirmed.map(({ operationId }, index) => ({ operationId, outcome: 'applied', sequence: 100 + index })),
  );
  const waiting = [...Array.from({ length: 30 }, () => large('待つ ')), documentOf([photo])];
  const parked = large('止 ');
  log.author([...waiting, parked], AUDIT, [photo]);
  log.settle([{ operationId: parked.operationId, outcome: 'rejected', code: 'RESOURCE_INVALID' }]);
  log.setSetting('enrolment', '{"deviceId":"kiosk-1"}');
  const confirmedAtHub = confirmed.map((item, index) => ({ sequence: 100 + index, operation: item }));
  return { atHub: [...atHub, ...confirmedAtHub], unsent: [...waiting, parked], parked };
}

function makeDamaged(pages: readonly number[]) {
  const log = open(damaged);
  const day = fill(log);
  const before = new Map<string, Operation>(
    log.heads({}).map(({ operation: item }) => [item.operationId, item]),
  );
  log.close();
  const count = statSync(damaged).size / PAGE_BYTES;
  for (const number of pages) damagePage(number % count);
  return { ...day, before, pages: count };
}

function damagePage(number: number): void {
  const file = openSync(damaged, 'r+');
  writeSync(file, Buffer.alloc(200, 0x5a), 0, 200, number * PAGE_BYTES + 600);
  closeSync(file);
}

/** Damages one page after the other, each alone, until a rescue finds what is looked for. */
function damageUntil(isFound: (report: RescueReport) => boolean): RescueReport {
  const bytes = readFileSync(damaged);
  for (let page = bytes.length / PAGE_BYTES - 1; page > 0; page -= 1) {
    writeFileSync(damaged, bytes);
    damagePage(page);
    const report = rescue();
    if (isFound(report)) return report;
  }
  throw new Error('no page was of that alone');
}

describe('a rescue', () => {
  it('of a log that is not damaged loses nothing', () => {
    const { before, parked, unsent } = makeDamaged([]);
    expect(rescue()).toEqual({
      versionsRead: before.size,
      versionsUnreadable: 0,
      unsent: [],
      picturesUnreadable: 0,
      isOutboxWhole: true,
      areSettingsWhole: true,
    });
    const log = open(fresh);
    expect(new Map(log.heads({}).map(({ operation: item }) => [item.operationId, item]))).toEqual(before);
    expect(
      log
        .outbox(ALL)
        .map(({ operationId }) => operationId)
        .toSorted(),
    ).toEqual(
      unsent
        .filter(item => item !== parked)
        .map(({ operationId }) => operationId)
        .toSorted(),
    );
    expect(idsOf(log.parked().map(({ version }) => version))).toEqual([parked.operationId]);
    expect(log.binaryBytes(photo.binaryId)).toEqual(Buffer.from(photo.bytes));
    expect(log.getSetting('enrolment')).toBe('{"deviceId":"kiosk-1"}');
    expect(log.cursor()).toEqual({ epoch: EPOCH, sequence: 0 });
    expect(idsOf(log.findPatients('ハマ', [CLINIC], 5))).toHaveLength(1);
    log.close();
  });

  it('keeps what can be read, invents nothing, counts what cannot, and gets the rest of the hub', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(400), { minLength: 1, maxLength: 6 }), pages => {
        rmSync(folder, { recursive: true });
        folder = mkdtempSync(join(tmpdir(), 'rescue-'));
        damaged = join(folder, 'chart.db');
        fresh = join(folder, 'fresh.db');
        const { before, atHub, unsent, parked, pages: pageCount } = makeDamaged(pages);
        const report = rescue();
        const log = open(fresh);
        try {
          const ids = new Set(log.operationIds());
          expect(report.versionsRead).toBe(ids.size);
          for (const { operation: item } of log.heads({})) expect(item).toEqual(before.get(item.operationId));

          const lostUnsent = unsent.filter(({ operationId }) => !ids.has(operationId)).length;
          // Where not even the newest number can be read, nobody knows how much there was.
          const isCountKnown = ids.size > 0 && !pages.some(number => number % pageCount === 0);
          const told = report.unsent.length;
          const isTold = report.isOutboxWhole ? told === lostUnsent : told >= lostUnsent;
          expect(isCountKnown ? report.versionsUnreadable : before.size - ids.size).toBe(
            before.size - ids.size,
          );
          expect(isCountKnown ? isTold : true).toBe(true);
          const toSend = new Set(log.outbox(ALL).map(({ operationId }) => operationId));
          const forgotten = unsent.filter(
            ({ operationId }) =>
              ids.has(operationId) && operationId !== parked.operationId && !toSend.has(operationId),
          );
          expect(forgotten).toEqual([]);
          if (log.cursor().epoch !== EPOCH) log.adoptEpoch(EPOCH, DEVICE);
          log.applyPulled(page(atHub));
          const after = new Set(log.operationIds());
          expect(atHub.filter(({ operation: item }) => !after.has(item.operationId))).toEqual([]);
          expect(log.heads({})).toHaveLength(after.size);
        } finally {
          log.close();
        }
      }),
      { numRuns: 30 },
    );
  });

  it('says of what is gone whose it was and what, where that can still be read', () => {
    const log = open(damaged);
    const lost = operation({ resource: vitalSign({ note: [{ text: 'x'.repeat(20_000) }] }) });
    log.author([operation(), lost, operation()], AUDIT);
    log.close();
    const report = damageUntil(found => found.versionsRead === 2 && found.areSettingsWhole);
    expect(report).toMatchObject({
      versionsUnreadable: 1,
      unsent: [{ resourceType: 'Observation', patientId: PATIENT }],
    });
  });

  it('of a rescued log does not tell of the same loss twice', () => {
    makeDamaged([]);
    const first = damageUntil(found => found.versionsUnreadable > 0 && found.areSettingsWhole);
    const again = rescueChartLog({ from: fresh, to: join(folder, 'again.db'), key, newId: randomUUID });
    expect(again).toMatchObject({ versionsUnreadable: 0, versionsRead: first.versionsRead, unsent: [] });
  });

  it('parks a picture that was to be sent and cannot be read, and drops one that the hub has', () => {
    const log = open(damaged);
    const [waiting, delivered] = [binary(150_000, 'photo', 1), binary(150_000, 'photo', 2)];
    const documents = [documentOf([waiting]), documentOf([delivered])];
    log.author(documents, AUDIT, [waiting, delivered]);
    log.settle(
      documents.map(({ operationId }, index) => ({ operationId, outcome: 'applied', sequence: index + 1 })),
    );
    const chunks = log.chunksDue({ bytes: 10_000_000 });
    const one = chunks.find(({ binaryId }) => binaryId === delivered.binaryId)!;
    log.settle([{ operationId: one.operationId, outcome: 'received', missing: [] }]);
    log.close();
    // The bytes of both pictures are the end of this file.
    const pages = statSync(damaged).size / PAGE_BYTES;
    for (let page = pages - 68; page < pages - 4; page += 4) damagePage(page);
    expect(rescue().picturesUnreadable).toBe(1);
    const rescued = open(fresh);
    expect(rescued.parked()).toMatchObject([
      { kind: 'picture', itemId: waiting.binaryId, code: 'STORE_CORRUPT' },
    ]);
    expect(rescued.binary(delivered.binaryId)).toBeUndefined();
    expect(rescued.chunksDue({ bytes: 10_000_000 })).toEqual([]);
    rescued.close();
  });

  it('of a log that is gone, or of which nothing can be read, begins anew and says so', () => {
    const nothing = { versionsRead: 0, areSettingsWhole: false, isOutboxWhole: false };
    expect(rescue()).toMatchObject(nothing);
    makeDamaged([0]);
    expect(rescue()).toMatchObject(nothing);
    truncateSync(damaged, 100);
    expect(rescue()).toMatchObject(nothing);
    const log = open(fresh);
    expect(log.cursor().epoch).not.toBe(EPOCH);
    log.close();
  });
});

it('a damaged head is told from a wrong key', () => {
  makeDamaged([0]);
  const codeOf = (work: () => unknown) => {
    try {
      work();
      return 'opened';
    } catch (error) {
      return error instanceof AppError ? error.code : String(error);
    }
  };
  expect(codeOf(() => open(damaged))).toBe('STORE_CORRUPT');
  const other = new Uint8Array(32).fill(8);
  expect(codeOf(() => openChartLog({ path: damaged, key: other, newId: randomUUID }))).toBe(
    'STORE_KEY_WRONG',
  );
});

it('takes what waits with the hub as the outbox has it', () => {
  makeDamaged([]);
  rescue();
  const log = open(fresh);
  expect(log.outbox(ALL).map(item => versionIn(item).patientId)).toContain(PATIENT);
  log.close();
});
