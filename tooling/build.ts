import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { cacheDir, consoleDir, rendererDir, root } from './paths.ts';

interface Screen {
  readonly name: string;
  readonly appDir: string;
  readonly outDir: string;
}

const SCREENS: readonly Screen[] = [
  { name: 'kiosk', appDir: join(root, 'apps/kiosk'), outDir: rendererDir },
  { name: 'doctor-console', appDir: join(root, 'apps/doctor-console'), outDir: consoleDir },
];
const SHARED_SOURCES = [
  'packages/contracts',
  'packages/clinical',
  'packages/call',
  'packages/ui',
  'pnpm-lock.yaml',
];

/** Builds the screens whose sources changed since the last build. */
export async function buildScreens(): Promise<void> {
  for (const screen of SCREENS) {
    const stamp = join(cacheDir, `${screen.name}.built`);
    const sources = fingerprint([...SHARED_SOURCES.map(path => join(root, path)), screen.appDir]);
    if (existsSync(join(screen.outDir, 'index.html')) && readIfThere(stamp) === sources) continue;
    console.log(`Building the screens of the ${screen.name}`);
    await build({ configFile: join(screen.appDir, 'vite.config.ts'), logLevel: 'warn' });
    mkdirSync(cacheDir, { recursive: true });
    writeFileSync(stamp, sources);
  }
}

const NOT_SOURCES = new Set(['node_modules', 'dist', 'out', 'release']);

function fingerprint(paths: readonly string[]): string {
  const hash = createHash('sha256');
  const take = (path: string): void => {
    const entries = readdirSync(path, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (NOT_SOURCES.has(entry.name)) continue;
      const inside = join(path, entry.name);
      if (entry.isDirectory()) take(inside);
      else hash.update(inside.slice(root.length)).update(readFileSync(inside));
    }
  };
  for (const path of paths) {
    if (path.endsWith('.yaml')) hash.update(readFileSync(path));
    else take(path);
  }
  return hash.digest('hex');
}

function readIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

if (import.meta.main) await buildScreens();
