import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'shimabashi-demo-e2e-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the README's first command, but for the installing. */
function demo(name: string): Promise<{ code: number | null; said: string; shots: string[] }> {
  const root = join(import.meta.dirname, '../..');
  const shots = join(folder, name);
  const child = spawn(
    process.execPath,
    ['tooling/enter.mjs', 'tooling/demo/main.ts', '--headless', '--shots', shots],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (said += String(chunk)));
  return new Promise(resolve => {
    child.on('exit', code => resolve({ code, said, shots: code === 0 ? readdirSync(shots) : [] }));
  });
}

it(
  'plays the whole path, in two copies side by side, and leaves nothing behind',
  { timeout: 240_000 },
  async () => {
    const before = readdirSync(tmpdir()).filter(name => name.startsWith('shimabashi-demo-')).length;
    const copies = await Promise.all([demo('first'), demo('second')]);
    for (const { code, said, shots } of copies) {
      expect({ code, said }).toMatchObject({ code: 0 });
      expect(shots.length).toBeGreaterThanOrEqual(8);
    }
    const after = readdirSync(tmpdir()).filter(name => name.startsWith('shimabashi-demo-')).length;
    expect(after).toBe(before);
  },
);
