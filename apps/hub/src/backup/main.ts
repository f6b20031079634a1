import { resolve } from 'node:path';
import { AppError } from '@shimabashi/contracts';
import { systemClock } from '../clock.ts';
import { readConfig } from '../config.ts';
import { readOrCreateKey } from '../db/encryption-key.ts';
import { makeBackup, type Manifest, restoreBackup, verifyBackup, verifyHub } from './backup.ts';

/** EX_CONFIG and EX_DATAERR of sysexits(3). */
const EXIT_CONFIG = 78;
const EXIT_DATA = 65;

const USAGE = `Which? With the settings of the hub in the environment:
  backup FOLDER    copies the databases of a hub, running or not, and reads the copy back
  verify FOLDER    reads a backup from beginning to end
  verify           reads the hub's own databases, and says what of them is damaged
  restore FOLDER   puts a backup in place; the hub must be stopped`;

function run([command, folder]: readonly string[]): string {
  if (folder === undefined && command !== 'verify') throw new AppError('CONFIG_INVALID', USAGE);
  const { dataDir, keyFile } = readConfig(process.env);
  const place = { dataDir, key: readOrCreateKey(keyFile, true) };
  if (folder === undefined) return `good: the hub's databases, ${verifyHub(place).versions} versions`;
  const at = resolve(folder);
  switch (command) {
    case 'backup':
      return `backed up: ${words(makeBackup(place, at, systemClock.nowMs()))}`;
    case 'verify':
      return `good: ${words(verifyBackup(at, place.key))}`;
    case 'restore': {
      const { setAside } = restoreBackup(place, at, systemClock.nowMs());
      return `restored; what was there before is in ${setAside}`;
    }
    case undefined:
    default:
      throw new AppError('CONFIG_INVALID', USAGE);
  }
}

function words({ chart, files, madeAtMs }: Manifest): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return `${chart.versions} versions, ${bytes} bytes, of ${new Date(madeAtMs).toISOString()}`;
}

try {
  process.stdout.write(`${run(process.argv.slice(2))}\n`);
} catch (error) {
  if (!(error instanceof AppError)) throw error;
  process.stderr.write(
    error.code === 'CONFIG_INVALID' ? `${error.message}\n` : `${error.code}: ${error.message}\n`,
  );
  process.exitCode = error.code === 'CONFIG_INVALID' ? EXIT_CONFIG : EXIT_DATA;
}
