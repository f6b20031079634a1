import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildScreens } from './build.ts';
import { prepareMachine } from './machine.ts';
import { prepareMediaWorker } from './media-worker/prepare.ts';
import { run } from './steps.ts';

/**
 * All tests, from types to the browser. Ends with one line that counts them, in which each check
 * that is not a test case (types, lint, …) counts as one.
 */
interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}
const folder = mkdtempSync(join(tmpdir(), 'shimabashi-test-'));
const counts: Counts = { passed: 0, failed: 0, skipped: 0 };

prepareMachine({ forTests: true });
// One core each: the simulation beside what reads the sources.
const simulation = run(['node', 'tooling/sim.ts', '--seeds', '300']);
for (const [name, command] of [
  ['types', ['tsc', '-b']],
  ['lint', ['oxlint', '--type-aware']],
  ['format', ['oxfmt', '--check', '.']],
  ['translations', ['node', 'tooling/translations.ts']],
  ['unused code', ['knip']],
] as const) {
  note(name, (await run(command)) === 0);
}
note('simulation, 300 seeds', (await simulation) === 0);
try {
  await prepareMediaWorker();
  note('media worker', true);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  note('media worker', false);
}
await runTests('unit');
await buildScreens();
await runTests('e2e');
await runTests('e2e-alone');
rmSync(folder, { recursive: true });
console.log(
  `${counts.passed} passed, ${counts.failed} failed${counts.skipped === 0 ? '' : `, ${counts.skipped} skipped`}`,
);
process.exit(counts.failed === 0 ? 0 : 1);

function note(name: string, passed: boolean): void {
  counts[passed ? 'passed' : 'failed'] += 1;
  console.log(`${passed ? 'ok  ' : 'FAIL'} ${name}`);
}

async function runTests(project: string): Promise<void> {
  const report = join(folder, `${project}.json`);
  const code = await run([
    'vitest',
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = readReport(report);
  counts.passed += numPassedTests;
  counts.skipped += numPendingTests + numTodoTests;
  // A file that cannot even be loaded has no failed test, and fails the run all the same.
  counts.failed += code === 0 ? numFailedTests : Math.max(1, numFailedTests);
}

function readReport(
  path: string,
): Record<'numPassedTests' | 'numFailedTests' | 'numPendingTests' | 'numTodoTests', number> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ReturnType<typeof readReport>;
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };
  }
}
