import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadChartKey } from './chart-key.ts';

describe('loadChartKey', () => {
  let folder: string;
  let files: { keyFile: string; databaseFile: string };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'shimabashi-key-'));
    files = { keyFile: join(folder, 'keys', 'chart.key'), databaseFile: join(folder, 'chart.db') };
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('makes a key once, for the eyes of its owner only', () => {
    const key = loadChartKey(files);
    expect(key).toHaveLength(32);
    expect(statSync(files.keyFile).mode & 0o777).toBe(0o600);
    expect(Buffer.compare(loadChartKey(files), key)).toBe(0);
    expect(readdirSync(join(folder, 'keys'))).toEqual(['chart.key']);
  });

  it('says that the key cannot be read', () => {
    mkdirSync(files.keyFile, { recursive: true });
    expect(() => loadChartKey(files)).toThrow(expect.objectContaining({ code: 'STORE_KEY_WRONG' }));
  });

  it('makes no second key beside a database', () => {
    writeFileSync(files.databaseFile, '');
    expect(() => loadChartKey(files)).toThrow(expect.objectContaining({ code: 'STORE_KEY_WRONG' }));
  });

  it('refuses a key file that holds no key', () => {
    loadChartKey(files);
    writeFileSync(files.keyFile, 'not a key');
    expect(() => loadChartKey(files)).toThrow(expect.objectContaining({ code: 'STORE_KEY_WRONG' }));
  });
});
