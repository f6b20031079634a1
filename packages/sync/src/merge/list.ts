import { type ResourceEnvelope } from '@shimabashi/contracts';
import { identityOf } from './identity.ts';
import { canonical, compareText, isSame } from './json-value.ts';
import { isChanged, merged, type Side } from './side.ts';

/**
 * Merges the list `field`, of which both sides have changed something, item by item.
 *
 * An item that both sides changed, or one changed and the other took away, is a conflict. So is it
 * when both took away an item that has no identity and either added one: they may both have rewritten
 * it. Additions of both sides are kept, behind what was there.
 */
export function mergeList(
  left: Side,
  right: Side,
  field: string,
): { readonly value: readonly unknown[] } | 'conflict' {
  const lists = [left, right].flatMap(({ resource, steps }) => [
    resource,
    ...steps.flatMap(({ before, after }) => [...before, after]),
  ]);
  const keys = new Set(lists.flatMap(resource => itemsOf(resource, field).map(item => identityOf(item).key)));
  const items = new Map<string, readonly unknown[]>();
  for (const key of keys) {
    const found = merged(left, right, resource => itemsWith(resource, field, key));
    if (found === 'conflict') return found;
    if (found.value.length > 0) items.set(key, found.value);
  }
  if (mayBeRewrittenTwice(left, right, field, keys)) return 'conflict';
  const order = orderOf(left, right, field, items);
  return order === 'conflict' ? order : { value: order.flatMap(key => items.get(key) ?? []) };
}

function itemsOf(resource: ResourceEnvelope | undefined, field: string): readonly unknown[] {
  const list = resource?.[field];
  return Array.isArray(list) ? list : [];
}

/** Mostly one or none; items that are there twice are one thing. */
function itemsWith(resource: ResourceEnvelope | undefined, field: string, key: string): readonly unknown[] {
  return itemsOf(resource, field).filter(item => identityOf(item).key === key);
}

function keysOf(resource: ResourceEnvelope | undefined, field: string): readonly string[] {
  return [...new Set(itemsOf(resource, field).map(item => identityOf(item).key))];
}

function mayBeRewrittenTwice(left: Side, right: Side, field: string, keys: ReadonlySet<string>): boolean {
  const unnamed = new Set(
    [...keys].filter(key =>
      [left, right].some(({ resource, steps }) =>
        [resource, ...steps.flatMap(({ before, after }) => [...before, after])]
          .flatMap(each => itemsOf(each, field))
          .map(identityOf)
          .some(identity => identity.key === key && !identity.isNamed),
      ),
    ),
  );
  const isIn = (side: Side, key: string): boolean => itemsWith(side.resource, field, key).length > 0;
  const isTouched = (side: Side, key: string): boolean =>
    isChanged(side, resource => itemsWith(resource, field, key));
  const isTakenByBoth = [...unnamed].some(key =>
    [left, right].every(side => !isIn(side, key) && isTouched(side, key)),
  );
  const isAdded = [...unnamed].some(key =>
    [left, right].some(side => isIn(side, key) && isTouched(side, key)),
  );
  return isTakenByBoth && isAdded;
}

/**
 * What was there before stays in the order of the side that changed the order; what either added
 * follows, sorted: between additions of people who did not see each other nobody chose an order.
 */
function orderOf(
  left: Side,
  right: Side,
  field: string,
  items: ReadonlyMap<string, readonly unknown[]>,
): readonly string[] | 'conflict' {
  const wasThere = new Set(
    keysOf(left.resource, field).filter(
      key =>
        itemsWith(right.resource, field, key).length > 0 &&
        ![left, right].some(side => isAddedBy(side, field, key)),
    ),
  );
  const kept = merged(left, right, resource => keysOf(resource, field).filter(key => wasThere.has(key)));
  if (kept === 'conflict') return kept;
  const added = [...items.keys()]
    .filter(key => !wasThere.has(key))
    .toSorted((a, b) => compareText(canonical(items.get(a)), canonical(items.get(b))));
  return [...kept.value, ...added].filter(key => items.has(key));
}

function isAddedBy({ steps }: Side, field: string, key: string): boolean {
  const has = (resource: ResourceEnvelope): boolean => itemsWith(resource, field, key).length > 0;
  return steps.some(({ before, after }) => has(after) && !before.some(has));
}

/** Whether nothing that was in `base` is gone or changed in `side`. */
export function keepsAll(base: readonly unknown[], side: readonly unknown[]): boolean {
  return base.every(item => side.some(other => isSame(item, other)));
}
