import { type SupervisorClock } from '../supervised.ts';

/** A clock that stands still until it is told to go on. */
export interface ManualClock extends SupervisorClock {
  /** Lets so many milliseconds pass, with everything that is due in them. */
  pass(durationMs: number): Promise<void>;
  /** Lets everything happen that waits for nothing but its turn. */
  settle(): Promise<void>;
}

export function manualClock(startMs: number): ManualClock {
  let nowMs = startMs;
  const timers = new Set<{ atMs: number; run: () => void }>();
  const settle = () => new Promise<void>(resolve => setImmediate(resolve));
  return {
    nowMs: () => nowMs,
    random: () => 0,
    after(delayMs, run) {
      const timer = { atMs: nowMs + delayMs, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    settle,
    async pass(durationMs) {
      const endMs = nowMs + durationMs;
      await settle();
      for (;;) {
        const due = [...timers]
          .filter(timer => timer.atMs <= endMs)
          .toSorted((one, other) => one.atMs - other.atMs)[0];
        if (due === undefined) break;
        timers.delete(due);
        nowMs = due.atMs;
        due.run();
        await settle();
      }
      nowMs = endMs;
    },
  };
}
