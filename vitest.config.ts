import { lingui } from '@lingui/vite-plugin';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What needs the whole machine. */
const ALONE = ['e2e/src/demo.e2e.ts'];

/** Minutes each: begun last, they would keep one core waiting for the other. Longest first. */
const LONG = ['screens-ja.e2e.ts', 'screens-en.e2e.ts', 'crash.e2e.ts', 'alarm.e2e.ts'];

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = (name: string) => (file: TestSpecification) => file.moduleId.endsWith(`/${name}`);
    const long = LONG.flatMap(name => files.filter(isLong(name)));
    return [...long, ...(await super.sort(files.filter(file => !long.includes(file))))];
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongFirst },
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
          // Vitest would leave one core to itself, of two too.
          maxWorkers: '100%',
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
