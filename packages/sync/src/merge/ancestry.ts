/** A version by its id, and the versions that it was made from: none, one, or two for a merge. */
export interface Ancestor {
  readonly versionId: string;
  readonly parentIds: readonly string[];
}

/**
 * Which versions each of two versions of one resource stands on and the other does not: what the one
 * side wrote and the other has not seen. Each includes the version itself.
 *
 * Undefined where the two have nothing in common, and while a version in between is not known: then
 * nobody can say what was seen.
 */
export function unseen(
  known: readonly Ancestor[],
  left: string,
  right: string,
): { readonly left: readonly string[]; readonly right: readonly string[] } | undefined {
  const parents = new Map(known.map(({ versionId, parentIds }) => [versionId, parentIds]));
  const ofLeft = ancestorsOf(parents, left);
  const ofRight = ancestorsOf(parents, right);
  if (ofLeft === undefined || ofRight === undefined) return undefined;
  const [onlyLeft, onlyRight] = [without(ofLeft, ofRight), without(ofRight, ofLeft)];
  return onlyLeft.length === ofLeft.size ? undefined : { left: onlyLeft, right: onlyRight };
}

function without(some: ReadonlySet<string>, others: ReadonlySet<string>): readonly string[] {
  return [...some].filter(versionId => !others.has(versionId));
}

/** The version itself and all that it comes from; undefined when one of them is not known. */
function ancestorsOf(
  parents: ReadonlyMap<string, readonly string[]>,
  versionId: string,
): ReadonlySet<string> | undefined {
  const found = new Set<string>();
  const open = [versionId];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const parentIds = parents.get(next);
    if (parentIds === undefined) return undefined;
    if (found.has(next)) continue;
    found.add(next);
    open.push(...parentIds);
  }
  return found;
}
