import { type HistoryVersion, MERGE_AUTHOR_ID, type ResourceEnvelope } from '@shimabashi/contracts';

/** One place inside a resource, with what each version says there; null where it says nothing. */
export interface FieldLine {
  /** Such as `name.0.text`. */
  readonly path: string;
  /** In the order of the versions. */
  readonly values: readonly (string | null)[];
}

/**
 * Where the first two of these versions differ, and what all of them say there. `names`: only in these
 * fields at the top; else everywhere but in the metadata of the version itself.
 */
export function fieldLines(
  versions: readonly [
    ResourceEnvelope | undefined,
    ResourceEnvelope | undefined,
    ...(ResourceEnvelope | undefined)[],
  ],
  names?: readonly string[],
): readonly FieldLine[] {
  const leaves = versions.map(version => {
    const { meta: _, ...content }: Partial<ResourceEnvelope> = version ?? {};
    const looked = Object.entries(content).filter(([name]) => names === undefined || names.includes(name));
    return new Map(leavesOf(Object.fromEntries(looked), ''));
  });
  const lines = [...new Set(leaves.flatMap(map => [...map.keys()]))]
    .map(path => ({ path, values: leaves.map(map => map.get(path) ?? null) }))
    .filter(({ values: [left, right] }) => left !== right)
    .toSorted((one, other) => one.path.localeCompare(other.path));
  const told = lines.filter(({ path }) => !SILENT_LEAF.test(path));
  // What differs is never hidden: where only such leaves do, they are shown.
  return told.length === 0 ? lines : told;
}

/** Which code system or extension it is, says nothing to a reader beside what it says. */
const SILENT_LEAF = /(^|\.)(url|system)$|extension\.\d+\.valueCode$/;

function leavesOf(value: unknown, path: string): [string, string][] {
  if (value === null || typeof value !== 'object') return [[path, String(value)]];
  return Object.entries(value).flatMap(([name, inner]) =>
    leavesOf(inner, path === '' ? name : `${path}.${name}`),
  );
}

/** What was done by a version of a record. */
export type HistoryDeed =
  | 'begun'
  | 'changed'
  /** It was never so: an error of whoever wrote it. */
  | 'retracted'
  /** Two versions brought together where nothing had to be decided. */
  | 'merged'
  /** Two versions of which a clinician has made this. */
  | 'decided';

export interface HistoryStep {
  readonly version: HistoryVersion;
  readonly deed: HistoryDeed;
  /** Before and after. */
  readonly changes: readonly FieldLine[];
}

/** What each version changed in the one that it was made from, in the order given. */
export function historySteps(versions: readonly HistoryVersion[]): readonly HistoryStep[] {
  const byId = new Map(versions.map(version => [version.entry.versionId, version.entry.resource]));
  return versions.map(version => {
    const { baseVersionId, entry } = version;
    const base = baseVersionId === null ? undefined : byId.get(baseVersionId);
    return {
      version,
      deed: deedOf(version, base),
      changes: base === undefined ? [] : fieldLines([base, entry.resource]),
    };
  });
}

function deedOf(version: HistoryVersion, base: ResourceEnvelope | undefined): HistoryDeed {
  const { entry, baseVersionId, mergedVersionId } = version;
  if (mergedVersionId !== null) return entry.authorId === MERGE_AUTHOR_ID ? 'merged' : 'decided';
  if (baseVersionId === null) return 'begun';
  const wasInError = base !== undefined && isInError(base);
  return isInError(entry.resource) && !wasInError ? 'retracted' : 'changed';
}

/** FHIR R4: `entered-in-error` is a status of its own, of an allergy or a condition a verification status. */
export function isInError(resource: ResourceEnvelope): boolean {
  const { status, verificationStatus } = resource;
  return (
    status === 'entered-in-error' || JSON.stringify(verificationStatus ?? '').includes('"entered-in-error"')
  );
}
