import { type ResourceEnvelope } from '@shimabashi/contracts';
import { isSame } from './json-value.ts';

/** What one author did in one version: what was there (two versions where two were brought together). */
export interface Step {
  readonly before: readonly ResourceEnvelope[];
  readonly after: ResourceEnvelope;
}

/**
 * One of two versions that stand against each other, with everything that people wrote on its side
 * and that the other side has not seen.
 */
export interface Side {
  readonly resource: ResourceEnvelope;
  readonly steps: readonly Step[];
}

/**
 * Whether somebody on this side changed what `look` shows. Not whether it differs from some earlier
 * version: two people who wrote the same, each for themselves, have both written it, and a third who
 * then changes it on one side has not seen the other.
 */
export function isChanged(side: Side, look: (resource: ResourceEnvelope | undefined) => unknown): boolean {
  return side.steps.some(({ before, after }) => {
    const seen = before.length === 0 ? [undefined] : before;
    return seen.some(each => !isSame(look(each), look(after)));
  });
}

/**
 * The rule of all merging: what one side alone changed is as that side has it; what both changed alike
 * is so; anything else is for a person to decide. Undefined stands for "not there".
 */
export function merged<Value>(
  left: Side,
  right: Side,
  look: (resource: ResourceEnvelope | undefined) => Value,
): { readonly value: Value } | 'conflict' {
  const [l, r] = [look(left.resource), look(right.resource)];
  if (isSame(l, r)) return { value: l };
  const isLeft = isChanged(left, look);
  if (isLeft === isChanged(right, look)) return 'conflict';
  return { value: isLeft ? l : r };
}
