import { createHash } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError } from '@shimabashi/contracts';
import {
  chartFigures,
  copyDatabase,
  openChartLog,
  readableVersions,
  verifyDatabase,
  wholePictures,
} from '@shimabashi/sync/sqlite';
import * as z from 'zod';
import { lockDataFolder } from '../db/open-database.ts';
import { noteBackup } from './last-backup.ts';

/** The databases of a hub; the chart last, so that whoever wrote in it is in the other one. */
const DATABASES = ['hub.db', 'chart.db'] as const;

const Manifest = z.strictObject({
  /** When the copy was begun, by the clock of the machine. */
  madeAtMs: z.number().int().nonnegative(),
  chart: z.strictObject({
    epoch: z.uuid(),
    versions: z.number().int().nonnegative(),
    newestSequence: z.number().int().nonnegative(),
    operationsHash: z.string(),
  }),
  files: z.array(
    z.strictObject({
      name: z.enum(DATABASES),
      bytes: z.number().int().nonnegative(),
      sha256: z.string(),
    }),
  ),
});
/** What a backup says about itself. It names nobody. */
export type Manifest = z.infer<typeof Manifest>;

interface Place {
  readonly dataDir: string;
  readonly key: Uint8Array;
}

/**
 * Copies the databases of a hub, running or not, into a new folder, reads the copy back, and only then
 * gives it its name. The key is not part of it: it is kept elsewhere, or the copy is worth nothing.
 *
 * @throws AppError `CONFLICT` when the folder is there already; what `verifyBackup` throws.
 */
export function makeBackup({ dataDir, key }: Place, folder: string, nowMs: number): Manifest {
  if (existsSync(folder)) throw new AppError('CONFLICT', 'There is something at this place already.');
  const draft = `${folder}.partial`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  try {
    for (const name of DATABASES) {
      copyDatabase({ from: join(dataDir, name), to: join(draft, name), key });
      syncToDisk(join(draft, name));
    }
    const manifest: Manifest = {
      madeAtMs: nowMs,
      chart: chartFigures(join(draft, 'chart.db'), key),
      files: DATABASES.map(name => ({ name, ...fingerprint(join(draft, name)) })),
    };
    writeFileSync(join(draft, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
    syncToDisk(join(draft, 'manifest.json'));
    verifyBackup(draft, key);
    renameSync(draft, folder);
    syncToDisk(dirname(folder));
    const wholeNumber = wholePictures(join(folder, 'chart.db'), key);
    noteBackup(dataDir, { epoch: manifest.chart.epoch, wholeNumber, madeAtMs: nowMs });
    return manifest;
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Reads a backup from beginning to end: every byte against the manifest, every page against its HMAC,
 * the chart against its figures.
 *
 * @throws AppError `NOT_FOUND` when there is no backup, `STORE_KEY_WRONG`, `STORE_CORRUPT`.
 */
export function verifyBackup(folder: string, key: Uint8Array): Manifest {
  const manifest = readManifest(folder);
  for (const name of DATABASES) {
    const told = manifest.files.find(file => file.name === name);
    const found = existsSync(join(folder, name)) ? fingerprint(join(folder, name)) : undefined;
    if (told === undefined || found?.sha256 !== told.sha256 || found.bytes !== told.bytes) {
      throw new AppError('STORE_CORRUPT', `${name} is not what the manifest says.`);
    }
    verifyDatabase(join(folder, name), key);
  }
  const figures = chartFigures(join(folder, 'chart.db'), key);
  if (JSON.stringify(figures) !== JSON.stringify(manifest.chart)) {
    throw new AppError('STORE_CORRUPT', 'The chart is not what the manifest says.');
  }
  return manifest;
}

/**
 * Reads the databases of a hub itself, running or not, from beginning to end. Gives how many versions
 * the chart holds.
 *
 * @throws AppError `STORE_CORRUPT`, which says which database, how much of it can be read and what to
 * do; `STORE_KEY_WRONG`, `NOT_FOUND`.
 */
export function verifyHub({ dataDir, key }: Place): { readonly versions: number } {
  for (const name of DATABASES) {
    try {
      verifyDatabase(join(dataDir, name), key);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'STORE_CORRUPT') throw error;
      throw new AppError(
        'STORE_CORRUPT',
        `${name} is damaged${name === 'chart.db' ? `: ${readableWords(dataDir, key)}` : ''}. ` +
          'Stop the hub, restore the newest good backup, and leave the kiosks connected: ' +
          'they give back what came after it.',
        { cause: error },
      );
    }
  }
  return { versions: chartFigures(join(dataDir, 'chart.db'), key).versions };
}

function readableWords(dataDir: string, key: Uint8Array): string {
  try {
    const { readable, newestSequence } = readableVersions(join(dataDir, 'chart.db'), key);
    return `${readable} versions can be read, the newest with number ${newestSequence}`;
  } catch {
    return 'nothing of it can be read';
  }
}

/**
 * Puts a backup in the place of a hub's databases, which are set aside and not deleted. The hub then
 * is of another epoch: its kiosks send again what the backup does not have.
 *
 * @throws AppError `CONFIG_INVALID` while a hub runs on the folder; what `verifyBackup` throws, before
 * anything was touched.
 */
export function restoreBackup({ dataDir, key }: Place, folder: string, nowMs: number): { setAside: string } {
  verifyBackup(folder, key);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const unlock = lockDataFolder(join(dataDir, 'hub.lock'));
  try {
    const setAside = join(dataDir, `before-restore-${nowMs}`);
    mkdirSync(setAside, { mode: 0o700 });
    for (const name of DATABASES) {
      for (const suffix of ['', '-wal', '-shm']) {
        const path = join(dataDir, `${name}${suffix}`);
        if (existsSync(path)) renameSync(path, join(setAside, `${name}${suffix}`));
      }
      copyFileSync(join(folder, name), join(dataDir, name));
      syncToDisk(join(dataDir, name));
    }
    syncToDisk(dataDir);
    openChartLog({
      path: join(dataDir, 'chart.db'),
      key,
      newId: () => crypto.randomUUID(),
      renewEpoch: true,
    }).close();
    return { setAside };
  } finally {
    unlock();
  }
}

function readManifest(folder: string): Manifest {
  let text: string;
  try {
    text = readFileSync(join(folder, 'manifest.json'), 'utf8');
  } catch {
    throw new AppError('NOT_FOUND', 'There is no backup at this place.');
  }
  try {
    return Manifest.parse(JSON.parse(text));
  } catch (error) {
    throw new AppError('STORE_CORRUPT', 'The manifest cannot be read.', { cause: error });
  }
}

const READ_BYTES = 1_048_576;

/** In pieces: a chart with photographs is larger than the memory need be. */
function fingerprint(path: string): { bytes: number; sha256: string } {
  const hash = createHash('sha256');
  const file = openSync(path, 'r');
  const buffer = Buffer.alloc(READ_BYTES);
  let bytes = 0;
  for (;;) {
    const count = readSync(file, buffer, 0, READ_BYTES, null);
    if (count === 0) break;
    hash.update(buffer.subarray(0, count));
    bytes += count;
  }
  closeSync(file);
  return { bytes, sha256: hash.digest('hex') };
}

/** SQLite does not wait for the disk when it makes a copy; a folder's entries have to be synced too. */
function syncToDisk(path: string): void {
  const file = openSync(path, 'r');
  fsyncSync(file);
  closeSync(file);
}
