import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_CLINICS, enterKiosk, waitForPatients } from '@shimabashi/tooling/system';
import { startTestSystem } from './test-system.ts';

let system: Awaited<ReturnType<typeof startTestSystem>>;
beforeAll(async () => {
  system = await startTestSystem({ islands: 1 });
});
afterAll(() => system.stop());

/** Every file below a folder, whole: databases, logs, what browsers and programs left. */
function filesBelow(folder: string): { path: string; bytes: Buffer }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .map(path => ({ path, bytes: readFileSync(path) }));
}

describe('at rest', () => {
  it('holds no name of a patient in any file of kiosk or hub, nor in a log', async () => {
    const kiosk = system.kiosks[0]!;
    const client = await waitForPatients(kiosk);
    const { patients } = await client.call('patients.find', { text: 'シマダ', limit: 5 });
    await client.call('patients.get', { patientId: patients[0]!.id });
    const names = DEMO_CLINICS[0]!.patients.flatMap(({ kanji, kana, latin }) => [
      `${kanji.family} ${kanji.given}`,
      `${kana.family} ${kana.given}`,
      `${latin.family} ${latin.given}`,
      kana.family,
    ]);
    // What the test itself handed over (the history to import) is not the product's file.
    const files = filesBelow(system.dir).filter(({ path }) => !path.endsWith('history.ndjson'));
    expect(files.some(({ path }) => path.includes('hub/'))).toBe(true);
    expect(files.some(({ path }) => path.includes(kiosk.clinicId))).toBe(true);
    const found = files.flatMap(({ path, bytes }) =>
      names.filter(name => bytes.includes(name)).map(name => `${path}: ${name}`),
    );
    expect(found).toEqual([]);
  });

  it('says that the key is wrong, and starts again with the right one', async () => {
    const kiosk = system.kiosks[0]!;
    const keyFile = join(kiosk.dataDir, 'chart.key');
    const key = readFileSync(keyFile, 'utf8');
    await kiosk.program.stop();
    writeFileSync(
      keyFile,
      key.replace(/^./, first => (first === '0' ? '1' : '0')),
    );
    await kiosk.program.start();
    const token = readFileSync(join(kiosk.dataDir, 'door-token'), 'utf8');
    const session = await fetch(`http://127.0.0.1:${kiosk.port}/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    const status = await fetch(`http://127.0.0.1:${kiosk.port}/api/services.status`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        cookie: session.headers.getSetCookie()[0]!.split(';')[0]!,
      },
      body: '{}',
    });
    expect(await status.json()).toMatchObject({
      ok: true,
      body: {
        services: [
          { service: 'store', code: 'STORE_KEY_WRONG' },
          { service: 'devices', state: 'up' },
          { service: 'sound' },
        ],
      },
    });
    await kiosk.program.stop();
    writeFileSync(keyFile, key);
    await kiosk.program.start();
    const client = await enterKiosk(kiosk);
    expect((await client.call('patients.find', { text: 'シマダ', limit: 5 })).patients).toHaveLength(1);
  });

  it("says on one line, without a stack, that the hub's key is wrong", async () => {
    await system.hub.program.stop();
    const keyFile = join(system.hub.dataDir, 'chart.key');
    const key = readFileSync(keyFile, 'utf8');
    const wrong = join(system.dir, 'wrong.key');
    writeFileSync(
      wrong,
      key.replace(/^./, first => (first === '0' ? '1' : '0')),
      { mode: 0o600 },
    );
    const started = spawnSync(process.execPath, [join(import.meta.dirname, '../../apps/hub/src/main.ts')], {
      env: { ...process.env, HUB_PORT: '0', HUB_DATA_DIR: system.hub.dataDir, HUB_KEY_FILE: wrong },
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect(started.status).not.toBe(0);
    expect(started.stderr).toMatch(/^STORE_KEY_WRONG: /);
    expect(started.stderr).not.toMatch(/\n\s+at /);
    await system.hub.program.start();
  });
});
