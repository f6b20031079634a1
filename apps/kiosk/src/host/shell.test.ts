import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { endLeftover } from './shell.ts';

let profileDir: string;
let leftover: ChildProcess;

/** A process that runs with these words, and whose id stands in the profile's lock. */
async function lockedBy(...words: string[]): Promise<void> {
  const program = `process.stdout.write('up'); setInterval(() => {}, 1_000)`;
  leftover = spawn(process.execPath, ['-e', program, '--', ...words], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(leftover.stdout!, 'data');
  symlinkSync(`clinic-pc-${leftover.pid}`, join(profileDir, 'SingletonLock'));
}

beforeEach(() => {
  profileDir = mkdtempSync(join(tmpdir(), 'profile-'));
});
afterEach(() => {
  leftover?.kill('SIGKILL');
  rmSync(profileDir, { recursive: true });
});

it('ends the browser that a killed host has left on its profile', async () => {
  await lockedBy(`--user-data-dir=${profileDir}`);
  const ended = once(leftover, 'exit');
  endLeftover(profileDir);
  expect(await ended).toEqual([null, 'SIGKILL']);
});

it('ends nobody else whose id the lock may name by now', async () => {
  await lockedBy('--user-data-dir=/elsewhere');
  endLeftover(profileDir);
  expect(leftover.exitCode ?? leftover.signalCode).toBeNull();
  expect(process.kill(leftover.pid!, 0)).toBe(true);
});

it('finds nothing to end at a first start', () => {
  expect(() => endLeftover(join(profileDir, 'none'))).not.toThrow();
});
