import { type PullCursor, type PullResponse } from '@shimabashi/contracts';
import { type ChartLog } from '@shimabashi/sync';

/**
 * The next versions of the kiosk's clinic after its cursor. A cursor of another epoch counts
 * commits that this log never made: it begins again.
 */
export function pullVersions(
  log: ChartLog,
  clinicId: string,
  request: { readonly cursor: PullCursor; readonly limit: number },
): PullResponse {
  const { cursor, limit } = request;
  const after = cursor.epoch === log.epoch ? cursor.sequence : 0;
  const { versions, nextSequence, more } = log.versionsAfter(after, [clinicId], limit);
  return { epoch: log.epoch, versions: [...versions], nextSequence, more };
}
