import { spawn } from 'node:child_process';
import { root } from './paths.ts';

export interface Step {
  readonly name: string;
  readonly command: readonly string[];
}

/** Runs commands of the workspace one after the other; all of them, so that one run tells all. */
export async function runSteps(steps: readonly Step[]): Promise<number> {
  let failed = 0;
  for (const step of steps) {
    const beganAtMs = Date.now();
    const code = await run(step.command);
    if (code !== 0) failed += 1;
    console.log(
      `${code === 0 ? 'ok  ' : 'FAIL'} ${step.name} (${((Date.now() - beganAtMs) / 1000).toFixed(1)} s)`,
    );
  }
  return failed === 0 ? 0 : 1;
}

/** The exit code of a command whose program stands in `node_modules/.bin`. */
export function run(command: readonly string[], environment: Record<string, string> = {}): Promise<number> {
  const [program, ...words] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program!, words, {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.once('error', reject);
    child.once('exit', code => resolve(code ?? 1));
  });
}
