import { type ContestedField, type RecordConflict, type ResourceEnvelope } from '@shimabashi/contracts';

/** Which of the first two versions is right in a field; `both`: what both wrote, in one. */
export type Choice = 'left' | 'right' | 'both';
/** One for each contested field; null where nobody has chosen. */
export type Choices = readonly (Choice | null)[];

/** What is to be taken where only one side wrote. Everything else waits for a person. */
export function proposedChoices(conflict: RecordConflict): Choices {
  return conflict.fields.map(field =>
    field.merged === null ? null : (sideAsMerged(conflict, field) ?? 'both'),
  );
}

/** The side that already says what both wrote, where there is one. */
export function sideAsMerged(
  { heads }: RecordConflict,
  { names, merged }: ContestedField,
): 'left' | 'right' | undefined {
  const wanted = textOf(names, merged ?? {});
  if (textOf(names, heads[0]?.resource) === wanted) return 'left';
  return textOf(names, heads[1]?.resource) === wanted ? 'right' : undefined;
}

/** Fields of different order are still the same. */
function textOf(names: readonly string[], resource: Readonly<Record<string, unknown>> = {}): string {
  return names.map(name => JSON.stringify(resource[name] ?? null, sorted)).join('\n');
}

function sorted(_name: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The record as it is chosen, or undefined while something is open. */
export function chosenResource(
  { heads, fields, asWhole }: RecordConflict,
  choices: Choices,
): ResourceEnvelope | undefined {
  const [left, right] = heads.map(({ resource }) => resource);
  if (left === undefined || right === undefined || choices.includes(null)) return undefined;
  if (choices.length !== fields.length) return undefined;
  if (asWhole) return chosenWhole([left, right], choices);
  let chosen: ResourceEnvelope = left;
  for (const [place, { names, merged }] of fields.entries()) {
    const choice = choices[place];
    const from = choice === 'both' ? (merged ?? {}) : choice === 'right' ? right : left;
    const rest = Object.entries(chosen).filter(([name]) => !names.includes(name));
    const taken = names.filter(name => from[name] !== undefined).map(name => [name, from[name]]);
    const { resourceType, id } = left;
    chosen = { ...Object.fromEntries([...rest, ...taken]), resourceType, id };
  }
  return chosen;
}

function chosenWhole(
  [left, right]: readonly [ResourceEnvelope, ResourceEnvelope],
  choices: Choices,
): ResourceEnvelope | undefined {
  if (choices.every(choice => choice === 'left')) return left;
  return choices.every(choice => choice === 'right') ? right : undefined;
}
