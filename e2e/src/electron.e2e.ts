import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type KioskApi } from '@shimabashi/contracts';
import { electronPath, until } from '@shimabashi/tooling/system';
import { _electron } from 'playwright-core';
import { expect, it } from 'vitest';

declare global {
  interface Window {
    readonly kiosk: KioskApi;
  }
}

const kioskDir = join(import.meta.dirname, '../../apps/kiosk');
const binary = electronPath();

it.skipIf(binary === undefined)('starts the real Electron (skipped: no binary here)', async () => {
  const fromKiosk = createRequire(join(kioskDir, 'package.json'));
  const builder = join(dirname(fromKiosk.resolve('electron-vite/package.json')), 'bin/electron-vite.js');
  const { NODE_ENV: _, VITEST: __, ...environment } = process.env;
  await promisify(execFile)(process.execPath, [builder, 'build'], { cwd: kioskDir, env: environment });

  const dataDir = mkdtempSync(join(tmpdir(), 'shimabashi-electron-'));
  const shell = await _electron.launch({
    executablePath: binary!,
    args: [kioskDir, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    locale: 'ja-JP',
    env: { ...definedOnly(environment), KIOSK_DATA_DIR: dataDir },
  });
  try {
    const page = await shell.firstWindow();
    await page.getByRole('heading', { name: 'どなたですか' }).waitFor();

    const services = await until(
      async () => {
        const result = await page.evaluate(() => window.kiosk['services.status']({}));
        if (!result.ok) return undefined;
        return result.body.services.every(({ state }) => state === 'up') ? result.body.services : undefined;
      },
      { limitMs: 15_000, what: 'both services are up' },
    );
    expect(services.map(({ service }) => service).sort()).toEqual(['devices', 'store']);

    // Nothing of Node, and no way to name a channel that is not a row.
    const reachable = await page.evaluate(() => ({
      globals: ['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer'].filter(
        name => name in globalThis,
      ),
      methods: Object.keys(window.kiosk).filter(name => name !== 'subscribe' && !name.includes('.')),
    }));
    expect(reachable).toEqual({ globals: [], methods: [] });
  } finally {
    await shell.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
});

function definedOnly(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
