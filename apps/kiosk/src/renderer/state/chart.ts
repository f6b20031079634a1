import { type AllergyFacts, type ObservationFacts, readAllergy, readObservation } from '@shimabashi/clinical';
import { type ChartEntry, type Parameter } from '@shimabashi/contracts';
import { type BridgeState, type PastValue } from '@shimabashi/ui';

/** What the banner may say about allergies. Nothing on record is not the same as "none". */
export type AllergyKnowledge =
  | { readonly kind: 'allergies'; readonly allergies: readonly AllergyFacts[] }
  | { readonly kind: 'none'; readonly askedOn: string | null }
  | { readonly kind: 'unknown' };

/**
 * From the current versions of a chart. Two versions of one allergy are both shown: while nobody has
 * decided, each may be true. An allergy always outweighs a "none".
 */
export function allergyKnowledge(entries: readonly ChartEntry[]): AllergyKnowledge {
  const facts = entries
    .filter(entry => entry.resource.resourceType === 'AllergyIntolerance')
    .map(entry => readAllergy(entry.resource))
    .filter(allergy => allergy.active);
  const allergies = facts
    .filter(allergy => allergy.kind === 'allergy')
    .sort((a, b) => Number(b.severe) - Number(a.severe));
  if (allergies.length > 0) return { kind: 'allergies', allergies };
  const none = facts.filter(allergy => allergy.kind === 'none-known');
  if (none.length === 0) return { kind: 'unknown' };
  const askedOn = none.reduce<string | null>(
    (latest, { recordedOn }) =>
      recordedOn !== null && (latest === null || recordedOn > latest) ? recordedOn : latest,
    null,
  );
  return { kind: 'none', askedOn };
}

/** One saved value and where it is. */
export interface SavedLine {
  readonly entry: ChartEntry;
  readonly facts: ObservationFacts;
  readonly bridge: BridgeState;
}

/** The saved observations, newest first, each with the mark of where it is. */
export function savedLines(entries: readonly ChartEntry[]): SavedLine[] {
  const heads = new Map<string, number>();
  for (const { resource } of entries) heads.set(resource.id, (heads.get(resource.id) ?? 0) + 1);
  return entries.map(entry => ({
    entry,
    facts: readObservation(entry.resource),
    bridge: bridgeOfEntry(entry, (heads.get(entry.resource.id) ?? 0) > 1),
  }));
}

function bridgeOfEntry(entry: ChartEntry, conflicting: boolean): BridgeState {
  if (conflicting) return 'conflict';
  switch (entry.place) {
    case 'here':
      return 'here';
    case 'at-hospital':
      return 'there';
    case 'parked':
      return 'parked';
  }
}

/** The newest value of a parameter from before this visit: what "last time" was. */
export function previousValue(
  lines: readonly SavedLine[],
  parameter: Parameter,
  visitOpenedAtMs: number,
): PastValue | undefined {
  const before = lines
    .map(line => line.facts)
    .filter(
      facts =>
        facts.parameter === parameter &&
        facts.value !== null &&
        !facts.retracted &&
        facts.effectiveAtMs < visitOpenedAtMs,
    )
    .sort((a, b) => b.effectiveAtMs - a.effectiveAtMs)[0];
  return before === undefined || before.value === null
    ? undefined
    : { value: before.value, atMs: before.effectiveAtMs };
}
