import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FromService } from '@shimabashi/contracts';

let dataDir: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'shimabashi-main-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

function start(environment: Record<string, string>): { child: ChildProcess; stderr: () => string } {
  child = fork(new URL('main.ts', import.meta.url), [], {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  return { child, stderr: () => stderr };
}

async function firstMessage(from: ChildProcess): Promise<FromService> {
  const [message] = (await once(from, 'message')) as [FromService];
  return message;
}

describe('the store process', () => {
  it('is ready, and ends when its shell is gone', async () => {
    const { child: store } = start({ KIOSK_DATA_DIR: dataDir });
    expect(await firstMessage(store)).toEqual({ type: 'ready' });
    const exit = once(store, 'exit');
    store.disconnect();
    expect(await exit).toEqual([0, null]);
  });

  it('ends also when its shell went before it was ready', async () => {
    const { child: store } = start({ KIOSK_DATA_DIR: dataDir, KIOSK_HUB_URL: 'http://127.0.0.1:1' });
    const exit = once(store, 'exit');
    store.disconnect();
    expect(await exit).toEqual([0, null]);
  });

  it('names a wrong setting in one line and ends with 78', async () => {
    const { child: store, stderr } = start({ KIOSK_DATA_DIR: dataDir, KIOSK_HUB_URL: 'http://hub.example' });
    const message = firstMessage(store);
    const [exitCode] = (await once(store, 'close')) as [number];
    expect(await message).toMatchObject({ type: 'failed', error: { code: 'CONFIG_INVALID' } });
    expect(exitCode).toBe(78);
    expect(stderr()).toBe('KIOSK_HUB_URL: must be https, except on this machine itself\n');
  });

  it('says that the key is missing, and makes no new one', async () => {
    writeFileSync(join(dataDir, 'chart.db'), '');
    const { child: store } = start({ KIOSK_DATA_DIR: dataDir });
    expect(await firstMessage(store)).toMatchObject({ type: 'failed', error: { code: 'STORE_KEY_WRONG' } });
    expect(((await once(store, 'close')) as [number])[0]).toBe(1);
  });
});
