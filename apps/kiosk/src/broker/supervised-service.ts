import {
  type Alarm,
  type AlarmAnswer,
  AppError,
  FromService,
  type KioskEvent,
  type RowResult,
  type ServiceName,
  type ServiceStatus,
  type ToService,
  toWireError,
} from '@shimabashi/contracts';

/** A running process of a service, as either shell starts it. */
export interface ServiceProcess {
  send(message: ToService): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, whatever ended it. */
  onExit(listener: () => void): void;
  kill(): void;
}
export type StartService = (name: ServiceName) => ServiceProcess;

export interface Timers {
  /** Calls back once after `ms`; the result cancels. */
  after(ms: number, callback: () => void): () => void;
}

/** A request that a service has not answered by then is a fault of ours. */
const ANSWER_LIMIT_MS = 10_000;
/** A service that has said neither `ready` nor `failed` by then hangs: it is killed and started anew. */
const START_LIMIT_MS = 30_000;
/** One that has said that it repairs its file gets this long: a chart of years, read and written anew. */
const REPAIR_LIMIT_MS = 1_800_000;
/** A clean stop gets this long; then the process is killed. The log survives either. */
const STOP_LIMIT_MS = 3_000;
const RESTART_DELAY_MS_MIN = 50;
const RESTART_DELAY_MS_MAX = 5_000;
/** A service that stayed up this long has recovered: its next restart is quick again. */
const RECOVERED_AFTER_MS = 2_000;

interface Deps {
  readonly startService: StartService;
  readonly nowMs: () => number;
  readonly timers: Timers;
  readonly reportUnexpected: (error: unknown, where: string) => void;
  readonly onEvent: (event: KioskEvent) => void;
  readonly onStatus: (status: ServiceStatus) => void;
  readonly onAnswer: (answer: AlarmAnswer) => void;
  readonly onKept: (alarms: readonly Alarm[]) => void;
  readonly onAsk: (ask: Extract<FromService, { type: 'ask' }>) => void;
}

/** Keeps one service process running, and turns its messages into answers and events. */
export class SupervisedService {
  readonly #name: ServiceName;
  readonly #deps: Deps;
  readonly #pending = new Map<number, { reply: (result: RowResult) => void; cancelLimit: () => void }>();
  readonly #settled = Promise.withResolvers<void>();
  #process: ServiceProcess | undefined;
  #status: ServiceStatus;
  #lastRequestId = 0;
  #failuresInARow = 0;
  #cancelRestart: (() => void) | undefined;
  #cancelStartLimit: (() => void) | undefined;
  #stopping: PromiseWithResolvers<void> | undefined;

  constructor(name: ServiceName, deps: Deps) {
    this.#name = name;
    this.#deps = deps;
    this.#status = { service: name, state: 'starting', sinceMs: deps.nowMs(), starts: 0, code: null };
  }

  status(): ServiceStatus {
    return this.#status;
  }

  /** Resolves when the service has been up once, or its first start has come to nothing. */
  settled(): Promise<void> {
    return this.#settled.promise;
  }

  start(): void {
    this.#setStatus({ state: 'starting', starts: this.#status.starts + 1 });
    const child = this.#deps.startService(this.#name);
    this.#process = child;
    child.onMessage(message => {
      if (this.#process === child) this.#take(message);
    });
    child.onExit(() => {
      if (this.#process === child) this.#ended();
    });
    this.#cancelStartLimit = this.#deps.timers.after(START_LIMIT_MS, () => child.kill());
  }

  /** Fire and forget: what is sent to a service that is down is gone, and the caller knows it may be. */
  send(message: ToService): void {
    if (this.#status.state === 'up') this.#process?.send(message);
  }

  request(row: string, body: unknown): Promise<RowResult> {
    if (this.#status.state !== 'up' || this.#process === undefined) {
      return Promise.resolve(this.#failure('SERVICE_RESTARTING', 'The service is starting again.'));
    }
    this.#lastRequestId += 1;
    const id = this.#lastRequestId;
    const answer = Promise.withResolvers<RowResult>();
    const cancelLimit = this.#deps.timers.after(ANSWER_LIMIT_MS, () => {
      this.#pending.delete(id);
      answer.resolve(this.#failure('TIMEOUT', 'The service did not answer in time.'));
    });
    this.#pending.set(id, { reply: answer.resolve, cancelLimit });
    try {
      this.#process.send({ type: 'request', id, row, body });
    } catch {
      // What JSON can say and no stack can follow: a nesting without end.
      this.#pending.delete(id);
      cancelLimit();
      answer.resolve(this.#failure('BAD_REQUEST', 'The request cannot be passed on.'));
    }
    return answer.promise;
  }

  async stop(): Promise<void> {
    if (this.#stopping !== undefined) return this.#stopping.promise;
    this.#stopping = Promise.withResolvers<void>();
    this.#cancelRestart?.();
    if (this.#process === undefined) {
      this.#stopping.resolve();
      return;
    }
    const child = this.#process;
    child.send({ type: 'stop' });
    const cancelKill = this.#deps.timers.after(STOP_LIMIT_MS, () => child.kill());
    await this.#stopping.promise;
    cancelKill();
  }

  #take(message: unknown): void {
    const parsed = FromService.safeParse(message);
    if (!parsed.success) {
      this.#deps.reportUnexpected(new Error('A message does not fit FromService.'), this.#name);
      return;
    }
    const received = parsed.data;
    switch (received.type) {
      case 'ready':
        this.#cancelStartLimit?.();
        this.#setStatus({ state: 'up', code: null });
        this.#settled.resolve();
        return;
      case 'repairing':
        this.#cancelStartLimit?.();
        this.#cancelStartLimit = this.#deps.timers.after(REPAIR_LIMIT_MS, () => this.#process?.kill());
        this.#setStatus({ code: 'STORE_REPAIRING' });
        this.#settled.resolve();
        return;
      case 'failed':
        this.#setStatus({ code: received.error.code });
        this.#settled.resolve();
        return;
      case 'event':
        this.#deps.onEvent(received.event);
        return;
      case 'alarm-answer':
        this.#deps.onAnswer(received.answer);
        return;
      case 'alarms-kept':
        this.#deps.onKept(received.alarms);
        return;
      case 'ask':
        this.#deps.onAsk(received);
        return;
      case 'reply': {
        const pending = this.#pending.get(received.id);
        this.#pending.delete(received.id);
        pending?.cancelLimit();
        pending?.reply(received.result);
        return;
      }
    }
  }

  #ended(): void {
    this.#process = undefined;
    this.#cancelStartLimit?.();
    this.#settled.resolve();
    const upForMs = this.#status.state === 'up' ? this.#deps.nowMs() - this.#status.sinceMs : 0;
    this.#failuresInARow = upForMs >= RECOVERED_AFTER_MS ? 0 : this.#failuresInARow + 1;
    this.#setStatus({ state: 'down' });
    for (const { reply, cancelLimit } of this.#pending.values()) {
      cancelLimit();
      reply(this.#failure('SERVICE_RESTARTING', 'The service ended before it answered.'));
    }
    this.#pending.clear();
    if (this.#stopping !== undefined) {
      this.#stopping.resolve();
      return;
    }
    const delayMs = Math.min(
      RESTART_DELAY_MS_MIN * 2 ** Math.max(0, this.#failuresInARow - 1),
      RESTART_DELAY_MS_MAX,
    );
    this.#cancelRestart = this.#deps.timers.after(delayMs, () => this.start());
  }

  #setStatus(change: Partial<ServiceStatus>): void {
    const changed = change.state !== undefined && change.state !== this.#status.state;
    this.#status = {
      ...this.#status,
      ...change,
      sinceMs: changed ? this.#deps.nowMs() : this.#status.sinceMs,
    };
    this.#deps.onStatus(this.#status);
  }

  #failure(code: 'BAD_REQUEST' | 'SERVICE_RESTARTING' | 'TIMEOUT', message: string): RowResult {
    return {
      ok: false,
      error: toWireError(new AppError(code, message, { details: { service: this.#name } })),
    };
  }
}
