import { type ChildProcess, fork, type ForkOptions } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { patientOperation, SEED, testHubAt } from './testing/test-hub.ts';

let dataDir: string;
const started: ChildProcess[] = [];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'hub-main-'));
  writeFileSync(join(dataDir, 'seed.json'), JSON.stringify(SEED));
});
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

/** The hub as a process of its own. */
function start(environment: Record<string, string> = {}) {
  const options: ForkOptions = {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      PATH: process.env['PATH'],
      HUB_DATA_DIR: dataDir,
      HUB_PORT: '0',
      HUB_SEED_FILE: join(dataDir, 'seed.json'),
      ...environment,
    },
  };
  const child = fork(join(import.meta.dirname, 'main.ts'), options);
  started.push(child);
  const output = { text: '' };
  const errors = { text: '' };
  child.stdout?.on('data', chunk => (output.text += String(chunk)));
  child.stderr?.on('data', chunk => (errors.text += String(chunk)));
  return {
    child,
    output,
    errors,
    ready: async () => {
      const [message] = (await once(child, 'message')) as [{ type: string; port: number }];
      return testHubAt(message.port);
    },
    ended: async () => {
      const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
      return code ?? signal;
    },
  };
}

// Each test starts real processes with real scrypt on a machine that is busy with other tests.
describe('the hub as a process', { timeout: 60_000 }, () => {
  it.each([
    ['HUB_PORT', { HUB_PORT: 'many' }],
    ['HUB_HOST', { HUB_HOST: '0.0.0.0' }],
    ['HUB_SEED_FILE', { HUB_SEED_FILE: '/does/not/exist.json' }],
    ['HUB_CONSOLE_DIR', { HUB_CONSOLE_DIR: '/does/not/exist' }],
  ])('ends with 78 and one line when %s is wrong', async (name, environment) => {
    const hub = start(environment);
    expect(await hub.ended()).toBe(78);
    expect(hub.errors.text).toMatch(new RegExp(`^${name}: .+\n$`));
    expect(hub.output.text).toBe('');
  });

  it('says that its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const hub = start({ HUB_PORT: String(port) });
    expect(await hub.ended()).toBe(78);
    expect(hub.errors.text).toBe('HUB_PORT: is in use\n');
    other.close();
  });

  it('refuses a key that does not fit, and names it', async () => {
    const first = start();
    await first.ready();
    first.child.kill('SIGTERM');
    expect(await first.ended()).toBe(0);
    writeFileSync(join(dataDir, 'chart.key'), 'a'.repeat(64));
    const second = start();
    expect(await second.ended()).toBe(78);
    expect(second.errors.text).toMatch(/^STORE_KEY_WRONG: .+\n$/);
  });

  it('keeps the session and every acknowledged operation when it is killed', async () => {
    const first = start();
    const hub = await first.ready();
    const doctor = await hub.doctor();
    const kiosk = await hub.kiosk('kamishima-1');
    const operations = Array.from({ length: 20 }, (_, index) => patientOperation(kiosk, `patient-${index}`));
    const { results } = await hub.ask('sync.push', { operations }, kiosk.headers);
    const ended = first.ended();
    first.child.kill('SIGKILL');
    expect(await ended).toBe('SIGKILL');
    expect(results.filter(({ outcome }) => outcome === 'applied')).toHaveLength(20);

    const second = await start({ HUB_PORT: String(hub.port) }).ready();
    const { patients } = await second.ask('patients.list', {}, doctor);
    expect(patients.map(({ patient }) => patient.id).toSorted()).toEqual(
      operations.map(({ resource }) => resource.id).toSorted(),
    );
  });

  it('leaves no name in its files, and nobody else may read them', async () => {
    const first = start();
    const hub = await first.ready();
    const kiosk = await hub.kiosk('kamishima-1');
    await hub.ask('sync.push', { operations: [patientOperation(kiosk, 'patient-1')] }, kiosk.headers);
    const files = readdirSync(dataDir).filter(file => file !== 'seed.json');
    expect(files).toContain('chart.db-wal');
    for (const file of files) {
      const bytes = readFileSync(join(dataDir, file));
      expect(['Hamaguchi', '浜口', 'Yamamoto'].filter(name => bytes.includes(name))).toEqual([]);
      expect((statSync(join(dataDir, file)).mode & 0o077).toString(8)).toBe('0');
    }
    expect(first.output.text).not.toContain('Hamaguchi');
  });

  it('is alone on its folder', async () => {
    await start().ready();
    const second = start();
    expect(await second.ended()).toBe(78);
    expect(second.errors.text).toBe('HUB_DATA_DIR: another hub is running on this folder\n');
  });

  it.each(['SIGTERM', 'disconnect'] as const)('ends cleanly by %s', async how => {
    const process_ = start();
    const hub = await process_.ready();
    const live = hub.socket('/live', await hub.doctor());
    await live.next('clinic');
    const ended = process_.ended();
    if (how === 'SIGTERM') process_.child.kill('SIGTERM');
    else process_.child.disconnect();
    expect(await live.closed()).toBe(1001);
    expect(await ended).toBe(0);
    expect(readdirSync(dataDir).filter(file => file.endsWith('-wal'))).toEqual([]);
  });
});
