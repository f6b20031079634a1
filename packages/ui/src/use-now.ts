import { useEffect, useState } from 'react';

/**
 * The time, renewed every `everyMs`. One per screen: its parts get the time as a value, so that they
 * agree and tests need no timer.
 */
export function useNow(everyMs = 500, clock: () => number = Date.now): number {
  const [nowMs, setNowMs] = useState(clock);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(clock()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, clock]);
  return nowMs;
}
