import { defineConfig } from 'vitest/config';
import { lingui } from '@lingui/vite-plugin';

/** What needs the whole machine. */
const ALONE = ['e2e/src/demo.e2e.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [lingui({ macroTransform: true })],
        test: {
          name: 'unit',
          globalSetup: ['tooling/media-worker/vitest-setup.ts'],
          include: ['{packages,apps,tooling,bench}/**/*.test.{ts,tsx}'],
          // A test that draws says so itself: `// @vitest-environment happy-dom`.
          environment: 'node',
          // Our modules keep no state of their own, so files may share a worker: half the time.
          isolate: false,
          // No test asks how fast something is; a machine with other work must not fail one.
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'e2e',
          globalSetup: ['tooling/media-worker/vitest-setup.ts'],
          include: ['e2e/src/**/*.e2e.ts'],
          exclude: ALONE,
          environment: 'node',
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // They wait for most of their time, and each has a system of its own.
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'e2e-alone',
          globalSetup: ['tooling/media-worker/vitest-setup.ts'],
          include: ALONE,
          environment: 'node',
          fileParallelism: false,
        },
      },
    ],
  },
});
