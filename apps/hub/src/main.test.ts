import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { patientOperation, SEED, testHubAt } from './testing/test-hub.ts';

let dataDir: string;
const started: ChildProcess[] = [];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'hub-main-'));
});
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

/** The hub as a process of its own. */
function start(environment: Record<string, string> = {}) {
  const child = fork(join(import.meta.dirname, 'main.ts'), {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { PATH: process.env['PATH'], HUB_DATA_DIR: dataDir, HUB_PORT: '0', ...environment },
  });
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
    /** `close` comes after all of the output; Node does not send it to who has disconnected. */
    ended: async (event: 'close' | 'exit' = 'close') => {
      const [code, signal] = (await once(child, event)) as [number | null, string | null];
      return code ?? signal;
    },
  };
}

// Real processes with real scrypt, on a machine that is busy with other tests.
describe('the hub as a process', { timeout: 60_000 }, () => {
  it('ends with 78 and one line when a setting is wrong', async () => {
    const hub = start({ HUB_PORT: 'many' });
    expect(await hub.ended()).toBe(78);
    expect(hub.errors.text).toMatch(/^HUB_PORT: .+\n$/);
    expect(hub.output.text).toBe('');
  });

  it('keeps the session and every acknowledged operation when it is killed, and no name', async () => {
    const seedFile = join(dataDir, 'seed.json');
    writeFileSync(seedFile, JSON.stringify({ ...SEED, staff: SEED.staff.slice(0, 3) }));
    const first = start({ HUB_SEED_FILE: seedFile });
    const hub = await first.ready();
    rmSync(seedFile);
    const doctor = await hub.doctor();
    const kiosk = await hub.kiosk('kamishima-1');
    const operations = Array.from({ length: 20 }, (_, index) => patientOperation(kiosk, `patient-${index}`));
    const { results } = await hub.ask('sync.push', { operations }, kiosk.headers);
    expect(results.filter(({ outcome }) => outcome === 'applied')).toHaveLength(20);
    const ended = first.ended();
    first.child.kill('SIGKILL');
    expect(await ended).toBe('SIGKILL');

    expect(readdirSync(dataDir)).toContain('chart.db-wal');
    const files = readdirSync(dataDir).map(file => join(dataDir, file));
    const contents = [first.output.text, ...files.map(file => readFileSync(file))];
    const names = ['Hamaguchi', '浜口', 'Yamamoto', 'umi no mieru machi'];
    expect(names.filter(name => contents.some(content => content.includes(name)))).toEqual([]);
    expect(files.filter(file => (statSync(file).mode & 0o077) !== 0)).toEqual([]);

    const second = start({ HUB_PORT: String(hub.port) });
    const again = await second.ready();
    const { patients } = await again.ask('patients.list', {}, doctor);
    expect(patients.map(({ patient }) => patient.id).toSorted()).toEqual(
      operations.map(({ resource }) => resource.id).toSorted(),
    );

    const live = again.socket('/live', doctor);
    await live.next('clinic');
    const closed = second.ended();
    second.child.kill('SIGTERM');
    expect(await live.closed()).toBe(1001);
    expect(await closed).toBe(0);
    expect(readdirSync(dataDir).filter(file => file.endsWith('-wal'))).toEqual([]);
  });

  it('ends when whoever started it is gone', async () => {
    const hub = start();
    await hub.ready();
    const ended = hub.ended('exit');
    hub.child.disconnect();
    expect(await ended).toBe(0);
  });

  it('ends also when whoever started it went before it was ready', async () => {
    const hub = start();
    const ended = hub.ended('exit');
    hub.child.disconnect();
    expect(await ended).toBe(0);
  });
});
