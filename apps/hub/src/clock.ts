/** Time as the hub sees it. Passed in, so that a test can be the clock. */
export interface Clock {
  /** Milliseconds since the epoch, UTC. */
  readonly nowMs: () => number;
  /** Calls back once. Gives what cancels it. */
  readonly after: (delayMs: number, callback: () => void) => () => void;
  /** Calls back again and again. Gives what ends it. */
  readonly every: (periodMs: number, callback: () => void) => () => void;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
  every: (periodMs, callback) => {
    const timer = setInterval(callback, periodMs);
    return () => clearInterval(timer);
  },
};
