import { type SupervisorClock } from './supervised.ts';

/** The clock of the machine. */
export const systemClock: SupervisorClock = {
  nowMs: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};
