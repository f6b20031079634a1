import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A running program that plays what is written to it. */
export interface Player {
  /** Gives how many bytes were taken: fewer than offered when its pipe is full. Never waits. */
  write(bytes: Uint8Array): number;
  /** Once, however it ended, also when it could not be started. */
  onEnd(listener: () => void): void;
  /** Ends it. `onEnd` follows. */
  stop(): void;
}

/** What a pipe holds, in bytes: the default of Linux (pipe(7)), less than a second of sound. */
export const PIPE_BYTES = 65_536;

/**
 * Starts the program with a pipe of its own for its standard input.
 *
 * Node's own pipes to a child are sockets that hold seconds of sound: too much to notice in time that
 * nobody takes it. A FIFO holds 64 KiB, and says exactly how much it has taken. It has no name once
 * both ends are open; the player sees its end when this process ends, however that happens.
 */
export function startPlayer([program, ...words]: readonly [string, ...string[]]): Player {
  const { reader, writer } = openPipe();
  const child = spawn(program, words, { stdio: [reader, 'ignore', 'ignore'] });
  closeSync(reader);
  let isOpen = true;
  const ended = endOf(child);
  void ended.then(() => {
    isOpen = false;
    closeSync(writer);
  });
  return {
    write: bytes => (isOpen ? writeNow(writer, bytes) : 0),
    onEnd: listener => void ended.then(listener),
    // Whatever state it is in; it has nothing that could be lost.
    stop: () => void child.kill('SIGKILL'),
  };
}

function endOf(child: ChildProcess): Promise<void> {
  return new Promise(resolve => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
}

function openPipe(): { readonly reader: number; readonly writer: number } {
  const folder = mkdtempSync(join(tmpdir(), 'shimabashi-sound-'));
  const path = join(folder, 'pipe');
  try {
    execFileSync('mkfifo', ['-m', '600', path]);
    // Held for a moment, so that the reader's end opens without waiting for a writer.
    const both = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    const reader = openSync(path, constants.O_RDONLY);
    const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    closeSync(both);
    return { reader, writer };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeNow(writer: number, bytes: Uint8Array): number {
  try {
    return writeSync(writer, bytes);
  } catch (error) {
    // Full, or the reader has just gone: its exit tells.
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EAGAIN' || code === 'EPIPE') return 0;
    throw error;
  }
}
