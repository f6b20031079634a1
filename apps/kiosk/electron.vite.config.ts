import { resolve } from 'node:path';
import { defineConfig } from 'electron-vite';

const from = (path: string): string => resolve(import.meta.dirname, path);

/** What is native stays a package (`dependencies` of package.json); everything else is bundled. */
const external = ['electron', '@stoprocent/noble', 'better-sqlite3', 'node-hid', 'serialport', /^node:/];

/**
 * Main, preload and the services. The screens are those of the browser shell, built once by
 * `vite.config.ts` into `dist/renderer`.
 */
export default defineConfig({
  main: {
    build: {
      externalizeDeps: false,
      outDir: from('out/main'),
      rollupOptions: {
        external,
        input: {
          index: from('src/main/index.ts'),
          store: from('src/store/main.ts'),
          devices: from('src/devices/main.ts'),
          sound: from('src/sound/main.ts'),
        },
        output: { format: 'es' },
      },
    },
  },
  preload: {
    build: {
      externalizeDeps: false,
      outDir: from('out/preload'),
      // A sandboxed preload must be CommonJS.
      rollupOptions: {
        external: ['electron'],
        input: { index: from('src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
});
