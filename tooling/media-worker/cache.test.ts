import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readMarker, starts, WORKER_VERSION, workerFolder, workerIn, writeMarker } from './cache.ts';
import { refuseOtherVersion } from './prepare.ts';

const folder = mkdtempSync(join(tmpdir(), 'cache-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('keeps the worker outside the checkout, under everything that it depends on', () => {
  const found = workerFolder({ XDG_CACHE_HOME: folder });
  expect(found.startsWith(join(folder, 'shimabashi', 'media-worker', `${WORKER_VERSION}-`))).toBe(true);
  expect(found).toContain(`-${process.platform}-${process.arch}-`);
  expect(workerFolder({ XDG_CACHE_HOME: folder })).toBe(found);
});

it('goes elsewhere when the cache folder cannot be had, or others may write into it', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(workerFolder({ XDG_CACHE_HOME: file }).startsWith(tmpdir())).toBe(true);
  const open = join(folder, 'open');
  mkdirSync(join(open, 'shimabashi'), { recursive: true });
  chmodSync(join(open, 'shimabashi'), 0o777);
  expect(workerFolder({ XDG_CACHE_HOME: open }).startsWith(open)).toBe(false);
});

it('trusts no worker without the marker of its version', () => {
  expect(readMarker(folder)).toBeUndefined();
  writeFileSync(workerIn(folder), '#!/bin/sh\nexit 1\n');
  writeMarker(folder, { version: '3.0.0', origin: 'built here', checks: [] });
  expect(readMarker(folder)).toBeUndefined();
  const marker = { version: WORKER_VERSION, origin: 'built here', checks: ['one'] } as const;
  writeMarker(folder, marker);
  expect(readMarker(folder)).toEqual(marker);
  expect(starts(workerIn(folder))).toBe(false);
});

it('refuses a version that the shims were not made for', () => {
  expect(() => refuseOtherVersion(WORKER_VERSION)).not.toThrow();
  expect(() => refuseOtherVersion('3.28.0')).toThrow(/pinned to 3\.27\.1/);
});
