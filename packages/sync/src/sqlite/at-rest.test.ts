import { randomUUID } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  closeSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '@shimabashi/contracts';
import { type ChartLog } from '../log.ts';
import {
  AUDIT,
  binary,
  CLINIC,
  documentOf,
  operation,
  patient,
  PATIENT,
  vitalSign,
} from '../testing/index.ts';
import { openChartLog, openEncryptedDatabase, withStoreErrors } from './index.ts';
import { CHART_MIGRATIONS } from './migrations.ts';

const KEY = new Uint8Array(32).fill(7);
let folder: string;
let path: string;
let log: ChartLog;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'at-rest-'));
  path = join(folder, 'chart.db');
  log = open();
});
afterEach(() => {
  log.close();
  rmSync(folder, { recursive: true });
});

const open = (key = KEY) => openChartLog({ path, key, newId: randomUUID });
/** The same file by a second connection, past the log's own methods. */
function withDatabase<Result>(work: (db: Database.Database) => Result): Result {
  const db = openEncryptedDatabase({ path, key: KEY, migrations: CHART_MIGRATIONS });
  try {
    return work(db);
  } finally {
    db.close();
  }
}
const countOf = (table: string) =>
  withDatabase(db => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
const codeOf = (work: () => unknown) => {
  try {
    work();
    return 'nothing was thrown';
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
};

describe('at rest', () => {
  it('shows no name, no birth date and no reading in any of its files', () => {
    log.author([operation({ resource: patient() }), operation({ resource: vitalSign() })], AUDIT);
    log.setSetting('secret', 'scrypt$16384');
    log.findPatients('ハマ', [CLINIC], 5);
    const files = readdirSync(folder);
    expect(files.toSorted()).toEqual(['chart.db', 'chart.db-shm', 'chart.db-wal', 'chart.db.made']);
    const bytes = Buffer.concat(files.map(file => readFileSync(join(folder, file))));
    for (const secret of [
      '濱口',
      'ハマグチ',
      'Hamaguchi',
      'hamaguchi',
      '1941-03-05',
      'Observation',
      'scrypt',
    ]) {
      expect(bytes.includes(secret)).toBe(false);
    }
    expect(bytes.includes('SQLite format 3')).toBe(false);
  });

  it('is readable by its owner only', () => {
    for (const file of readdirSync(folder)) {
      expect(statSync(join(folder, file)).mode & 0o077).toBe(0);
    }
  });

  it('says that the key is wrong, and opens again with the right one', () => {
    log.author([operation()], AUDIT);
    log.close();
    expect(codeOf(() => open(new Uint8Array(32).fill(8)))).toBe('STORE_KEY_WRONG');
    log = open();
    expect(log.operationIds()).toHaveLength(1);
  });

  it('says that the file is damaged when a page is', () => {
    log.author(
      Array.from({ length: 150 }, () => operation({ resource: vitalSign({ note: 'x'.repeat(4_000) }) })),
      AUDIT,
    );
    log.close();
    const pages = statSync(path).size / 4_096;
    const file = openSync(path, 'r+');
    // Behind the tables' own pages.
    for (let page = 100; page < pages; page += 1)
      writeSync(file, Buffer.alloc(100, 1), 0, 100, page * 4_096 + 50);
    closeSync(file);
    log = open();
    expect(codeOf(() => log.heads({}))).toBe('STORE_CORRUPT');
  });

  it.each([
    ['is empty', () => truncateSync(path, 0)],
    ['is gone', () => rmSync(path)],
  ])('does not begin anew when the database %s', (_, lose) => {
    log.author([operation()], AUDIT);
    log.close();
    lose();
    expect(codeOf(open)).toBe('STORE_CORRUPT');
    expect(codeOf(open)).toBe('STORE_CORRUPT');
    rmSync(`${path}.made`);
    log = open();
    expect(log.operationIds()).toEqual([]);
  });

  it.each([
    ['SQLITE_IOERR_FSYNC', 'STORE_CORRUPT'],
    ['SQLITE_READONLY', 'STORE_CORRUPT'],
    ['SQLITE_IOERR_SHMSIZE', 'DISK_FULL'],
  ])('tells %s by a code of ours', (sqliteCode, code) => {
    const failing = () => {
      throw new Database.SqliteError('disk I/O error', sqliteCode);
    };
    expect(codeOf(() => withStoreErrors(failing))).toBe(code);
  });

  it('says that the file cannot be opened', () => {
    mkdirSync(`${path}.folder`);
    expect(codeOf(() => openChartLog({ path: `${path}.folder`, key: KEY, newId: randomUUID }))).toBe(
      'CONFIG_INVALID',
    );
  });

  it('waits for the disk at every commit, also when the file is not new', () => {
    log.author([operation()], AUDIT);
    log.close();
    log = open();
    withDatabase(db => {
      expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
      expect(db.pragma('synchronous', { simple: true })).toBe(2);
    });
  });
});

describe('a call that fails in between', () => {
  it.each([
    ['the third row of the outbox', 'outbox', '(SELECT count(*) FROM outbox) = 2'],
    ['a row of the audit', 'audit', '1'],
    ['a row that heads are searched by', 'observation_code', '1'],
  ])('at %s keeps nothing of it', (_, table, condition) => {
    log.author([operation({ resource: patient() })], AUDIT);
    withDatabase(db =>
      db.exec(
        `CREATE TRIGGER fault BEFORE INSERT ON ${table} WHEN ${condition}
         BEGIN SELECT RAISE(ABORT, 'planted'); END`,
      ),
    );
    const items = [operation(), operation(), operation()];
    expect(() => log.author(items, AUDIT)).toThrow('planted');
    expect([countOf('version'), countOf('outbox'), countOf('head'), countOf('audit')]).toEqual([1, 1, 1, 1]);

    withDatabase(db => db.exec('DROP TRIGGER fault'));
    expect(log.author(items, AUDIT)).toEqual(['saved', 'saved', 'saved']);
    expect([countOf('version'), countOf('outbox'), countOf('head'), countOf('audit')]).toEqual([4, 4, 4, 2]);
  });

  it('at the second row of a photograph keeps neither the picture nor what names it', () => {
    withDatabase(db =>
      db.exec(
        `CREATE TRIGGER fault BEFORE INSERT ON binary_chunk WHEN (SELECT count(*) FROM binary_chunk) = 1
         BEGIN SELECT RAISE(ABORT, 'planted'); END`,
      ),
    );
    const photo = binary(100_000);
    const document = documentOf([photo]);
    expect(() => log.author([document], AUDIT, [photo])).toThrow('planted');
    const tables = [
      'version',
      'outbox',
      'head',
      'audit',
      'binary',
      'binary_chunk',
      'binary_outbox',
      'binary_name',
    ];
    expect(tables.map(countOf)).toEqual(tables.map(() => 0));

    withDatabase(db => db.exec('DROP TRIGGER fault'));
    expect(log.author([document], AUDIT, [photo])).toEqual(['saved']);
    expect(tables.map(countOf)).toEqual([1, 1, 1, 1, 1, 2, 2, 1]);
  });

  it('moves no cursor past a page that was not kept', () => {
    withDatabase(db =>
      db.exec(
        `CREATE TRIGGER fault BEFORE INSERT ON head WHEN (SELECT count(*) FROM head) = 1
         BEGIN SELECT RAISE(ABORT, 'planted'); END`,
      ),
    );
    const versions = [operation(), operation()].map((item, index) => ({
      sequence: index + 1,
      operation: item,
    }));
    const page = { epoch: randomUUID(), versions, nextSequence: 2, more: false };
    expect(() => log.applyPulled(page)).toThrow('planted');
    expect(log.cursor()).toEqual({ epoch: null, sequence: 0 });
    expect(log.operationIds()).toEqual([]);
  });

  it('says that the disk is full, and goes on when there is room', () => {
    withDatabase(db => {
      const write = (chars: number) =>
        withStoreErrors(() =>
          db.prepare('INSERT INTO setting VALUES (?, ?)').run(`${chars}`, 'x'.repeat(chars)),
        );
      db.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true })) + 3}`);
      expect(codeOf(() => write(100_000))).toBe('DISK_FULL');
      write(10);
      expect(db.prepare('SELECT name FROM setting').pluck().all()).toEqual(['10']);
    });
    expect(log.author([operation()], AUDIT)).toEqual(['saved']);
  });
});

describe('the log', () => {
  it('lets nobody change or delete a version', () => {
    log.author([operation({ resource: patient() })], AUDIT);
    withDatabase(db => {
      expect(() => db.exec('DELETE FROM version')).toThrow('never deleted');
      expect(() => db.exec(`UPDATE version SET resource = '{}'`)).toThrow('never changed');
    });
    expect(log.heads({ patientId: PATIENT })).toHaveLength(1);
  });

  it('writes who did what into the audit, in the transaction of the deed', () => {
    log.author([operation()], AUDIT);
    log.accept([operation()], { ...AUDIT, actorId: 'kiosk-2', action: 'sync', patientId: null });
    log.audit({ ...AUDIT, action: 'read' });
    const rows = withDatabase(db => db.prepare('SELECT * FROM audit').all());
    expect(rows).toEqual([
      {
        number: 1,
        actor_id: 'nurse-1',
        device_id: 'kiosk-1',
        action: 'write',
        patient_id: PATIENT,
        at_ms: AUDIT.atMs,
      },
      {
        number: 2,
        actor_id: 'kiosk-2',
        device_id: 'kiosk-1',
        action: 'sync',
        patient_id: null,
        at_ms: AUDIT.atMs,
      },
      {
        number: 3,
        actor_id: 'nurse-1',
        device_id: 'kiosk-1',
        action: 'read',
        patient_id: PATIENT,
        at_ms: AUDIT.atMs,
      },
    ]);
  });
});
