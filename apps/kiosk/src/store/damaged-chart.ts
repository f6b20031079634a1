import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError, type RescueReport } from '@shimabashi/contracts';
import { type ChartLog } from '@shimabashi/sync';
import { openChartLog, rescueChartLog, verifyDatabase } from '@shimabashi/sync/sqlite';
import { type IdentityFile, restoreIdentity } from './identity-copy.ts';
import { StoreSettings } from './settings.ts';

export interface ChartFile {
  readonly databaseFile: string;
  readonly key: Uint8Array;
  readonly identity: IdentityFile;
  readonly nowMs: () => number;
  readonly newId: () => string;
  /** What comes now may take minutes. */
  readonly onRepairing: () => void;
  /** The file turned out to be damaged while it was in use. The next start looks after it. */
  readonly onDamaged: () => void;
}

/**
 * Opens a kiosk's chart. One that is damaged is built anew from what can be read of it; the hub gives
 * the rest, and what neither has is told to the nurse (`outbox.rescue`). The damaged file is set aside.
 *
 * Whatever happens meanwhile, the next start goes on: the new file is whole before the old one moves.
 *
 * @throws AppError as `openChartLog`; `DISK_FULL` when there is no room for the new file.
 */
export function openKioskChart(file: ChartFile): ChartLog {
  finishRescue(file);
  if (existsSync(markOf(file)) && isDamagedNow(file)) rescue(file);
  try {
    return open(file);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'STORE_CORRUPT') throw error;
    rescue(file);
    return open(file);
  }
}

function open(file: ChartFile): ChartLog {
  const { databaseFile: path, key, newId, onDamaged } = file;
  return openChartLog({
    path,
    key,
    newId,
    onDamaged: () => {
      noteDamaged(file);
      onDamaged();
    },
  });
}

/** A disk that failed once may be well again: then nothing is touched. */
function isDamagedNow(file: ChartFile): boolean {
  file.onRepairing();
  try {
    verifyDatabase(file.databaseFile, file.key);
    rmSync(markOf(file), { force: true });
    return false;
  } catch (error) {
    if (error instanceof AppError && error.code === 'STORE_CORRUPT') return true;
    if (error instanceof AppError && error.code === 'NOT_FOUND') return true;
    throw error;
  }
}

function rescue(file: ChartFile): void {
  const { databaseFile, key, newId, nowMs, onRepairing, identity } = file;
  onRepairing();
  const draft = `${databaseFile}.draft`;
  const found = rescueChartLog({ from: databaseFile, to: draft, key, newId });
  const log = openChartLog({ path: draft, key, newId });
  try {
    const isKnown = restoreIdentity(identity, log);
    const { unsent, ...rest } = found;
    const groups = Map.groupBy(unsent, each => `${each.patientId}\n${each.resourceType}`);
    const report: RescueReport = {
      ...rest,
      rescuedAtMs: nowMs(),
      unsent: [...groups.values()].map(group => ({ ...group[0]!, count: group.length })).slice(0, UNSENT_MAX),
      unsentInAll: unsent.length,
      areSettingsWhole: rest.areSettingsWhole || isKnown,
    };
    new StoreSettings(log).set('rescue', report);
  } finally {
    log.close();
    rmSync(`${draft}.made`, { force: true });
  }
  renameSync(draft, rescuedOf(file));
  finishRescue(file);
}

/** Puts the new file in the place of the damaged one, which is kept. Goes on where a power cut ended it. */
function finishRescue(file: ChartFile): void {
  if (!existsSync(rescuedOf(file))) return;
  const { databaseFile, nowMs } = file;
  const aside = join(dirname(databaseFile), `damaged-${nowMs()}`);
  mkdirSync(aside, { recursive: true, mode: 0o700 });
  for (const suffix of ['-wal', '-shm', '']) {
    const path = `${databaseFile}${suffix}`;
    if (existsSync(path)) renameSync(path, join(aside, `chart.db${suffix}`));
  }
  renameSync(rescuedOf(file), databaseFile);
  rmSync(markOf(file), { force: true });
  syncFolder(dirname(databaseFile));
}

function noteDamaged(file: ChartFile): void {
  try {
    const mark = openSync(markOf(file), 'a', 0o600);
    fsyncSync(mark);
    closeSync(mark);
  } catch {
    // A disk that takes nothing any more: the next start finds the same.
  }
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  fsyncSync(folder);
  closeSync(folder);
}

function markOf({ databaseFile }: ChartFile): string {
  return `${databaseFile}.damaged`;
}

/** The new file, whole, on its way to its place. */
function rescuedOf({ databaseFile }: ChartFile): string {
  return `${databaseFile}.rescued`;
}

/** More lines than anybody reads; the number says how much it is in all. */
const UNSENT_MAX = 200;
