import { type Timers } from '@shimabashi/sync';

/**
 * Waits, or ends early when the signal aborts. Leaves nothing on the signal: it lives as long as the
 * store, and a kiosk without its hub pauses every second for weeks.
 */
export async function pause(delayMs: number, signal: AbortSignal, timers: Timers): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>(resolve => {
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = timers.after(delayMs, end);
    signal.addEventListener('abort', end);
  });
}
