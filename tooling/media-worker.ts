import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { prepareMachine } from './machine.ts';
import { shimTestIn } from './media-worker/cache.ts';
import { checkWorker } from './media-worker/checks/index.ts';
import { prepareMediaWorker } from './media-worker/prepare.ts';

/**
 * `pnpm media-worker [--rebuild] [--check]`: prepares mediasoup's worker and says where it is.
 * `--rebuild` makes it anew, `--check` runs its checks again.
 */
const { values } = parseArgs({
  options: { rebuild: { type: 'boolean', default: false }, check: { type: 'boolean', default: false } },
});
try {
  prepareMachine();
  const worker = await prepareMediaWorker(values);
  const shimTest = shimTestIn(dirname(worker));
  if (values.check)
    await checkWorker(worker, existsSync(shimTest) ? shimTest : undefined, line => console.log(line));
  console.log(worker);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
