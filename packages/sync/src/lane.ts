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
  const isAlarm = operation.resource.resourceType === 'DetectedIssue';
  return isAlarm || isVitalSigns(operation.resource) ? 'vitals' : 'chart';
}
