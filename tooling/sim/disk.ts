import { AppError } from '@shimabashi/contracts';
import { type ChartLog } from '@shimabashi/sync';

/** The disk below one log. Full, it refuses every write, and what was committed stays. */
export class Disk {
  isFull = false;
}

const WRITES = new Set<keyof ChartLog>([
  'author',
  'accept',
  'acceptChunks',
  'applyPulled',
  'applyBackfill',
  'adoptEpoch',
  'settle',
  'audit',
  'setSetting',
]);

/** The same log, on that disk. */
export function onDisk(log: ChartLog, disk: Disk): ChartLog {
  return new Proxy(log, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...words: unknown[]): unknown => {
        if (disk.isFull && WRITES.has(name as keyof ChartLog)) {
          throw new AppError('DISK_FULL', 'The disk is full.');
        }
        return Reflect.apply(value, target, words);
      };
    },
  });
}
