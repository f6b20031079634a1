import { type ContestedField, type Operation } from '@shimabashi/contracts';
import { type Ancestor, unseen } from './ancestry.ts';
import { isSame } from './json-value.ts';
import { sideOf } from './merged-operation.ts';
import { fieldOf, groupsOf, isWeakened, mergeGroup, pick } from './resource.ts';
import { ruleOf, type TypeRule } from './rules.ts';
import { type Side } from './side.ts';

/** What a person has to know to decide between two versions of one record. */
export interface Contest {
  readonly fields: readonly ContestedField[];
  readonly asWhole: boolean;
  /** The version that both were made from, the latest of those that are known. */
  readonly base: Operation | undefined;
}

/**
 * Where two versions of one record differ, by the same rules as the merge (`resource.ts`).
 *
 * A field that only one side changed has its `merged` value; the person sees it and may choose
 * otherwise. Nothing has one when the versions are not about the same thing any more, or one of them
 * warns less of an allergy: then everything is to be looked at.
 */
export function contestOf(history: readonly Operation[], left: Operation, right: Operation): Contest {
  const known = history.map(ancestorOf);
  const find = (versionId: string) => history.find(({ operationId }) => operationId === versionId);
  const written = unseen(known, left.operationId, right.operationId);
  const sides = [
    sideOf({ known, find }, left, written?.left ?? []),
    sideOf({ known, find }, right, written?.right ?? []),
  ] as const;
  const rule = ruleOf(left.resource.resourceType);
  const asWhole = rule === undefined || written === undefined || isAboutOther(rule, sides);
  const mayMerge = !asWhole && !isWeakened(...sides);
  return {
    asWhole,
    fields: groupsOf(rule ?? NO_RULE, sides)
      .filter(names => !isSame(pick(left.resource, names), pick(right.resource, names)))
      .map(names => ({ names: [...names], merged: mayMerge ? mergedFields(sides, names) : null })),
    base: written === undefined ? undefined : lastInCommon(known, [left, right], written, find),
  };
}

const NO_RULE: TypeRule = { about: [], together: [] };

function ancestorOf({ operationId, baseVersionId, mergedVersionId }: Operation): Ancestor {
  const parentIds = [baseVersionId, mergedVersionId].filter(parentId => typeof parentId === 'string');
  return { versionId: operationId, parentIds };
}

function isAboutOther(rule: TypeRule, [left, right]: readonly [Side, Side]): boolean {
  const names = [left, right].flatMap(({ resource }) => Object.keys(resource));
  const about = names.filter(name => rule.about.includes(fieldOf(name)));
  return !isSame(pick(left.resource, about), pick(right.resource, about));
}

function mergedFields(
  [left, right]: readonly [Side, Side],
  names: readonly string[],
): ContestedField['merged'] {
  const merged = mergeGroup(left, right, names);
  return merged === 'conflict' ? null : { ...merged };
}

/** From each side, the nearest versions that the other stands on too; of those the latest known. */
function lastInCommon(
  known: readonly Ancestor[],
  [left, right]: readonly [Operation, Operation],
  written: { readonly left: readonly string[]; readonly right: readonly string[] },
  find: (versionId: string) => Operation | undefined,
): Operation | undefined {
  const own = new Set([...written.left, ...written.right, left.operationId, right.operationId]);
  const nearest = new Set(
    known.filter(({ versionId }) => own.has(versionId)).flatMap(({ parentIds }) => parentIds),
  );
  const common = known.filter(({ versionId }) => nearest.has(versionId) && !own.has(versionId));
  const last = common.at(-1);
  return last === undefined ? undefined : find(last.versionId);
}
