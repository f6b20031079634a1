import {
  MERGED_VERSIONS_FEATURE,
  type Operation,
  type PullCursor,
  type PullResponse,
  RECEIPTS_FEATURE,
} from '@shimabashi/contracts';
import { type ChartLog, type Receipts } from '@shimabashi/sync';

/**
 * The next versions of the kiosk's clinic after its cursor. A cursor of another epoch counts
 * commits that this log never made: it begins again. A kiosk of the release before takes no second
 * parent: it gets the version without, keeps the other head beside it, and reads it once more when it
 * is brought up to date. One that keeps receipts gets one with each version, and hears of which backups
 * this log was restored.
 */
export function pullVersions(
  { log, receipts }: { readonly log: ChartLog; readonly receipts: Receipts },
  clinicId: string,
  request: { readonly cursor: PullCursor; readonly limit: number },
  features: ReadonlySet<string>,
): PullResponse {
  const { cursor, limit } = request;
  const after = cursor.epoch === log.epoch ? cursor.sequence : 0;
  const { versions, nextSequence, more } = log.versionsAfter(after, [clinicId], limit);
  const isCurrent = features.has(MERGED_VERSIONS_FEATURE);
  const withReceipts = features.has(RECEIPTS_FEATURE);
  return {
    epoch: log.epoch,
    versions: versions.map(({ sequence, operation }) => ({
      sequence,
      operation: isCurrent ? operation : withoutSecondParent(operation),
      ...(withReceipts ? { receipt: receipts.of(operation) } : {}),
    })),
    nextSequence,
    more,
    ...continuesFor(log, features),
  };
}

/** What a kiosk that understands it is told of the backups that this log was restored from. */
export function continuesFor(log: ChartLog, features: ReadonlySet<string>): Pick<PullResponse, 'continues'> {
  return features.has(RECEIPTS_FEATURE) && log.continues.length > 0 ? { continues: [...log.continues] } : {};
}

function withoutSecondParent(operation: Operation): Operation {
  const { mergedVersionId: _, ...rest } = operation;
  return rest;
}
