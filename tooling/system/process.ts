import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';

/** A program of the system, in a process of its own. */
export class RunningProgram {
  readonly #name: string;
  readonly #entry: string;
  readonly #environment: Record<string, string>;
  readonly #logFile: string;
  #child: ChildProcess | undefined;

  constructor(options: {
    name: string;
    entry: string;
    environment: Record<string, string>;
    logFile: string;
  }) {
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
