import { runSteps } from './steps.ts';
import { preparePrograms } from './system/prepare.ts';

/** Everything that is quick: types, lint, format, translations, unit tests. Under a minute. */
const steps = [
  { name: 'types', command: ['tsc', '-b'] },
  { name: 'lint', command: ['oxlint', '--type-aware'] },
  { name: 'format', command: ['oxfmt', '--check', '.'] },
  { name: 'translations', command: ['node', 'tooling/translations.ts'] },
  { name: 'unit tests', command: ['vitest', 'run', '--project', 'unit'] },
];
await preparePrograms();
process.exit(await runSteps(steps));
