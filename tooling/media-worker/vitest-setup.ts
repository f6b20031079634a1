import { readMarker, starts, workerFolder, workerIn } from './cache.ts';

/**
 * For `vitest` started by itself: names the prepared worker to the tests, as the commands do. It prepares
 * none, since a test run must not install or build for minutes.
 */
export function setup(): void {
  if ((process.env['MEDIASOUP_WORKER_BIN'] ?? '') !== '') return;
  const folder = workerFolder();
  const worker = workerIn(folder);
  if (readMarker(folder) !== undefined && starts(worker)) process.env['MEDIASOUP_WORKER_BIN'] = worker;
  else console.warn('There is no media worker here: tests of calls will fail. Run "pnpm media-worker" once.');
}
