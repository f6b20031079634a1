import { type Clocks } from '@shimabashi/contracts';

/** This browser's clocks. */
export const browserClocks: Clocks = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};
