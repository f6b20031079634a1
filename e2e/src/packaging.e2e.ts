import { type ChildProcess, execFile, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const kioskDir = join(import.meta.dirname, '../../apps/kiosk');
const fromKiosk = createRequire(join(kioskDir, 'package.json'));
const fromBuilder = createRequire(
  createRequire(fromKiosk.resolve('electron-builder')).resolve('app-builder-lib'),
);

const asar = fromBuilder('@electron/asar') as {
  listPackage(archive: string, options: object): string[];
  statFile(archive: string, path: string): { readonly unpacked?: boolean };
  extractAll(archive: string, folder: string): void;
};

const dir = mkdtempSync(join(tmpdir(), 'shimabashi-packaging-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

/** Runs a program of the kiosk's packages as an engineer would, without what the test runner sets. */
async function run(script: string, ...words: string[]): Promise<void> {
  const { NODE_ENV: _, VITEST: __, ...environment } = process.env;
  await promisify(execFile)(process.execPath, [script, ...words], {
    cwd: kioskDir,
    // The workspace is pnpm's, whoever started this test.
    env: { ...environment, npm_config_user_agent: 'pnpm' },
  });
}

const packageFile = (name: string, file: string): string =>
  join(dirname(fromKiosk.resolve(`${name}/package.json`)), file);

/** What a built file takes from elsewhere: chunks of its own left out. */
function importsOf(file: string): string[] {
  const source = readFileSync(join(kioskDir, 'out', file), 'utf8');
  const found = [...source.matchAll(/^import\s(?:[^"'\n]*\sfrom\s)?["']([^"']+)["']/gm)].map(
    match => match[1]!,
  );
  return found.filter(name => !name.startsWith('.') && !name.startsWith('node:'));
}

describe('the build for Electron', () => {
  beforeAll(() => run(packageFile('electron-vite', 'bin/electron-vite.js'), 'build'));

  it('bundles the shell and its services, all but Electron and what is native', () => {
    expect(readdirSync(join(kioskDir, 'out/main'))).toEqual(
      expect.arrayContaining(['index.js', 'store.js', 'devices.js', 'sound.js']),
    );
    const chunks = readdirSync(join(kioskDir, 'out/main/chunks')).map(file => `main/chunks/${file}`);
    expect(importsOf('main/index.js')).toEqual(['electron']);
    expect(importsOf('main/store.js')).toEqual(['better-sqlite3']);
    expect(importsOf('main/devices.js')).toEqual(['serialport']);
    expect(importsOf('main/sound.js')).toEqual([]);
    expect(chunks.flatMap(importsOf)).toEqual([]);
  });

  it('gives a preload that a sandbox can load: CommonJS, and nothing but Electron', () => {
    const source = readFileSync(join(kioskDir, 'out/preload/index.cjs'), 'utf8');
    expect([...source.matchAll(/\brequire\(([^)]*)\)/g)].map(match => match[1])).toEqual(['"electron"']);
    expect(source).not.toMatch(/^\s*(import|export)\b/m);
  });
});

describe('the package', () => {
  const out = join(dir, 'release');
  const resources = join(out, 'linux-unpacked/resources');
  const archive = join(resources, 'app.asar');
  let files: string[] = [];

  beforeAll(async () => {
    const stub = join(dir, 'electron');
    mkdirSync(stub);
    writeFileSync(join(stub, 'electron'), stubWithFuses(), { mode: 0o755 });
    await run(
      packageFile('electron-builder', 'cli.js'),
      '--linux',
      'dir',
      `-c.electronDist=${stub}`,
      `-c.directories.output=${out}`,
    );
    files = asar.listPackage(archive, {});
  });

  it("has settings that fit electron-builder's own schema, for deb, AppImage and nsis", async () => {
    const { getConfig, validateConfiguration } = fromBuilder('./util/config/config.js') as {
      getConfig: (projectDir: string, file: string, options: object) => Promise<Record<string, unknown>>;
      validateConfiguration: (config: object, log: { isEnabled: boolean }) => Promise<void>;
    };
    const config = await getConfig(kioskDir, 'electron-builder.yml', {});
    await validateConfiguration(config, { isEnabled: false });
    expect(config).toMatchObject({
      linux: { target: ['deb', 'AppImage'], executableName: 'shimabashi-kiosk' },
      win: { target: ['nsis'] },
    });
    await expect(validateConfiguration({ ...config, misspelt: true }, { isEnabled: false })).rejects.toThrow(
      'misspelt',
    );
  });

  it('holds the shell, the services and the screens, and no source of ours', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        '/package.json',
        '/out/main/index.js',
        '/out/main/store.js',
        '/out/main/devices.js',
        '/out/main/sound.js',
        '/out/preload/index.cjs',
        '/dist/renderer/index.html',
      ]),
    );
    expect(files.filter(file => /\.(ts|tsx|map)$/.test(file) || file.startsWith('/src'))).toEqual([]);
  });

  it('holds no packages but the native ones and what they need', () => {
    const packages = new Set(files.flatMap(file => /^\/node_modules\/(@[^/]+|[^/]+)/.exec(file)?.[1] ?? []));
    expect([...packages].sort()).toEqual([
      '@serialport',
      '@stoprocent',
      'async',
      'better-sqlite3',
      'debug',
      'ms',
      'node-gyp-build',
      'node-hid',
      'pkg-prebuilds',
      'serialport',
      'usb',
    ]);
    // Beside Electron itself. The fonts are two thirds of it.
    expect(statSync(archive).size).toBeLessThan(12_000_000);
  });

  it('leaves native code outside of the archive, for this platform alone', () => {
    const native = files.filter(file => file.endsWith('.node'));
    expect(native).toContain(`/node_modules/better-sqlite3/prebuilds/linux-${process.arch}.node`);
    expect(native.some(file => file.includes('@serialport/bindings-cpp'))).toBe(true);
    for (const file of native) {
      expect(file).toContain(`linux-${process.arch}`);
      expect(asar.statFile(archive, file.slice(1))).toMatchObject({ unpacked: true });
      expect(statSync(join(resources, 'app.asar.unpacked', file)).size).toBeGreaterThan(5_000);
    }
  });

  it("has Electron's fuses set: no Node inside, no inspector, nothing but our archive", () => {
    const binary = readFileSync(join(out, 'linux-unpacked/shimabashi-kiosk'), 'latin1');
    const wire = binary
      .slice(binary.indexOf(FUSE_SENTINEL) + FUSE_SENTINEL.length + 2)
      .slice(0, FUSES.length);
    expect(Object.fromEntries(FUSES.map((fuse, index) => [fuse, wire[index] === '1']))).toMatchObject({
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      onlyLoadAppFromAsar: true,
      grantFileProtocolExtraPrivileges: false,
    });
  });

  // Taken out of the archive, far from the checkout: a package that is missing there is missing here.
  it.each(['store', 'devices', 'sound'])('starts its %s service', async service => {
    const app = join(dir, `app-${service}`);
    asar.extractAll(archive, app);
    const child = fork(join(app, 'out/main', `${service}.js`), [], {
      env: { KIOSK_DATA_DIR: mkdtempSync(join(dir, 'data-')) },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    children.push(child);
    let said = '';
    child.stderr?.on('data', chunk => (said += String(chunk)));
    const ended = new Promise<number | null>(resolve => child.once('exit', resolve));
    const first = new Promise(resolve => child.once('message', resolve));
    expect(await Promise.race([first, ended.then(code => `ended with ${String(code)}: ${said}`)])).toEqual({
      type: 'ready',
    });
    child.send({ type: 'stop' });
    expect(await ended).toBe(0);
  });
});

/** Order and sentinel of Electron's fuse wire, version 1 (electron/fuses, `src/constants.ts` and `config.ts`). */
const FUSE_SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const FUSES = [
  'runAsNode',
  'enableCookieEncryption',
  'enableNodeOptionsEnvironmentVariable',
  'enableNodeCliInspectArguments',
  'enableEmbeddedAsarIntegrityValidation',
  'onlyLoadAppFromAsar',
  'loadBrowserProcessSpecificV8Snapshot',
  'grantFileProtocolExtraPrivileges',
];

/** In place of Electron's binary: only its fuse wire, as the opposite of what we want wherever we say. */
function stubWithFuses(): Buffer {
  const wire = FUSES.map(fuse => (fuse === 'onlyLoadAppFromAsar' ? '0' : '1')).join('');
  return Buffer.from(`stub ${FUSE_SENTINEL}\u0001${String.fromCharCode(FUSES.length)}${wire} end`, 'latin1');
}
