import { spawnSync } from 'node:child_process';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { WORKER_VERSION, workerIn } from './cache.ts';

/** Nobody waits longer for an answer that may not come: sites without a way to it are common. */
const ANSWER_WITHIN_MS = 3_000;
const DOWNLOAD_WITHIN_MS = 120_000;

/**
 * Where mediasoup's own install script looks (`downloadPrebuiltWorker` in its `npm-scripts.mjs`), its
 * environment variable for a mirror included.
 */
export function prebuiltUrl(environment: NodeJS.ProcessEnv): string {
  const mirror = environment['MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL'] ?? '';
  const base = mirror === '' ? 'https://github.com/versatica/mediasoup/releases/download' : mirror;
  const kernel = process.platform === 'linux' ? `-kernel${release().split('.')[0]}` : '';
  return `${base}/${WORKER_VERSION}/mediasoup-worker-${WORKER_VERSION}-${process.platform}-${process.arch}${kernel}.tgz`;
}

/** Puts the official worker into the folder. Undefined when it is there, else why it is not. */
export async function fetchPrebuilt(folder: string, url: string): Promise<string | undefined> {
  const archive = join(folder, 'prebuilt.tgz');
  try {
    writeFileSync(archive, await download(url));
    // `tar` is part of Linux, macOS and Windows; the archive holds the program and nothing else.
    const done = spawnSync('tar', ['-xzf', archive, '-C', folder], { encoding: 'utf8' });
    if (done.status !== 0) return `its archive cannot be read: ${done.stderr.trim()}`;
    chmodSync(workerIn(folder), 0o755);
    return undefined;
  } catch (error) {
    return whyOf(error);
  } finally {
    rmSync(archive, { force: true });
  }
}

async function download(url: string): Promise<Buffer> {
  const abort = new AbortController();
  const late = (what: string, afterMs: number) =>
    setTimeout(() => abort.abort(new Error(`${what} within ${afterMs / 1000} s`)), afterMs);
  const noAnswer = late('no answer', ANSWER_WITHIN_MS);
  const tooSlow = late('not finished', DOWNLOAD_WITHIN_MS);
  try {
    const response = await fetch(url, { signal: abort.signal });
    clearTimeout(noAnswer);
    if (!response.ok) throw new Error(`status ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } finally {
    clearTimeout(noAnswer);
    clearTimeout(tooSlow);
  }
}

/** `fetch` says "fetch failed" and hides the reason below. */
function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}
