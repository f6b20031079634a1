import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { workerFolder } from './cache.ts';
import { prepareMediaWorker } from './prepare.ts';

const folder = mkdtempSync(join(tmpdir(), 'prepare-'));
/** It starts as a worker does, and is none. */
writeFileSync(join(folder, 'mediasoup-worker'), '#!/bin/sh\nexit 41\n');
chmodSync(join(folder, 'mediasoup-worker'), 0o755);
spawnSync('tar', ['-czf', join(folder, 'worker.tgz'), '-C', folder, 'mediasoup-worker']);
const mirror = createServer((_request, response) => response.end(readFileSync(join(folder, 'worker.tgz'))));
await new Promise<void>(resolve => mirror.listen(0, '127.0.0.1', resolve));
afterAll(() => {
  mirror.close();
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

it('keeps no worker that fails a check, and says how to go on', async () => {
  const { port } = mirror.address() as AddressInfo;
  vi.stubEnv('MEDIASOUP_WORKER_BIN', '');
  vi.stubEnv('XDG_CACHE_HOME', folder);
  vi.stubEnv('MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL', `http://127.0.0.1:${port}`);
  vi.spyOn(console, 'log').mockImplementation(() => {});
  await expect(prepareMediaWorker()).rejects.toThrow(/it failed a check \(SRTP[\s\S]*pnpm media-worker/);
  expect(existsSync(workerFolder())).toBe(false);
  expect(process.env['MEDIASOUP_WORKER_BIN']).toBe('');
});

it('takes the worker that it is told, if that starts', async () => {
  const given = join(folder, 'mediasoup-worker');
  vi.stubEnv('MEDIASOUP_WORKER_BIN', given);
  await expect(prepareMediaWorker()).resolves.toBe(given);
  vi.stubEnv('MEDIASOUP_WORKER_BIN', join(folder, 'gone'));
  await expect(prepareMediaWorker()).rejects.toThrow('does not start here');
});
