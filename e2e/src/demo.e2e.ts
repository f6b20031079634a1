import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'shimabashi-demo-e2e-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the README's first command, but for the installing. */
function demo(name: string): { child: ChildProcess; said: () => string; shots: string } {
  const root = join(import.meta.dirname, '../..');
  const shots = join(folder, name);
  const child = spawn(
    process.execPath,
    ['tooling/enter.mjs', 'tooling/demo/main.ts', '--headless', '--shots', shots],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (said += String(chunk)));
  return { child, said: () => said, shots };
}

/** Steps that it has said to be done. */
const stepsOf = (said: string): number => said.split('\n').filter(line => / s {2}/.test(line)).length;
const foldersOf = (): string[] => readdirSync(tmpdir()).filter(name => name.startsWith('shimabashi-demo-'));

it(
  'plays the whole path beside a second copy, which Ctrl-C stops, and both leave nothing behind',
  { timeout: 240_000 },
  async () => {
    const before = foldersOf();
    const [whole, stopped] = [demo('whole'), demo('stopped')];
    const ends = [whole, stopped].map(({ child }) => once(child, 'exit'));
    await expect.poll(() => stepsOf(stopped.said()), { timeout: 120_000 }).toBeGreaterThan(3);
    stopped.child.kill('SIGINT');
    expect({ end: await ends[1], said: stopped.said() }).toMatchObject({ end: [130, null] });
    expect({ end: await ends[0], said: whole.said() }).toMatchObject({ end: [0, null] });
    expect(readdirSync(whole.shots).length).toBeGreaterThanOrEqual(8);
    expect(foldersOf()).toEqual(before);
  },
);
