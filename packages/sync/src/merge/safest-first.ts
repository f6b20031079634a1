import { type StoredVersion } from '../log.ts';
import { safetyOf } from './rules.ts';

/**
 * The same versions, where two of one record stand against each other the safer one first
 * (`safetyOf`). Records stay where the first of their versions was.
 */
export function safestFirst(heads: readonly StoredVersion[]): readonly StoredVersion[] {
  const byRecord = Map.groupBy(
    heads,
    ({ operation: { resource } }) => `${resource.resourceType}/${resource.id}`,
  );
  return [...byRecord.values()].flatMap(versions =>
    versions.toSorted((a, b) => compare(safetyOf(b.operation.resource), safetyOf(a.operation.resource))),
  );
}

/** The first difference decides. */
function compare(a: readonly number[], b: readonly number[]): number {
  return a.map((each, index) => each - b[index]!).find(difference => difference !== 0) ?? 0;
}
