import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { homedir, tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * The one version that is prepared. The shims in `native` answer to this version's source, so another
 * one is refused until somebody has read what changed, run the checks and moved this pin.
 */
export const WORKER_VERSION = '3.27.1';

export const nativeDir = join(import.meta.dirname, 'native');
const WORKER_FILE = process.platform === 'win32' ? 'mediasoup-worker.exe' : 'mediasoup-worker';
const MARKER_FILE = 'checked.json';

/** What stands in the marker beside a worker that may be used. */
export interface Marker {
  readonly version: string;
  readonly origin: 'prebuilt' | 'built here';
  /** The checks that it passed, by name. */
  readonly checks: readonly string[];
}

/** The folder of the installed npm package. */
export function mediasoupDir(): string {
  return join(dirname(createRequire(import.meta.url).resolve('mediasoup')), '../..');
}

/** The version of the npm package, which a worker must have too, or the two do not talk. */
export function installedVersion(): string {
  const { version } = JSON.parse(readFileSync(join(mediasoupDir(), 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}

export const workerIn = (folder: string): string => join(folder, WORKER_FILE);
export const shimTestIn = (folder: string): string => join(folder, 'shim-test');

/**
 * The folder of this machine's worker, outside the checkout, so that a fresh clone finds it. Its name
 * is everything that a worker depends on.
 *
 * @throws Error where no folder can be written
 */
export function workerFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const home = environment['XDG_CACHE_HOME'] ?? '';
  const wanted = join(home === '' ? join(homedir(), '.cache') : home, 'shimabashi');
  const fallback = join(tmpdir(), `shimabashi-cache-${userInfo().uid}`);
  const cache = [wanted, fallback].find(isOurs);
  if (cache === undefined) throw new Error(`Neither ${wanted} nor ${fallback} can be written.`);
  const name = [WORKER_VERSION, sourcesHash(), process.platform, process.arch, libc()].join('-');
  return join(cache, 'media-worker', name);
}

/** A worker is a program that we run: only a folder that nobody else can write may hold it. */
function isOurs(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
    const { uid, mode } = lstatSync(folder);
    const user = process.getuid?.();
    return user === undefined || (uid === user && (mode & 0o022) === 0);
  } catch {
    return false;
  }
}

function sourcesHash(): string {
  const hash = createHash('sha256');
  const files = readdirSync(nativeDir, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name));
  for (const file of files.toSorted()) hash.update(file.slice(nativeDir.length)).update(readFileSync(file));
  return hash.digest('hex').slice(0, 12);
}

function libc(): string {
  if (process.platform !== 'linux') return 'system';
  // Without this the report looks up names of network peers, which can take seconds.
  Object.assign(process.report, { excludeNetwork: true });
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime === undefined ? 'musl' : `glibc${header.glibcVersionRuntime}`;
}

/** The marker of a finished worker, or undefined for a folder that nobody finished. */
export function readMarker(folder: string): Marker | undefined {
  try {
    const marker = JSON.parse(readFileSync(join(folder, MARKER_FILE), 'utf8')) as Marker;
    return existsSync(workerIn(folder)) && marker.version === WORKER_VERSION ? marker : undefined;
  } catch {
    return undefined;
  }
}

export function writeMarker(folder: string, marker: Marker): void {
  writeFileSync(join(folder, MARKER_FILE), `${JSON.stringify(marker, null, 2)}\n`);
}

/**
 * Whether this program starts on this machine: a worker that is not told its version ends at once with
 * 41 (`worker/src/main.cpp`); one for another libc, or without its libraries, ends otherwise.
 */
export function starts(worker: string): boolean {
  return spawnSync(worker, [], { env: {}, stdio: 'ignore', timeout: 5_000 }).status === 41;
}
