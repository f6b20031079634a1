import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { installFromDebian, onPath } from '../machine.ts';
import { mediasoupDir, nativeDir, shimTestIn, workerIn } from './cache.ts';

const DEBIAN_PACKAGES = [
  'g++',
  'cmake',
  'make',
  'pkg-config',
  'libuv1-dev',
  'libssl-dev',
  'libsrtp2-dev',
  'libflatbuffers-dev',
  'flatbuffers-compiler',
];
const PROGRAMS = ['g++', 'cmake', 'make', 'pkg-config', 'flatc', 'strip'];
const LIBRARIES = ['libuv >= 1.44', 'libsrtp2 >= 2.5', 'openssl >= 3.0', 'flatbuffers'];

/** Lines of the build that are printed: one for each of these steps in percent. */
const SAY_EVERY_PERCENT = 10;

/**
 * Has what a worker needs to be built and to run: compiler and libraries.
 *
 * @throws Error with the line to paste where it may not install them itself
 */
export function installTools(say: (line: string) => void): void {
  if (hasTools()) return;
  if (process.platform === 'linux' && onPath('apt-get') && process.getuid?.() === 0) {
    say('installing compiler and libraries from Debian (a minute or two)');
    installFromDebian(DEBIAN_PACKAGES);
    if (hasTools()) return;
    throw new Error('Compiler and libraries could not be installed; apt-get said why above.');
  }
  throw new Error(
    process.platform === 'linux'
      ? `Compiler and libraries are missing. Paste: sudo apt-get install ${DEBIAN_PACKAGES.join(' ')}`
      : 'It can be built on Linux only.',
  );
}

function hasTools(): boolean {
  return (
    PROGRAMS.every(onPath) &&
    spawnSync('pkg-config', ['--exists', ...LIBRARIES], { stdio: 'ignore' }).status === 0
  );
}

/**
 * Builds worker and shim test into the folder: three to five minutes on two cores.
 *
 * @throws Error that names the file with what the compiler said
 */
export async function buildWorker(folder: string, say: (line: string) => void): Promise<void> {
  const buildDir = join(folder, 'build');
  const logFile = `${folder}.log`;
  writeFileSync(logFile, '');
  const workerDir = join(mediasoupDir(), 'worker');
  await runLogged('cmake', ['-S', nativeDir, '-B', buildDir, `-DWORKER_DIR=${workerDir}`], {
    logFile,
    heard: () => {},
  });
  const beganAtMs = performance.now();
  let saidPercent = 0;
  await runLogged('cmake', ['--build', buildDir, '--parallel', String(availableParallelism())], {
    logFile,
    heard: text => {
      const percent = Number(/\[ *(\d+)%\]/.exec(text)?.[1] ?? 0);
      if (percent < saidPercent + SAY_EVERY_PERCENT) return;
      saidPercent = percent - (percent % SAY_EVERY_PERCENT);
      say(`${saidPercent} % compiled (${((performance.now() - beganAtMs) / 1000).toFixed(0)} s)`);
    },
  });
  await runLogged('strip', ['-o', workerIn(folder), join(buildDir, 'mediasoup-worker')], {
    logFile,
    heard: () => {},
  });
  copyFileSync(join(buildDir, 'shim-test'), shimTestIn(folder));
  rmSync(buildDir, { recursive: true });
  rmSync(logFile);
}

/** Runs a program without holding up this process, and keeps what it says. */
function runLogged(
  program: string,
  words: readonly string[],
  { logFile, heard }: { logFile: string; heard: (text: string) => void },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        appendFileSync(logFile, text);
        heard(text);
      });
    }
    child.once('error', reject);
    child.once('close', code => {
      if (code === 0) resolve();
      else reject(new Error(`${program} ended with ${String(code)}; what it said is in ${logFile}`));
    });
  });
}
