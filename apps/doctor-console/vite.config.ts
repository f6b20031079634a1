import { fileURLToPath } from 'node:url';
import { screenConfig } from '@shimabashi/ui/vite';
import { defineConfig, mergeConfig } from 'vite';
import { shellFiles, WORKER_FILE } from './shell-files.ts';

/** Where a hub runs while one works on the screens (`vite dev`). */
const HUB = 'http://localhost:47080';

const place = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export default defineConfig(
  mergeConfig(screenConfig({ root: place('.'), outDir: place('./dist') }), {
    plugins: [shellFiles()],
    build: {
      rollupOptions: {
        input: { index: place('./index.html'), 'service-worker': place('./src/service-worker/main.ts') },
        output: {
          entryFileNames: (chunk: { readonly name: string }) =>
            chunk.name === 'service-worker' ? WORKER_FILE : 'assets/[name]-[hash].js',
        },
      },
    },
    server: {
      proxy: {
        '/api': { target: HUB },
        '/live': { target: HUB, ws: true },
      },
    },
  }),
);
