import {
  type AllergyFacts,
  type DecisionFacts,
  isDecision,
  type ObservationFacts,
  readAllergy,
  readDecision,
  readEncounter,
  readObservation,
  sampleIdOf,
} from '@shimabashi/clinical';
import { AppError, type ChartEntry, type Parameter } from '@shimabashi/contracts';
import { type BridgeState, type PastValue } from '@shimabashi/ui';

/** What the banner may say about allergies. Nothing on record is not the same as "none". */
export type AllergyKnowledge =
  | {
      readonly kind: 'allergies';
      readonly allergies: readonly AllergyFacts[];
      /** Records of allergies that cannot be read: there may be more than is named. */
      readonly unreadable: number;
    }
  | { readonly kind: 'none'; readonly askedOn: string | null }
  | { readonly kind: 'unknown'; readonly unreadable: number };

/**
 * From the current versions of a chart. Two versions of one allergy are both shown: while nobody has
 * decided, each may be true. An allergy always outweighs a "none".
 */
export function allergyKnowledge(entries: readonly ChartEntry[]): AllergyKnowledge {
  const read = entries
    .filter(entry => entry.resource.resourceType === 'AllergyIntolerance')
    .map(entry => readable(() => readAllergy(entry.resource)));
  const facts = read.filter(allergy => allergy !== null).filter(allergy => allergy.active);
  const unreadable = read.filter(allergy => allergy === null).length;
  const allergies = facts
    .filter(allergy => allergy.kind === 'allergy')
    .sort((a, b) => Number(b.severe) - Number(a.severe));
  if (allergies.length > 0) return { kind: 'allergies', allergies, unreadable };
  const none = facts.filter(allergy => allergy.kind === 'none-known');
  // What cannot be read may be an allergy: it forbids saying that there is none.
  if (none.length === 0 || unreadable > 0) return { kind: 'unknown', unreadable };
  const askedOn = none.reduce<string | null>(
    (latest, { recordedOn }) =>
      recordedOn !== null && (latest === null || recordedOn > latest) ? recordedOn : latest,
    null,
  );
  return { kind: 'none', askedOn };
}

/** What a visit ended with. `decision` is null when the record of it cannot be read, or has not come. */
export interface VisitEnd {
  readonly endedAtMs: number | null;
  readonly decision: DecisionFacts | null;
}

/** Whether the doctor has closed this visit, from the current versions of the chart (newest first). */
export function visitEnd(entries: readonly ChartEntry[], encounterId: string): VisitEnd | undefined {
  const found = entries.find(
    ({ resource }) => resource.resourceType === 'Encounter' && resource.id === encounterId,
  );
  const visit = found === undefined ? null : readable(() => readEncounter(found.resource));
  if (visit === null || visit.status !== 'finished') return undefined;
  const decisions = entries
    .filter(({ resource }) => isDecision(resource))
    .map(({ resource }) => readable(() => readDecision(resource)))
    .filter(decision => decision !== null);
  const decision = decisions.find(each => each.encounterId === encounterId) ?? null;
  return { endedAtMs: visit.finishedAtMs, decision };
}

/** One saved value and where it is. */
export interface SavedLine {
  readonly entry: ChartEntry;
  /** Null when the record cannot be read: it is shown as that, not left out. */
  readonly facts: ObservationFacts | null;
  readonly bridge: BridgeState;
}

/** The saved observations, newest first, each with the mark of where it is. */
export function savedLines(entries: readonly ChartEntry[]): SavedLine[] {
  const heads = new Map<string, number>();
  for (const { resource } of entries) heads.set(resource.id, (heads.get(resource.id) ?? 0) + 1);
  return entries.map(entry => ({
    entry,
    facts: readable(() => readObservation(entry.resource)),
    bridge: bridgeOfEntry(entry, (heads.get(entry.resource.id) ?? 0) > 1),
  }));
}

/** The samples that are in the chart already. */
export function savedSampleIds(entries: readonly ChartEntry[]): ReadonlySet<string> {
  return new Set(entries.map(({ resource }) => sampleIdOf(resource)).filter(sampleId => sampleId !== null));
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
    .filter(facts => facts !== null)
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

/** What was read, or null for a record that does not say what it must. */
function readable<Facts>(read: () => Facts): Facts | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof AppError && error.code === 'RESOURCE_INVALID') return null;
    throw error;
  }
}
