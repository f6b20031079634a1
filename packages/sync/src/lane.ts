import { type Lane, type Operation } from '@shimabashi/contracts';
import { isVitalSigns } from './search/observation.ts';

/**
 * In which lane an operation leaves: alarms and vital signs first, the rest of the chart behind them.
 *
 * A correction of a vital sign is a vital sign: whoever saw the wrong number should see the right
 * one as soon. A photograph's DocumentReference is of the chart; its bytes are no operations, and have
 * the lanes behind (`NewBinary`).
 */
export function laneOf(operation: Operation): Lane {
  const { resourceType } = operation.resource;
  // Who is of this clinic at all: a hub that has lost that refuses the vital signs of a guest.
  const isFirst = resourceType === 'DetectedIssue' || resourceType === 'EpisodeOfCare';
  return isFirst || isVitalSigns(operation.resource) ? 'vitals' : 'chart';
}
