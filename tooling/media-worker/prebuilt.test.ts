import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { starts, workerIn } from './cache.ts';
import { fetchPrebuilt, prebuiltUrl } from './prebuilt.ts';

const folder = mkdtempSync(join(tmpdir(), 'prebuilt-'));
const server = createServer((request, response) => {
  if (request.url?.endsWith('/good.tgz') === true) response.end(readFileSync(join(folder, 'good.tgz')));
  else if (request.url?.endsWith('/bad.tgz') === true) response.end('no archive');
  else response.writeHead(404).end();
});
await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

it('asks where mediasoup’s own install script asks, or at the mirror', () => {
  const name = /\/3\.27\.1\/mediasoup-worker-3\.27\.1-\w+-\w+(-kernel\d+)?\.tgz$/;
  expect(prebuiltUrl({})).toMatch(/^https:\/\/github\.com\/versatica\/mediasoup\/releases\/download\//);
  expect(prebuiltUrl({})).toMatch(name);
  const mirrored = prebuiltUrl({ MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL: 'https://mirror.example/m' });
  expect(mirrored.startsWith('https://mirror.example/m/3.27.1/')).toBe(true);
  expect(mirrored).toMatch(name);
});

it('unpacks a worker that starts', async () => {
  // What a worker does that is not told its version.
  writeFileSync(join(folder, 'mediasoup-worker'), '#!/bin/sh\nexit 41\n');
  chmodSync(join(folder, 'mediasoup-worker'), 0o755);
  spawnSync('tar', ['-czf', join(folder, 'good.tgz'), '-C', folder, 'mediasoup-worker']);
  rmSync(join(folder, 'mediasoup-worker'));
  await expect(fetchPrebuilt(folder, `${base}/good.tgz`)).resolves.toBeUndefined();
  expect(starts(workerIn(folder))).toBe(true);
});

it.each([
  ['there is none', `${base}/none.tgz`, 'status 404'],
  ['it is no archive', `${base}/bad.tgz`, 'its archive cannot be read'],
  ['nobody answers', 'http://127.0.0.1:1/none.tgz', ''],
])('says why when %s', async (_when, url, why) => {
  expect(await fetchPrebuilt(folder, url)).toContain(why);
});
