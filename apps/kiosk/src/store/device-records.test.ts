import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '@shimabashi/contracts';
import { DeviceRecords, deviceStoreHandlers, openDeviceRecords } from './device-records.ts';
import { sampleAt } from './testing/kiosk.ts';
import { MORNING_MS } from './testing/people.ts';

const KEY = new Uint8Array(32).fill(7);
let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shimabashi-records-'));
  path = join(folder, 'devices.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = () => new DeviceRecords({ path, key: KEY, nowMs: () => MORNING_MS });
const record = (sampleId: string) => sampleAt(MORNING_MS, { sampleId, origin: 'stored', rawHex: 'c0ffee' });

describe('what devices remember', () => {
  it('is kept once each, over a restart', () => {
    const before = open();
    before.keep([record('cuff/record/a'), record('cuff/record/b')]);
    before.keep([record('cuff/record/b'), record('cuff/record/c')]);
    before.close();
    const after = open();
    expect(after.knownIds()).toEqual(['cuff/record/a', 'cuff/record/b', 'cuff/record/c']);
    after.close();
  });

  it('is on the disk in no readable form, nor is what crossed a line', () => {
    const records = open();
    records.keep([record('cuff/record/a')]);
    records.appendRaw('bed-1', 'PID|1||00417||ISOZAKI^CHIYO');
    records.close();
    for (const name of readdirSync(folder)) {
      const bytes = readFileSync(join(folder, name)).toString('latin1');
      expect(bytes).not.toMatch(/c0ffee|ISOZAKI|cuff/);
    }
  });

  it('lets the oldest of a line go, and only of that line', () => {
    const records = open();
    records.appendRaw('cuff-1', 'of a cuff\n');
    const chunk = `${'x'.repeat(262_143)}\n`;
    for (let at = 0; at < 34; at += 1) records.appendRaw('bed-1', `${at} ${chunk}`);
    const text = records.rawText('bed-1');
    expect(text.length).toBeLessThanOrEqual(8_388_608);
    expect(text.length).toBeGreaterThan(8_000_000);
    expect(text.endsWith(`33 ${chunk}`)).toBe(true);
    expect(records.rawText('cuff-1')).toBe('of a cuff\n');
    expect(records.rawSizes()).toEqual([
      { deviceId: 'bed-1', chars: text.length },
      { deviceId: 'cuff-1', chars: 10 },
    ]);
    records.close();
  });

  it('that cannot be opened is said at each asking, and stops nothing else', async () => {
    writeFileSync(path, 'no database at all'.repeat(300));
    const records = openDeviceRecords({ path, key: KEY, nowMs: () => MORNING_MS });
    expect(records).toBeInstanceOf(AppError);
    const handlers = deviceStoreHandlers(records);
    expect(() => handlers['records.known']({}, null)).toThrow(
      expect.objectContaining({ code: 'STORE_KEY_WRONG' }),
    );
  });
});
