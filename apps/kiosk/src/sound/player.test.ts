import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PIPE_BYTES, startPlayer } from './player.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'player-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const ended = (player: ReturnType<typeof startPlayer>): Promise<void> =>
  new Promise(resolve => player.onEnd(resolve));

it('gives what is written to the program, byte for byte', async () => {
  const file = join(folder, 'heard');
  const player = startPlayer(['sh', '-c', `head -c 4 > ${file}`]);
  expect(player.write(Uint8Array.of(1, 2, 3, 4))).toBe(4);
  await ended(player);
  expect([...readFileSync(file)]).toEqual([1, 2, 3, 4]);
  expect(player.write(Uint8Array.of(5))).toBe(0);
});

it('says how much a program takes that takes nothing: a pipe, and no more', async () => {
  const player = startPlayer(['sleep', '60']);
  const chunk = new Uint8Array(8_192);
  let taken = 0;
  for (let tries = 0; tries < 20; tries += 1) taken += player.write(chunk);
  expect(taken).toBe(PIPE_BYTES);
  player.stop();
  await ended(player);
});

it('ends when there is no such program', async () => {
  const player = startPlayer(['/no/such/player']);
  await ended(player);
  expect(player.write(Uint8Array.of(1))).toBe(0);
});

it('leaves nothing behind when this process is killed: the program sees the end of its input', async () => {
  const { fork } = await import('node:child_process');
  const source = `
    const { startPlayer } = await import(${JSON.stringify(join(import.meta.dirname, 'player.ts'))});
    startPlayer(['sh', '-c', 'cat > /dev/null; echo gone > ${join(folder, 'gone')}']);
    process.send('up');
    setInterval(() => {}, 1000);`;
  const child = fork('-', [], {
    execPath: process.execPath,
    execArgv: ['--input-type=module', '-e', source, '--'],
  });
  await once(child, 'message');
  child.kill('SIGKILL');
  await once(child, 'exit');
  await expect.poll(() => readFileSync(join(folder, 'gone'), 'utf8'), { timeout: 5_000 }).toBe('gone\n');
});
