import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { buildWorker, installTools } from './build.ts';
import {
  installedVersion,
  type Marker,
  readMarker,
  shimTestIn,
  starts,
  WORKER_VERSION,
  workerFolder,
  workerIn,
  writeMarker,
} from './cache.ts';
import { checkWorker } from './checks/index.ts';
import { alone } from './lock.ts';
import { fetchPrebuilt, prebuiltUrl } from './prebuilt.ts';

type Say = (line: string) => void;
const print: Say = line => console.log(`media worker: ${line}`);

/**
 * Has a worker of mediasoup that was checked on this machine, and names it to every process that this
 * one starts (`MEDIASOUP_WORKER_BIN`). Takes no time when there is one, else minutes, and says so.
 *
 * @returns its path
 * @throws Error whose message says what failed and how to go on
 */
export async function prepareMediaWorker(options: { rebuild?: boolean } = {}): Promise<string> {
  const given = process.env['MEDIASOUP_WORKER_BIN'] ?? '';
  if (given !== '') {
    if (starts(given)) return given;
    throw new Error(`MEDIASOUP_WORKER_BIN names ${given}, which does not start here. Unset it, or mend it.`);
  }
  refuseOtherVersion(installedVersion());
  const folder = workerFolder();
  if (options.rebuild === true || !isUsable(folder)) {
    mkdirSync(dirname(folder), { recursive: true });
    await alone(`${folder}.lock`, print, async say => {
      // Another copy may have finished it while we waited.
      if (options.rebuild === true || !isUsable(folder)) await make(folder, say);
    });
  }
  const worker = workerIn(folder);
  process.env['MEDIASOUP_WORKER_BIN'] = worker;
  return worker;
}

/** @throws Error for a version whose source nobody has compared with the shims yet */
export function refuseOtherVersion(version: string): void {
  if (version === WORKER_VERSION) return;
  throw new Error(
    `mediasoup ${version} is installed, and the worker is pinned to ${WORKER_VERSION}. ` +
      'tooling/media-worker/README.md says how the pin is moved.',
  );
}

function isUsable(folder: string): boolean {
  const marker = readMarker(folder);
  if (marker === undefined) return false;
  if (starts(workerIn(folder))) return true;
  // The cache may be older than this machine, which then lacks the libraries.
  if (marker.origin === 'built here') installTools(print);
  return starts(workerIn(folder));
}

/** Makes a worker beside its place, checks it there, and only then puts it into its place. */
async function make(folder: string, say: Say): Promise<void> {
  removeLeftovers(folder);
  const building = `${folder}.building-${process.pid}`;
  mkdirSync(building, { recursive: true, mode: 0o700 });
  try {
    const marker = await obtain(building, say);
    writeMarker(building, marker);
    replace(building, folder);
    say(`ready: ${workerIn(folder)}`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `There is no media worker, so there are no calls: ${why}\n` +
        'Again with "pnpm media-worker". A worker from elsewhere: MEDIASOUP_WORKER_BIN (its path) or ' +
        'MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL (a mirror of the releases).',
      { cause: error },
    );
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

async function obtain(folder: string, say: Say): Promise<Marker> {
  const version = WORKER_VERSION;
  const url = prebuiltUrl(process.env);
  say(`mediasoup ${version} has none on this machine yet; this is done once`);
  const missing = await fetchPrebuilt(folder, url);
  if (missing === undefined && starts(workerIn(folder))) {
    say('the official one was downloaded; checking it');
    return { version, origin: 'prebuilt', checks: await checkWorker(workerIn(folder), undefined, say) };
  }
  say(`the official one (${url}) cannot be used here: ${missing ?? 'it does not start'}`);
  rmSync(workerIn(folder), { force: true });
  installTools(say);
  say('building it from the source in the npm package: three to five minutes on two cores');
  await buildWorker(folder, say);
  say('built; checking it (half a minute)');
  const checks = await checkWorker(workerIn(folder), shimTestIn(folder), say);
  return { version, origin: 'built here', checks };
}

/** What a copy that was killed had begun. We hold the lock, so nobody is at it. */
function removeLeftovers(folder: string): void {
  const prefix = `${basename(folder)}.building-`;
  for (const name of readdirSync(dirname(folder)).filter(entry => entry.startsWith(prefix)))
    rmSync(join(dirname(folder), name), { recursive: true, force: true });
}

/** A program that runs keeps its file: on Linux a file lives until its last user ends. */
function replace(from: string, to: string): void {
  const old = `${to}.old-${process.pid}`;
  if (existsSync(to)) renameSync(to, old);
  renameSync(from, to);
  rmSync(old, { recursive: true, force: true });
}
