import { buildScreens } from './build.ts';
import { prepareMachine } from './machine.ts';
import { run } from './steps.ts';

/** The end-to-end tests alone; words behind the command choose some (`pnpm e2e offline`). */
prepareMachine();
await buildScreens();
process.exit(await run(['vitest', 'run', '--project', 'e2e', ...process.argv.slice(2)]));
