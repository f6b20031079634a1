import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { loadChartKey } from './chart-key.ts';
import { DeviceRecords } from './device-records.ts';

const MAIN = new URL('raw-log-main.ts', import.meta.url).pathname;
const folders: string[] = [];
const folder = () => {
  const made = mkdtempSync(join(tmpdir(), 'shimabashi-raw-'));
  folders.push(made);
  return made;
};
afterEach(() => {
  for (const made of folders.splice(0)) rmSync(made, { recursive: true });
});
const run = (dataDir: string, ...words: string[]) =>
  spawnSync(process.execPath, [MAIN, ...words], {
    env: { ...process.env, KIOSK_DATA_DIR: dataDir },
    encoding: 'utf8',
  });

it('gives what crossed the line of one device, and says which there are', () => {
  const dataDir = folder();
  const key = loadChartKey({
    keyFile: join(dataDir, 'chart.key'),
    databaseFile: join(dataDir, 'chart.db'),
  });
  const records = new DeviceRecords({ path: join(dataDir, 'devices.db'), key, nowMs: Date.now });
  records.appendRaw('cuff-1', '{"rawLog":1}\n');
  records.close();
  expect(run(dataDir, 'cuff-1')).toMatchObject({ status: 0, stdout: '{"rawLog":1}\n' });
  expect(run(dataDir)).toMatchObject({ status: 0, stdout: '', stderr: 'cuff-1  13 characters\n' });
  expect(run(dataDir, 'other')).toMatchObject({ status: 64, stdout: '' });
});

it('makes nothing where there is nothing', () => {
  const dataDir = folder();
  expect(run(dataDir, 'cuff-1').status).toBe(78);
  expect(readdirSync(dataDir)).toEqual([]);
});
