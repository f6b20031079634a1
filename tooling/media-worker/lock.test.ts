import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { alone } from './lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'lock-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('lets one work at a time, and tells who waits how far it is', async () => {
  const lock = join(folder, 'one');
  const order: string[] = [];
  const told: string[] = [];
  const { promise: waiting, resolve: waits } = Promise.withResolvers<void>();
  let second: Promise<void> | undefined;
  await alone(
    lock,
    () => {},
    async say => {
      say('10 % compiled');
      const hear = (line: string): void => {
        told.push(line);
        waits();
      };
      second = alone(lock, hear, async () => void order.push('second'));
      await waiting;
      order.push('first');
    },
  );
  await second;
  expect(order).toEqual(['first', 'second']);
  expect(told).toEqual([`another copy is at work (process ${process.pid}): 10 % compiled`]);
  expect(existsSync(lock)).toBe(false);
});

it('goes past a holder that was killed', async () => {
  const lock = join(folder, 'dead');
  const { pid } = spawnSync('true');
  writeFileSync(lock, `${pid}\n50 % compiled`);
  await expect(
    alone(
      lock,
      () => {},
      async () => 'done',
    ),
  ).resolves.toBe('done');
});

it('lets go when the work fails', async () => {
  const lock = join(folder, 'failed');
  const failing = alone(
    lock,
    () => {},
    async () => {
      throw new Error('no compiler');
    },
  );
  await expect(failing).rejects.toThrow('no compiler');
  expect(existsSync(lock)).toBe(false);
});
