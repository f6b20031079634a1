import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { cacheDir } from './paths.ts';

/** One thing that a machine must have beyond Node and what npm brings. */
interface Need {
  readonly what: string;
  /** Of Debian; several are separated by a space. */
  readonly package: string;
  readonly present: () => boolean;
  /** Without it this much is missing; `stop` when nothing works without it. */
  readonly without: string;
  readonly stop: boolean;
  /** Only tests want it. */
  readonly forTests?: true;
}

const CHROMIUM_PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** The browser that plays the kiosk's window and the doctor's console. */
export function chromiumPath(): string | undefined {
  return [process.env['SHIMABASHI_CHROMIUM'], ...CHROMIUM_PATHS].find(
    path => path !== undefined && path !== '' && existsSync(path),
  );
}

const NEEDS: readonly Need[] = [
  {
    what: 'Chromium',
    package: 'chromium',
    present: () => chromiumPath() !== undefined,
    without: 'there is no window',
    stop: true,
  },
  {
    what: 'socat',
    package: 'socat',
    present: () => onPath('socat'),
    without: 'the simulator cannot play a serial port',
    stop: false,
  },
  {
    what: 'udev',
    package: 'udev',
    present: () => onPath('udevadm'),
    without: 'serial ports cannot be listed',
    stop: false,
  },
  {
    what: 'libusb',
    package: 'libusb-1.0-0',
    present: hasLibusb,
    without: 'USB meters cannot be read',
    stop: false,
  },
  {
    what: 'A message bus',
    package: 'dbus-daemon',
    present: () => onPath('dbus-daemon'),
    without: 'the tests of Bluetooth through BlueZ are skipped',
    stop: false,
    forTests: true,
  },
  {
    what: 'btvirt',
    package: 'bluez-test-tools',
    present: () => onPath('btvirt'),
    without: 'the tests of Bluetooth on an emulated radio are skipped',
    stop: false,
    forTests: true,
  },
  {
    what: 'strace',
    package: 'strace',
    present: () => onPath('strace'),
    without: 'the tests of power cuts are skipped',
    stop: false,
    forTests: true,
  },
  {
    what: 'A C compiler',
    package: 'gcc libc6-dev',
    present: () => onPath('gcc') && existsSync('/usr/include/stdio.h'),
    without: 'the tests of Bluetooth on an emulated radio are skipped',
    stop: false,
    forTests: true,
  },
];

/**
 * Makes the machine ready, or says in one line what to paste.
 *
 * Installs only where it may: Debian's apt, as root. Progress is printed, since it can take a minute.
 */
export function prepareMachine({ forTests = false }: { forTests?: boolean } = {}): void {
  if (process.platform !== 'linux') {
    if (chromiumPath() === undefined)
      fail('Chromium or Chrome was not found. Set SHIMABASHI_CHROMIUM to its path.');
    return;
  }
  const missing = NEEDS.filter(need => (forTests || need.forTests !== true) && !need.present());
  if (missing.length === 0) return;
  const packages = missing.flatMap(need => need.package.split(' '));
  if (onPath('apt-get') && process.getuid?.() === 0) {
    console.log(`Installing from Debian: ${packages.join(' ')} (once; a minute or two)`);
    installFromDebian(packages);
  }
  for (const need of missing.filter(candidate => !candidate.present())) {
    const line = `${need.what} is missing: ${need.without}. Paste: sudo apt-get install ${packages.join(' ')}`;
    if (need.stop) fail(line);
    console.warn(line);
  }
}

/** Whatever could not be installed is said on the console; the caller looks what is there afterwards. */
export function installFromDebian(packages: readonly string[]): void {
  apt(['update', '-qq']);
  apt(['install', '-y', '-qq', '--no-install-recommends', ...packages]);
}

function apt(words: readonly string[]): void {
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const done = spawnSync('apt-get', words, { env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
  if (done.status !== 0)
    console.warn(`apt-get ${words[0]} ended with ${String(done.status)}: ${String(done.stderr).slice(-300)}`);
}

export function onPath(program: string): boolean {
  return (
    (process.env['PATH'] ?? '').split(':').some(folder => existsSync(join(folder, program))) ||
    existsSync(join('/usr/sbin', program)) ||
    existsSync(join('/sbin', program))
  );
}

function hasLibusb(): boolean {
  return ['/usr/lib', '/lib', '/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu']
    .filter(folder => existsSync(folder))
    .some(folder => readdirSync(folder).some(file => file.startsWith('libusb-1.0.so')));
}

/**
 * Electron's binary, or undefined where it cannot be had.
 *
 * Its npm package is a wrapper that downloads the binary. That is tried once a version; where it fails
 * it is said once, and Chromium takes its place.
 */
export function electronPath(): string | undefined {
  const require = createRequire(new URL('../apps/kiosk/package.json', import.meta.url));
  const folder = dirname(require.resolve('electron/package.json'));
  const binary = join(folder, 'dist', process.platform === 'win32' ? 'electron.exe' : 'electron');
  if (existsSync(binary)) return binary;
  const { version } = require('electron/package.json') as { version: string };
  const tried = join(cacheDir, `electron-${version}-tried`);
  if (existsSync(tried)) return undefined;
  spawnSync(process.execPath, [join(folder, 'install.js')], { stdio: 'ignore', timeout: 120_000 });
  if (existsSync(binary)) return binary;
  mkdirSync(cacheDir, { recursive: true });
  writeFileSync(tried, '');
  console.log('Electron could not be downloaded here: Chromium takes its place.');
  return undefined;
}

function fail(line: string): never {
  console.error(line);
  process.exit(1);
}
