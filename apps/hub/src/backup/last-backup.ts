import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** What the newest verified backup holds, as the hub itself remembers it. */
const LastBackup = z.object({
  epoch: z.uuid(),
  /** Of pictures (`wholePictures`). */
  wholeNumber: z.number().int().nonnegative(),
  madeAtMs: z.number().int().nonnegative(),
});
export type LastBackup = z.infer<typeof LastBackup>;

const fileIn = (dataDir: string): string => join(dataDir, 'last-backup.json');

/** Whole or not at all. It names nobody. */
export function noteBackup(dataDir: string, backup: LastBackup): void {
  const draft = `${fileIn(dataDir)}.draft`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeSync(file, JSON.stringify(backup));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, fileIn(dataDir));
}

/** Undefined where there is none, or nothing can be read of it: then nothing counts as backed up. */
export function readLastBackup(dataDir: string): LastBackup | undefined {
  try {
    return LastBackup.parse(JSON.parse(readFileSync(fileIn(dataDir), 'utf8')));
  } catch {
    return undefined;
  }
}
