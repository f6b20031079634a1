import { fileURLToPath } from 'node:url';
import { screenConfig } from '@shimabashi/ui/vite';
import { defineConfig } from 'vite';

/** Where a hub runs while one works on the screens (`vite dev`). */
const HUB = 'http://localhost:47080';

const place = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export default defineConfig({
  ...screenConfig({ root: place('.'), outDir: place('./dist') }),
  server: {
    proxy: {
      '/api': { target: HUB },
      '/live': { target: HUB, ws: true },
    },
  },
});
