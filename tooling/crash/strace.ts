import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** What a program did, in its order: changed a file, had it brought to the disk, or told somebody. */
export type Step =
  | { readonly kind: 'write'; readonly file: string; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly file: string; readonly size: number }
  | { readonly kind: 'sync'; readonly file: string }
  | { readonly kind: 'say'; readonly bytes: Buffer };

const CALLS = 'pwrite64,write,writev,sendmsg,fsync,fdatasync,ftruncate';
/** Longest single write that is kept whole. SQLite's are pages. */
const WRITE_BYTES_MAX = 1_048_576;
const ATTACH_LIMIT_MS = 20_000;

/**
 * Writes down what a running program does, by strace. Only its main thread: SQLite and the answers
 * that follow are both on it, so that their order is sure.
 *
 * `copyState` is called while the program stands still: what it copies is where the steps begin.
 */
export async function recordSteps(
  pid: number,
  file: string,
  copyState: () => void,
): Promise<{ stop(): Promise<void> }> {
  process.kill(pid, 'SIGSTOP');
  try {
    copyState();
    const args = ['-p', String(pid), '-y', '-xx', '-s', String(WRITE_BYTES_MAX), '-e', `trace=${CALLS}`];
    const strace = spawn('strace', [...args, '-o', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = new Promise<void>(resolve => strace.once('close', () => resolve()));
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('strace did not attach.')), ATTACH_LIMIT_MS);
      strace.once('error', reject);
      strace.stderr.on('data', (text: Buffer) => {
        if (!text.includes('attached')) return;
        clearTimeout(late);
        resolve();
      });
      void ended.then(() => reject(new Error('strace ended at once: may it trace on this machine?')));
    });
    return {
      async stop() {
        strace.kill('SIGINT');
        await ended;
      },
    };
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

/** The steps of a record; what went to files that are not `files` counts as said. */
export async function* readSteps(record: string, files: ReadonlySet<string>): AsyncGenerator<Step> {
  const lines = createInterface({ input: createReadStream(record, 'latin1'), crlfDelay: Infinity });
  for await (const line of lines) {
    const step = stepOf(line, files);
    if (step !== undefined) yield step;
  }
}

/** `name(12<path>, rest) = result`; nothing else is a step, nor is what failed. */
const CALL = /^(\w+)\(\d+<([^>]*)>(.*)\) += (\d+)/;

export function stepOf(line: string, files: ReadonlySet<string>): Step | undefined {
  const [, name = '', path = '', rest = '', result = ''] = CALL.exec(line) ?? [];
  const file = bytesOf(path).toString();
  switch (name) {
    case 'fsync':
    case 'fdatasync':
      return files.has(file) ? { kind: 'sync', file } : undefined;
    case 'ftruncate':
      return files.has(file) ? { kind: 'truncate', file, size: Number(/\d+/.exec(rest)?.[0]) } : undefined;
    case 'pwrite64': {
      if (!files.has(file)) return undefined;
      const at = Number(/, (\d+)$/.exec(rest)?.[1]);
      return { kind: 'write', file, at, bytes: writtenIn(rest, result) };
    }
    case 'write':
    case 'writev':
    case 'sendmsg':
      if (files.has(file)) throw new Error('SQLite writes in another way than this harness knows.');
      return { kind: 'say', bytes: writtenIn(rest, result) };
    default:
      return undefined;
  }
}

/** Everything between quotation marks, as far as the call took it. */
function writtenIn(text: string, result: string): Buffer {
  if (/"\.\.\./.test(text)) throw new Error('A write was longer than what strace kept of it.');
  const parts = [...text.matchAll(/"([^"]*)"/g)].map(([, part]) => bytesOf(part ?? ''));
  return Buffer.concat(parts).subarray(0, Number(result));
}

function bytesOf(escaped: string): Buffer {
  return Buffer.from(escaped.replaceAll('\\x', ''), 'hex');
}
