import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';

const LOOK_EVERY_MS = 500;
/** A holder that is alive and has said nothing for so long hangs. Its longest silent step takes a minute. */
const HANGS_AFTER_MS = 10 * 60_000;

/**
 * Runs `work` while no other copy of it runs on this machine; others wait and hear how far it is.
 *
 * It saves time and nothing depends on it: whoever gets past it twice builds twice, and the later
 * rename wins.
 */
export async function alone<Result>(
  lockFile: string,
  say: (line: string) => void,
  work: (say: (line: string) => void) => Promise<Result>,
): Promise<Result> {
  await take(lockFile, say);
  try {
    return await work(line => {
      writeFileSync(lockFile, contentOf(line));
      say(line);
    });
  } finally {
    rmSync(lockFile, { force: true });
  }
}

async function take(lockFile: string, say: (line: string) => void): Promise<void> {
  let told: string | undefined;
  while (!create(lockFile)) {
    const holder = read(lockFile);
    if (holder !== undefined && isGone(holder)) {
      remove(lockFile);
      continue;
    }
    if (holder !== undefined && holder.line !== told) {
      told = holder.line;
      say(`another copy is at work (process ${holder.pid}): ${holder.line}`);
    }
    // oxlint-disable-next-line no-await-in-loop -- waiting is what this loop is for
    await new Promise(resolve => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function create(lockFile: string): boolean {
  try {
    writeFileSync(lockFile, contentOf('starting'), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

const contentOf = (line: string): string => `${process.pid}\n${line}`;

interface Holder {
  readonly pid: number;
  readonly line: string;
  readonly saidAtMs: number;
}

function read(lockFile: string): Holder | undefined {
  try {
    const [pid, line = ''] = readFileSync(lockFile, 'utf8').split('\n');
    return { pid: Number(pid), line, saidAtMs: statSync(lockFile).mtimeMs };
  } catch {
    return undefined; // Released between our two looks.
  }
}

function isGone({ pid, saidAtMs }: Holder): boolean {
  if (Date.now() - saidAtMs > HANGS_AFTER_MS) return true;
  // Just made and not yet written: no process has the number 0.
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

/** By a rename, which only one of several that wait can do. */
function remove(lockFile: string): void {
  const aside = `${lockFile}.${process.pid}`;
  try {
    renameSync(lockFile, aside);
  } catch {
    return; // Somebody else was faster.
  }
  rmSync(aside, { force: true });
}
