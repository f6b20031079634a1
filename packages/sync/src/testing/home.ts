import { type Operation } from '@shimabashi/contracts';
import { type ChartLog } from '../log.ts';

/** A place where a log is kept: opened again, it holds what it held. */
export interface ChartLogHome {
  /** The log is new the first time. */
  open(options?: { readonly renewEpoch?: boolean }): ChartLog;
  remove(): void;
}

/** The home of the test that runs, with its log open. */
export interface OpenHome {
  readonly log: ChartLog;
  reopen(options?: { readonly renewEpoch?: boolean }): void;
}

export const ALL = { operations: 500, bytes: 1_048_576 };

export function idsOf(versions: readonly { operation: Operation }[]): string[] {
  return versions.map(version => version.operation.operationId);
}
