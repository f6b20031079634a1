import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStores } from './hub.ts';
import { readConfig } from './config.ts';
import { patientOperation, SEED } from './testing/test-hub.ts';

const IMPORT = { deviceId: 'import', clinicId: 'kamishima' };
const NAME = '浜口';
let dataDir: string;
let environment: Record<string, string>;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'hub-import-'));
  const seedFile = join(dataDir, 'seed.json');
  writeFileSync(seedFile, JSON.stringify({ ...SEED, staff: SEED.staff.slice(2, 3) }));
  environment = { HUB_DATA_DIR: join(dataDir, 'data'), HUB_SEED_FILE: seedFile };
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

/** The import as a process of its own, as an administrator runs it. */
function importOf(...paths: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'import.ts'), ...paths],
    { env: { PATH: process.env['PATH'], ...environment }, encoding: 'utf8' },
  );
  return { status, stdout, stderr };
}

function fileOf(...lines: unknown[]): string {
  const path = join(dataDir, 'history.ndjson');
  const texts = lines.map(line => (typeof line === 'string' ? line : JSON.stringify(line)));
  writeFileSync(path, texts.join('\n'));
  return path;
}

function keptIds(): readonly string[] {
  const stores = openStores(readConfig(environment));
  try {
    return stores.log.operationIds();
  } finally {
    stores.close();
  }
}

// Real processes with real scrypt, on a machine that is busy with other tests.
describe('the import', { timeout: 60_000 }, () => {
  it('keeps what fits, once, however often it is run', () => {
    const operations = [patientOperation(IMPORT, 'patient-1'), patientOperation(IMPORT, 'patient-2')];
    const file = fileOf(operations[0], '', operations[1]);
    expect(importOf(file)).toEqual({ status: 0, stdout: '2 kept, 0 refused\n', stderr: '' });
    const ids = operations.map(({ operationId }) => operationId);
    expect(keptIds()).toEqual(ids);
    expect(importOf(file)).toMatchObject({ status: 0, stderr: '' });
    expect(keptIds()).toEqual(ids);
  });

  it('names what does not fit by its line, without its content, and keeps the rest', () => {
    const good = patientOperation(IMPORT, 'patient-1');
    const file = fileOf(
      `{"name": "${NAME}"`,
      { ...good, surprise: NAME },
      good,
      { ...patientOperation(IMPORT, 'patient-2'), authorId: 'nobody' },
      { ...patientOperation(IMPORT, 'patient-3'), deviceId: 'kiosk-1' },
    );
    const { status, stdout, stderr } = importOf(file);
    expect(status).toBe(65);
    expect(stdout).toBe('1 kept, 4 refused\n');
    expect(stderr.trim().split('\n').toSorted()).toEqual([
      'line 1: BAD_REQUEST',
      'line 2: BAD_REQUEST',
      'line 4: FORBIDDEN',
      'line 5: FORBIDDEN',
    ]);
    expect(stdout + stderr).not.toContain(NAME);
    expect(keptIds()).toEqual([good.operationId]);
  });

  it.each([
    ['the file is not there', () => [join(dataDir, 'missing.ndjson')]],
    ['it is a folder', () => [dataDir]],
  ])('ends with 78 and one line when %s', (_, paths) => {
    const { status, stdout, stderr } = importOf(...paths());
    expect({ status, stdout }).toEqual({ status: 78, stdout: '' });
    expect(stderr).toMatch(/^[^\n]+\n$/);
  });
});
