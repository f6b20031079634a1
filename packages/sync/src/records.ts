import {
  type ChartEntry,
  HISTORY_VERSIONS_MAX,
  type HistoryVersion,
  type RecordConflict,
} from '@shimabashi/contracts';
import { type ChartLog, type StoredVersion } from './log.ts';
import { contestOf } from './merge/contested.ts';
import { safestFirst } from './merge/safest-first.ts';

type EntryOf = (version: StoredVersion) => ChartEntry;

/** Whose chart is looked at, and in which clinics whoever looks is at home. */
interface Scope {
  readonly patientId: string;
  readonly clinicIds: readonly string[];
}

/** Every record of a patient of which two versions stand, with what there is to decide. */
export function recordConflicts(log: ChartLog, scope: Scope, entryOf: EntryOf): RecordConflict[] {
  const records = Map.groupBy(
    safestFirst(log.contested(scope)),
    ({ operation: { resource } }) => `${resource.resourceType}/${resource.id}`,
  );
  return [...records.values()].flatMap(heads => {
    const [left, right] = heads;
    if (left === undefined || right === undefined) return [];
    const versions = versionsOf(log, scope, left.operation.resource);
    const history = versions.map(({ operation }) => operation);
    const { base, fields, asWhole } = contestOf(history, left.operation, right.operation);
    const stored = versions.find(({ operation }) => operation === base);
    return [
      {
        heads: heads.map(entryOf),
        base: stored === undefined ? null : entryOf(stored),
        fields: [...fields],
        asWhole,
      },
    ];
  });
}

/** The versions of one record, the newest first; none where it is not of this patient. */
export function recordHistory(
  log: ChartLog,
  scope: Scope & { readonly resourceType: string; readonly resourceId: string },
  entryOf: EntryOf,
): { readonly versions: HistoryVersion[]; readonly older: number } {
  const { resourceType, resourceId: id } = scope;
  const versions = versionsOf(log, scope, { resourceType, id });
  const heads = new Set(log.heads(scope).map(({ operation }) => operation.operationId));
  const shown = versions.toReversed().slice(0, HISTORY_VERSIONS_MAX);
  return {
    versions: shown.map(version => ({
      entry: entryOf(version),
      baseVersionId: version.operation.baseVersionId,
      mergedVersionId: version.operation.mergedVersionId ?? null,
      isCurrent: heads.has(version.operation.operationId),
    })),
    older: versions.length - shown.length,
  };
}

function versionsOf(
  log: ChartLog,
  { patientId, clinicIds }: Scope,
  resource: { readonly resourceType: string; readonly id: string },
): readonly StoredVersion[] {
  return log
    .history(resource.id)
    .filter(
      ({ operation, clinicId }) =>
        operation.resource.resourceType === resource.resourceType &&
        operation.patientId === patientId &&
        clinicIds.includes(clinicId),
    );
}
