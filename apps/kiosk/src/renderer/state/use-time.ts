import { useEffect, useState } from 'react';
import { useKiosk } from './use-kiosk.ts';

export interface Time {
  readonly nowMs: number;
  readonly monotonicMs: number;
}

/** Fine enough that a number is never shown as present much longer than it may be. */
const TICK_MS = 250;

/** The time for a whole screen, from both clocks, renewed a few times a second. */
export function useTime(): Time {
  const { clock } = useKiosk();
  const [time, setTime] = useState<Time>(() => ({ nowMs: clock.nowMs(), monotonicMs: clock.monotonicMs() }));
  useEffect(() => {
    const timer = setInterval(
      () => setTime({ nowMs: clock.nowMs(), monotonicMs: clock.monotonicMs() }),
      TICK_MS,
    );
    return () => clearInterval(timer);
  }, [clock]);
  return time;
}
