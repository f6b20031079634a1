import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { freePort } from './ports.ts';

interface ProgramOptions {
  readonly name: string;
  readonly entry: string;
  readonly environment: Record<string, string>;
  readonly logFile: string;
}

/**
 * Starts a program on the wanted port, or on any free one where that is taken: also by another copy
 * that chose it in the moment between our look and our listening.
 */
export async function startOnFreePort(
  wanted: number | undefined,
  optionsAt: (port: number) => ProgramOptions,
): Promise<{ program: RunningProgram; port: number }> {
  for (let tries = 0; ; tries += 1) {
    const program = new RunningProgram(optionsAt(await freePort(tries === 0 ? wanted : 0)));
    try {
      return { program, port: await program.start() };
    } catch (error) {
      if (tries === PORT_TRIES_MAX || !String(error).includes('is in use')) throw error;
    }
  }
}
const PORT_TRIES_MAX = 3;

/** A program of the system, in a process of its own. */
export class RunningProgram {
  readonly #name: string;
  readonly #entry: string;
  readonly #environment: Record<string, string>;
  readonly #logFile: string;
  #child: ChildProcess | undefined;

  constructor(options: ProgramOptions) {
    this.#name = options.name;
    this.#entry = options.entry;
    this.#environment = options.environment;
    this.#logFile = options.logFile;
  }

  get pid(): number {
    if (this.#child?.pid === undefined) throw new Error(`${this.#name} is not running`);
    return this.#child.pid;
  }

  get running(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Starts it, and resolves with the port that it says it listens on. */
  async start(): Promise<number> {
    const log = openSync(this.#logFile, 'a');
    const child = spawn(process.execPath, [this.#entry], {
      env: { ...process.env, ...this.#environment },
      stdio: ['ignore', log, log, 'ipc'],
      // A group of its own: Ctrl-C in the terminal reaches us, and we stop them in order.
      detached: true,
    });
    this.#child = child;
    return new Promise((resolve, reject) => {
      child.on('message', message => {
        if (isReady(message)) resolve(message.port);
      });
      child.once('error', reject);
      child.once('exit', code => {
        reject(
          new Error(
            `${this.#name} ended with ${String(code)} before it was ready: ${readFileSync(this.#logFile, 'utf8').slice(-300)}`,
          ),
        );
      });
    });
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** As a power cut would: no chance to say anything. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined || !this.running) return;
    const ended = new Promise<void>(resolve => child.once('exit', () => resolve()));
    child.kill(signal);
    const kill = setTimeout(() => child.kill('SIGKILL'), 8_000);
    await ended;
    clearTimeout(kill);
  }
}

function isReady(message: unknown): message is { type: 'ready'; port: number } {
  return (
    typeof message === 'object' &&
    message !== null &&
    'type' in message &&
    message.type === 'ready' &&
    'port' in message
  );
}
