import { type AppErrorCode, type RowResult } from '@shimabashi/contracts';

/** Waits, or ends early when the screen that asked is gone. Injected, so that tests do not wait. */
export type Wait = (delayMs: number, signal: AbortSignal) => Promise<void>;

const waitOnTimer: Wait = (delayMs, signal) =>
  new Promise(resolve => {
    const timer = setTimeout(resolve, delayMs);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

/** Failures that pass by themselves: the kiosk is starting a part of itself again. */
const PASSING: ReadonlySet<AppErrorCode> = new Set(['SERVICE_RESTARTING', 'TIMEOUT']);
const DELAYS_MS = [250, 500, 1_000] as const;

/**
 * Asks until there is an answer that does not pass by itself. The request is the same each time, so
 * that one with an operation id is done once, however often it is asked.
 */
export async function askPatiently<Body>(
  ask: () => Promise<RowResult<Body>>,
  { signal, wait = waitOnTimer, attempts = Infinity }: PatienceOptions,
): Promise<RowResult<Body>> {
  for (let attempt = 1; ; attempt += 1) {
    const result = await ask();
    if (result.ok || !PASSING.has(result.error.code) || attempt >= attempts || signal.aborted) return result;
    await wait(DELAYS_MS[Math.min(attempt, DELAYS_MS.length) - 1] ?? 1_000, signal);
    if (signal.aborted) return result;
  }
}

export interface PatienceOptions {
  readonly signal: AbortSignal;
  readonly wait?: Wait;
  /** How often at most. Without it, until the signal. */
  readonly attempts?: number;
}
