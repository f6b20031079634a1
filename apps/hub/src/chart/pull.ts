import {
  MERGED_VERSIONS_FEATURE,
  type Operation,
  type PullCursor,
  type PullResponse,
} from '@shimabashi/contracts';
import { type ChartLog } from '@shimabashi/sync';

/**
 * The next versions of the kiosk's clinic after its cursor. A cursor of another epoch counts
 * commits that this log never made: it begins again. A kiosk of the release before takes no second
 * parent: it gets the version without, keeps the other head beside it, and reads it once more when it
 * is brought up to date.
 */
export function pullVersions(
  log: ChartLog,
  clinicId: string,
  request: { readonly cursor: PullCursor; readonly limit: number },
  features: ReadonlySet<string>,
): PullResponse {
  const { cursor, limit } = request;
  const after = cursor.epoch === log.epoch ? cursor.sequence : 0;
  const { versions, nextSequence, more } = log.versionsAfter(after, [clinicId], limit);
  const isCurrent = features.has(MERGED_VERSIONS_FEATURE);
  return {
    epoch: log.epoch,
    versions: versions.map(({ sequence, operation }) => ({
      sequence,
      operation: isCurrent ? operation : withoutSecondParent(operation),
    })),
    nextSequence,
    more,
  };
}

function withoutSecondParent(operation: Operation): Operation {
  const { mergedVersionId: _, ...rest } = operation;
  return rest;
}
