import { run } from './steps.ts';
import { prepareSystem } from './system/prepare.ts';

/** The end-to-end tests alone; words behind the command choose some (`pnpm e2e offline`). */
await prepareSystem();
process.exit(await run(['vitest', 'run', '--project', 'e2e', ...process.argv.slice(2)]));
