import { type Operation } from '@shimabashi/contracts';
import { mergedOperation } from '../merge/merged-operation.ts';
import { ruleOf } from '../merge/rules.ts';
import { type Heads } from './heads.ts';
import { type Versions } from './versions.ts';

/**
 * Brings the heads of a resource together where nothing has to be decided, after `operation` was
 * added. Merged versions are kept by `keep`, in the same transaction; two heads that take a person
 * stay two.
 */
export function mergeHeads(
  { versions, heads }: { readonly versions: Versions; readonly heads: Heads },
  operation: Operation,
  keep: (merged: Operation) => void,
): void {
  const { resource } = operation;
  if (ruleOf(resource.resourceType) === undefined) return;
  for (;;) {
    const merged = firstMerge(versions, resource, heads.of(resource));
    if (merged === undefined) return;
    keep(merged);
  }
}

function firstMerge(
  versions: Versions,
  resource: Operation['resource'],
  headIds: readonly string[],
): Operation | undefined {
  if (headIds.length < 2) return undefined;
  const parts = {
    known: versions.ancestors(resource),
    find: (versionId: string) => versions.operation(versionId),
  };
  const compared = headIds.slice(-HEADS_COMPARED_MAX);
  for (const [index, left] of compared.entries()) {
    for (const right of compared.slice(index + 1)) {
      const merged = mergedOperation(parts, left, right);
      if (merged !== undefined) return merged;
    }
  }
  return undefined;
}

/** So many conflicts of one record wait for a person already that comparing more would help nobody. */
const HEADS_COMPARED_MAX = 8;
