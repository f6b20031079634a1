/** Falling behind by more than this is not caught up with, in milliseconds: a monitor does not burst. */
const CATCH_UP_MS = 250;

/**
 * Calls `step` at a steady rate, without drift: each call is due at a multiple of the period since
 * the start, and a late timer makes up for what it missed.
 */
export function startPacer(deps: {
  perSecond: number;
  step: () => void;
  monotonicMs: () => number;
  after: (delayMs: number, run: () => void) => () => void;
}): { stop: () => void } {
  const periodMs = 1_000 / deps.perSecond;
  let dueMs = deps.monotonicMs() + periodMs;
  let cancel = () => {};
  const tick = () => {
    const nowMs = deps.monotonicMs();
    if (nowMs - dueMs > CATCH_UP_MS) dueMs = nowMs;
    for (; dueMs <= nowMs; dueMs += periodMs) deps.step();
    cancel = deps.after(Math.max(0, dueMs - deps.monotonicMs()), tick);
  };
  cancel = deps.after(periodMs, tick);
  return { stop: () => cancel() };
}
