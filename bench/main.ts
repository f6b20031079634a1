import { prepareSystem } from '../tooling/system/prepare.ts';

/** `pnpm bench <name> [part …]`: one benchmark of this folder. */
const BENCHES: Record<string, () => Promise<{ bench: (parts: readonly string[]) => Promise<boolean> }>> = {
  path: () => import('./path.ts'),
  story: () => import('./story.ts'),
  drivers: () => import('./drivers.ts'),
  chart: () => import('./chart.ts'),
  sync: () => import('./sync/main.ts'),
};

const name = process.argv[2] ?? '';
const load = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (load === undefined) {
  console.error(`Which one? ${Object.keys(BENCHES).join(', ')}`);
  process.exit(1);
}
await prepareSystem();
const { bench } = await load();
process.exit((await bench(process.argv.slice(3))) ? 0 : 1);
