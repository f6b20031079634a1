import { RESOURCE_CHARS_MAX, type ResourceEnvelope } from '@shimabashi/contracts';
import { field } from '../search/json.ts';
import { isSame } from './json-value.ts';
import { mergeList } from './list.ts';
import { ruleOf, type TypeRule, weakens } from './rules.ts';
import { isChanged, merged, type Side } from './side.ts';

/**
 * What both sides wrote, in one resource, or the fields that only a person can decide (named without
 * `[x]`; none when it is the record as a whole).
 */
export type Merge =
  | { readonly outcome: 'merged'; readonly resource: ResourceEnvelope }
  | { readonly outcome: 'conflict'; readonly fields: readonly string[] };

/**
 * Merges two versions of one resource, each with what people wrote on its side and the other has not
 * seen. Facts never merge (`rules.ts`).
 *
 * A top-level field is the unit, and in lists an item (`list.ts`): a name or a dose is never put
 * together from two people's halves. What one side alone changed is taken; what both changed
 * differently is a conflict, and then nothing is merged. The choices of `value[x]` are one field, and
 * so are the fields that a rule of the type holds together. No clock is asked, and left and right
 * make no difference.
 *
 * An allergy is never weakened by a merge: when one side warns less than before and the other
 * changed anything at all, a person decides. That, and which version is shown first (`safetyOf`), is
 * what "safest first, never dropped by itself" means here.
 *
 * A generated narrative (`text`) that is not the same on both sides is left out: it would tell half
 * the story.
 *
 * Source: architecture D4; HL7 EHR-S FM R2.1, RI.1.1.2 (all previous versions stay).
 */
export function mergeResources(left: Side, right: Side): Merge {
  const { resourceType, id } = left.resource;
  const rule = ruleOf(resourceType);
  const isOneResource = right.resource.resourceType === resourceType && right.resource.id === id;
  if (rule === undefined || !isOneResource) return { outcome: 'conflict', fields: [] };
  if (isSame(left.resource, right.resource)) return { outcome: 'merged', resource: left.resource };
  if (isWeakened(left, right)) return { outcome: 'conflict', fields: [] };
  return mergeFields(rule, left, right);
}

/** One side warns less of an allergy than before, and the other changed anything at all. */
export function isWeakened(left: Side, right: Side): boolean {
  const warnsLess = [left, right].some(({ steps }) =>
    steps.some(({ before, after }) => before.some(each => weakens(each, after))),
  );
  return warnsLess && bothChanged(left, right);
}

function bothChanged(left: Side, right: Side): boolean {
  return [left, right].every(side => isChanged(side, resource => resource));
}

function mergeFields(rule: TypeRule, left: Side, right: Side): Merge {
  const conflicts: string[] = [];
  const fields: [string, unknown][] = [];
  const isBoth = bothChanged(left, right);
  for (const group of groupsOf(rule, [left, right])) {
    const parts = mergeGroup(left, right, group);
    const isAbout = group.some(name => rule.about.includes(fieldOf(name)));
    const isOther = !isSame(pick(left.resource, group), pick(right.resource, group));
    if (parts === 'conflict' || (isBoth && isAbout && isOther)) {
      conflicts.push(
        ...group.filter(name => !isSame(left.resource[name], right.resource[name])).map(fieldOf),
      );
    } else {
      fields.push(...Object.entries(parts));
    }
  }
  if (conflicts.length > 0) return { outcome: 'conflict', fields: [...new Set(conflicts)].toSorted() };
  const { resourceType, id } = left.resource;
  const resource = { ...Object.fromEntries(fields), resourceType, id };
  const isTooLarge = JSON.stringify(resource).length > RESOURCE_CHARS_MAX;
  return isTooLarge ? { outcome: 'conflict', fields: [] } : { outcome: 'merged', resource };
}

type Fields = Readonly<Record<string, unknown>>;

/** Names of JSON fields that are decided together, each group once. */
export function groupsOf(rule: TypeRule, sides: readonly Side[]): readonly (readonly string[])[] {
  const names = sides.flatMap(({ resource, steps }) => [
    ...Object.keys(resource),
    ...steps.flatMap(({ before, after }) => [...before, after].flatMap(Object.keys)),
  ]);
  const groups = Map.groupBy(new Set(names), name => {
    const own = fieldOf(name);
    return rule.together.find(fields => fields.includes(own))?.[0] ?? own;
  });
  return [...groups.values()];
}

/** `_birthDate` belongs to `birthDate`, `onsetAge` to `onset`. */
export function fieldOf(name: string): string {
  const plain = name.replace(/^_/, '');
  return CHOICE.exec(plain)?.[1] ?? plain;
}

/** The elements `…[x]` of the types that merge (FHIR R4). */
const CHOICE = /^(abatement|deceased|medication|multipleBirth|onset|reported)(?=[A-Z])/;

export function pick(resource: ResourceEnvelope | undefined, names: readonly string[]): Fields {
  return Object.fromEntries(
    names.filter(name => resource?.[name] !== undefined).map(name => [name, resource?.[name]]),
  );
}

/** What both sides wrote in fields that are decided together; `conflict` when a person has to. */
export function mergeGroup(left: Side, right: Side, names: readonly string[]): Fields | 'conflict' {
  const [name, ...others] = names;
  const isNarrative = name === 'text' && !isSame(left.resource['text'], right.resource['text']);
  if (isNarrative && isGenerated([left.resource, right.resource])) return {};
  const whole = merged(left, right, resource => pick(resource, names));
  if (whole !== 'conflict') return whole.value;
  if (name === undefined || others.length > 0) return 'conflict';
  const lists = [left.resource[name], right.resource[name]].filter(list => list !== undefined);
  if (!lists.every(list => Array.isArray(list))) return 'conflict';
  const list = mergeList(left, right, name);
  if (list === 'conflict') return list;
  return list.value.length === 0 ? {} : { [name]: list.value };
}

/** R4, Narrative.status: made from the structured data, so that nothing is lost with it. */
function isGenerated(sides: readonly ResourceEnvelope[]): boolean {
  return sides.every(side => side['text'] === undefined || field(side['text'], 'status') === 'generated');
}
