import { type NumberedVersion, type PullCursor, type PullResponse } from '@shimabashi/contracts';
import { type ChartLog } from '@shimabashi/sync';

/**
 * Most characters of resources in one page of a pull. A page is read whole into memory at both ends,
 * and a cut link costs one page; with ordinary records the count ends a page long before this does.
 */
export const PULL_PAGE_CHARS_MAX = 4_194_304;

/** The next versions of the kiosk's clinic after its cursor. A cursor of another epoch is at 0. */
export function pullVersions(
  log: ChartLog,
  clinicId: string,
  request: { readonly cursor: PullCursor; readonly limit: number },
): PullResponse {
  const { cursor, limit } = request;
  const after = cursor.epoch === log.epoch ? cursor.sequence : 0;
  const page = log.versionsAfter(after, [clinicId], limit);
  return { epoch: log.epoch, ...trimPage(page, PULL_PAGE_CHARS_MAX) };
}

interface Page {
  readonly versions: readonly NumberedVersion[];
  readonly nextSequence: number;
  readonly more: boolean;
}

/** Ends a page early where it would be too large to send. At least one version stays in it. */
export function trimPage(
  page: Page,
  charsMax: number,
): { versions: NumberedVersion[]; nextSequence: number; more: boolean } {
  let chars = 0;
  const kept: NumberedVersion[] = [];
  for (const version of page.versions) {
    chars += JSON.stringify(version.operation.resource).length;
    const last = kept.at(-1);
    if (chars > charsMax && last !== undefined) {
      return { versions: kept, nextSequence: last.sequence, more: true };
    }
    kept.push(version);
  }
  return { versions: kept, nextSequence: page.nextSequence, more: page.more };
}
