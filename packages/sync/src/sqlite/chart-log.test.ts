import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeChartLogContract } from '../testing/index.ts';
import { openChartLog } from './index.ts';

describeChartLogContract('SQLite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chart-log-'));
  const key = new Uint8Array(32).fill(7);
  return {
    open: options => openChartLog({ path: join(folder, 'chart.db'), key, newId: randomUUID, ...options }),
    remove: () => rmSync(folder, { recursive: true }),
  };
});
