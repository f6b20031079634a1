import { fileURLToPath } from 'node:url';
import { lingui } from '@lingui/vite-plugin';
import react from '@vitejs/plugin-react';
import { type Plugin, type UserConfig } from 'vite';

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * React Aria adds a `<style>` element for touch on first use, which a strict content security
 * policy refuses. It does not when an element of this id is there; `base.css` has the rule itself.
 */
function reactAriaWithoutInlineStyle(): Plugin {
  return {
    name: 'shimabashi:react-aria-without-inline-style',
    transformIndexHtml: () => [
      { tag: 'meta', attrs: { id: 'react-aria-pressable-style', name: 'react-aria' }, injectTo: 'head' },
    ],
  };
}

/**
 * The one Vite configuration of our screens: React, Lingui's macros and catalogs, hashed assets, and
 * nothing inline, so that `script-src 'self'; style-src 'self'` holds.
 *
 * `macroTransform` is not optional: without it the build is green and the page throws at load.
 */
export function screenConfig(place: {
  /** Absolute folder that holds `index.html`. */
  readonly root: string;
  /** Absolute folder for the built files. It is emptied first. */
  readonly outDir: string;
}): UserConfig {
  return {
    root: place.root,
    base: '/',
    // The catalogs are found by the repository's lingui.config.ts, wherever Vite was started.
    plugins: [
      react(),
      ...lingui({ cwd: REPOSITORY, macroTransform: true, failOnCompileError: true }),
      reactAriaWithoutInlineStyle(),
    ],
    build: {
      outDir: place.outDir,
      emptyOutDir: true,
      target: 'es2023',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      sourcemap: true,
      // Served from the same machine or once a release; splitting would only add round trips.
      chunkSizeWarningLimit: 1_500,
      // Two weights of a Japanese font are many small files; the sizes of each are no news.
      reportCompressedSize: false,
    },
  };
}
