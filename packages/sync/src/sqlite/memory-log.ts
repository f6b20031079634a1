import Database from 'better-sqlite3';
import { type ChartLog } from '../log.ts';
import { type ChartLogOptions, SqliteChartLog } from './chart-log.ts';
import { migrate } from './migrate.ts';
import { CHART_MIGRATIONS } from './migrations.ts';

/** A log that lives in memory, and can be copied as a backup copies a file. */
export interface MemoryLog {
  readonly log: ChartLog;
  /** The whole database as it is now. */
  image(): Uint8Array;
}

/** For simulations: nothing is encrypted, nothing lasts. Begins as `image`, if there is one. */
export function openMemoryLog(
  options: Pick<ChartLogOptions, 'newId' | 'renewEpoch'> & { readonly image?: Uint8Array },
): MemoryLog {
  const { image, ...rest } = options;
  const db = new Database(image === undefined ? ':memory:' : Buffer.from(image));
  db.pragma('foreign_keys = ON');
  db.pragma('temp_store = MEMORY');
  migrate(db, CHART_MIGRATIONS);
  return { log: new SqliteChartLog(db, rest), image: () => db.serialize() };
}
