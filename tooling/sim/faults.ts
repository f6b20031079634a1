import { AppError, type AppErrorCode } from '@shimabashi/contracts';
import { type Chance } from '../demo/chance.ts';

/** How often each thing goes wrong while it may, as a share of requests. */
export interface FaultRates {
  readonly requestLost: number;
  readonly answerLost: number;
  /** The hub gets the request twice, as from a proxy that tries again. */
  readonly doubled: number;
  /** Neither an answer nor an end, until the client's own limit. */
  readonly halfOpen: number;
  /** 429, 503, and what a captive portal answers in the place of JSON. */
  readonly refused: number;
  readonly slow: number;
}

export const NO_FAULTS: FaultRates = {
  requestLost: 0,
  answerLost: 0,
  doubled: 0,
  halfOpen: 0,
  refused: 0,
  slow: 0,
};

/** What an island's line is like on a bad day. */
export const BAD_DAY: FaultRates = {
  requestLost: 0.15,
  answerLost: 0.15,
  doubled: 0.1,
  halfOpen: 0.05,
  refused: 0.1,
  slow: 0.2,
};

export type Fault = keyof FaultRates | 'none';

/** Which fault strikes one request. At most one. */
export function drawFault(rates: FaultRates, chance: Chance): Fault {
  let left = chance.unit();
  for (const [fault, rate] of Object.entries(rates) as [keyof FaultRates, number][]) {
    left -= rate;
    if (left < 0) return fault;
  }
  return 'none';
}

const REFUSALS = ['TOO_MANY_ATTEMPTS', 'SERVICE_RESTARTING', 'INTERNAL'] as const satisfies AppErrorCode[];

export function refusal(chance: Chance): AppError {
  return new AppError(REFUSALS[chance.whole(REFUSALS.length)]!, 'Played by the simulation.');
}
