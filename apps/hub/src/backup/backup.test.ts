import { createHash, randomUUID } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readOrCreateKey } from '../db/encryption-key.ts';
import { operationOf, patientOperation, startTestHub, type TestHub } from '../testing/test-hub.ts';
import { makeBackup, restoreBackup, verifyBackup, verifyHub } from './backup.ts';

const NOW_MS = 1_800_000_000_000;
let dir: string;
let hub: TestHub;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'hub-backup-'));
  hub = await startTestHub({ dataDir: dir });
});
afterEach(async () => {
  await hub.stop();
  rmSync(dir, { recursive: true, force: true });
});

const place = () => ({ dataDir: dir, key: readOrCreateKey(join(dir, 'chart.key'), true) });
const copy = () => join(dir, 'copies', 'monday');

async function pushPatient(id: string): Promise<string> {
  const kiosk = await hub.kiosk('kamishima-1').catch(() => hub.kiosk('kamishima-2'));
  const operation = patientOperation(kiosk, id);
  await hub.ask('sync.push', { operations: [operation] }, kiosk.headers);
  return operation.operationId;
}

describe('a photograph', () => {
  it('is backed up once a verified backup has all of it, and no longer when the hub was restored', async () => {
    const kiosk = await hub.kiosk('sakate-2');
    const [first, second] = [jpegOf(1), jpegOf(2)];
    const backedUp = async () =>
      (await hub.ask('sync.backed-up', { binaryIds: [first.binaryId, second.binaryId] }, kiosk.headers))
        .binaryIds;
    const deliver = async (photo: typeof first) => {
      const patientId = `p-${photo.binaryId.slice(0, 8)}`;
      const document = operationOf(kiosk, photo.document(patientId), patientId);
      const operations = [patientOperation(kiosk, patientId), document, photo.chunk];
      const { results } = await hub.ask('sync.push', { operations }, kiosk.headers);
      expect(results.map(({ outcome }) => outcome)).toEqual(['applied', 'applied', 'received']);
    };
    await deliver(first);
    expect(await backedUp()).toEqual([]);
    makeBackup(place(), copy(), NOW_MS);
    await deliver(second);
    expect(await backedUp()).toEqual([first.binaryId]);

    await hub.stop();
    restoreBackup(place(), copy(), NOW_MS);
    hub = await startTestHub({ dataDir: dir });
    const { headers: again } = await hub.signIn(kiosk);
    const ask = { binaryIds: [first.binaryId] };
    expect(await hub.ask('sync.backed-up', ask, again)).toEqual({ binaryIds: [] });
    makeBackup(place(), join(dir, 'copies', 'tuesday'), NOW_MS);
    expect(await hub.ask('sync.backed-up', ask, again)).toEqual({ binaryIds: [first.binaryId] });
  });
});

function jpegOf(seed: number) {
  const bytes = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(3_000, seed)]);
  const binaryId = createHash('sha256').update(bytes).digest('hex');
  const sizeBytes = bytes.length;
  return {
    binaryId,
    chunk: {
      operationId: randomUUID(),
      binaryId,
      sizeBytes,
      index: 0,
      dataBase64: bytes.toString('base64'),
    },
    document: (patientId: string) => ({
      resourceType: 'DocumentReference',
      id: randomUUID(),
      status: 'current',
      subject: { reference: `Patient/${patientId}` },
      content: [{ attachment: { contentType: 'image/jpeg', url: `Binary/${binaryId}`, size: sizeBytes } }],
    }),
  };
}

describe('the databases of a hub', () => {
  it('are read while it runs', async () => {
    await pushPatient('p-1');
    expect(verifyHub(place())).toEqual({ versions: 1 });
  });

  it.each([
    ['chart.db', 0, 'chart.db is damaged: nothing of it can be read'],
    ['chart.db', 4, /^chart\.db is damaged: \d+ versions can be read/],
    ['hub.db', 3, 'hub.db is damaged. Stop the hub'],
  ])('are named when they are damaged: %s, page %i', async (name, page, words) => {
    await pushPatient('p-1');
    await hub.stop();
    const file = openSync(join(dir, name), 'r+');
    writeSync(file, Buffer.alloc(100, 1), 0, 100, page * 4_096 + 500);
    expect(() => verifyHub(place())).toThrow(words);
    hub = await startTestHub();
  });
});

describe('a backup', () => {
  it('is made while the hub runs, holds what was there, and is read back', async () => {
    await pushPatient('p-before');
    const manifest = makeBackup(place(), copy(), NOW_MS);
    expect(manifest).toMatchObject({ madeAtMs: NOW_MS, chart: { versions: 1 } });
    await pushPatient('p-after');
    expect(verifyBackup(copy(), place().key)).toEqual(manifest);
    expect(readdirSync(join(dir, 'copies'))).toEqual(['monday']);
  });

  it('holds no plain text', async () => {
    await pushPatient('p-before');
    makeBackup(place(), copy(), NOW_MS);
    for (const name of readdirSync(copy()))
      expect(readFileSync(join(copy(), name)).includes('浜口')).toBe(false);
  });

  it('never takes the place of another one', () => {
    makeBackup(place(), copy(), NOW_MS);
    expect(() => makeBackup(place(), copy(), NOW_MS)).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
  });

  it('with one byte changed anywhere is refused, and so is another key', () => {
    makeBackup(place(), copy(), NOW_MS);
    expect(() => verifyBackup(copy(), new Uint8Array(32))).toThrow(
      expect.objectContaining({ code: 'STORE_KEY_WRONG' }),
    );
    for (const name of ['chart.db', 'hub.db']) {
      const path = join(copy(), name);
      const before = readFileSync(path);
      const at = Math.floor(before.length * 0.7);
      writeSync(openSync(path, 'r+'), Uint8Array.of(before[at]! ^ 1), 0, 1, at);
      expect(() => verifyBackup(copy(), place().key)).toThrow(
        expect.objectContaining({ code: 'STORE_CORRUPT' }),
      );
      writeSync(openSync(path, 'r+'), before);
      expect(() => verifyBackup(copy(), place().key)).not.toThrow();
    }
  });

  it('is not restored under a hub that runs', () => {
    makeBackup(place(), copy(), NOW_MS);
    expect(() => restoreBackup(place(), copy(), NOW_MS)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  });

  it('restored is yesterday under a new epoch, with its kiosks and people; nothing is deleted', async () => {
    const kept = await pushPatient('p-before');
    makeBackup(place(), copy(), NOW_MS);
    const lost = await pushPatient('p-after');
    await hub.stop();
    const { setAside } = restoreBackup(place(), copy(), NOW_MS);
    expect(readdirSync(setAside)).toContain('chart.db');

    hub = await startTestHub({ dataDir: dir });
    const kiosk = await hub.kiosk('sakate-1');
    expect(kiosk.deviceId).toBeDefined();
    const { epoch } = await hub.ask(
      'sync.pull',
      { cursor: { epoch: null, sequence: 0 }, limit: 10 },
      kiosk.headers,
    );
    expect(epoch).not.toBe(verifyBackup(copy(), place().key).chart.epoch);
    makeBackup(place(), join(dir, 'copies', 'tuesday'), NOW_MS);
    expect(verifyBackup(join(dir, 'copies', 'tuesday'), place().key).chart.versions).toBe(1);
    expect(kept).not.toBe(lost);
  });

  it('is made from the command line, which says what is wrong in one line', () => {
    const command = (...words: string[]) => {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [join(import.meta.dirname, 'main.ts'), ...words],
        {
          env: { PATH: process.env['PATH'], HUB_DATA_DIR: dir, HUB_KEY_FILE: join(dir, 'chart.key') },
          encoding: 'utf8',
        },
      );
      return { status, stdout, stderr };
    };
    expect(command('backup', copy())).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('backed up'),
    });
    expect(command('verify', copy())).toMatchObject({ status: 0, stdout: expect.stringContaining('good') });
    expect(command('restore', copy())).toMatchObject({
      status: 78,
      stderr: 'HUB_DATA_DIR: another hub is running on this folder\n',
    });
    expect(command('verify', join(dir, 'nothing'))).toMatchObject({
      status: 65,
      stderr: 'NOT_FOUND: There is no backup at this place.\n',
    });
    expect(command()).toMatchObject({ status: 78 });
  }, 30_000);
});
