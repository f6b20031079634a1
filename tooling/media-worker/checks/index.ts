import { spawnSync } from 'node:child_process';
import { checkBrowserCall } from './browser-call.ts';
import { checkSrtp } from './srtp-interop.ts';

/**
 * Everything that a worker must show before it is used; gives the names of what it passed.
 *
 * @param shimTest program that tests the shims, for a worker that was built with them
 * @throws Error that names the check
 */
export async function checkWorker(
  worker: string,
  shimTest: string | undefined,
  say: (line: string) => void,
): Promise<string[]> {
  const checks = [
    ...(shimTest === undefined
      ? []
      : [{ name: 'shims of libsrtp', check: async () => runShimTest(shimTest) }]),
    { name: 'SRTP, four suites, against an independent implementation', check: () => checkSrtp(worker) },
    { name: 'a call in Chromium: picture, sound, data', check: () => checkBrowserCall(worker) },
  ];
  for (const { name, check } of checks) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- one after the other: they measure time
      await check();
    } catch (error) {
      throw new Error(`it failed a check (${name}): ${String(error)}`, { cause: error });
    }
    say(`ok  ${name}`);
  }
  return checks.map(({ name }) => name);
}

function runShimTest(program: string): void {
  const done = spawnSync(program, [], { encoding: 'utf8', timeout: 60_000 });
  if (done.status !== 0) throw new Error(done.stderr || `ended with ${String(done.status ?? done.signal)}`);
}
