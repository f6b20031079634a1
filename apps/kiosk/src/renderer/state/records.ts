import { type ChartEntry } from '@shimabashi/contracts';

/** One record of a chart with its current versions: more than one when nobody has decided yet. */
export interface ChartRecord {
  readonly key: string;
  /** At least one; of two the safer one first, as the store gives them. */
  readonly heads: readonly [ChartEntry, ...ChartEntry[]];
}

/** The records of a chart: what waits for a decision, then allergies, the patient, the rest newest first. */
export function chartRecords(entries: readonly ChartEntry[]): readonly ChartRecord[] {
  const byKey = Map.groupBy(entries, recordKey);
  return [...byKey]
    .flatMap(([key, [first, ...others]]): ChartRecord[] =>
      first === undefined ? [] : [{ key, heads: [first, ...others] }],
    )
    .toSorted((one, other) => rank(one) - rank(other) || newest(other) - newest(one));
}

export function recordKey({ resource }: Pick<ChartEntry, 'resource'>): string {
  return `${resource.resourceType}/${resource.id}`;
}

export function isContested({ heads }: ChartRecord): boolean {
  return heads.length > 1;
}

function rank(record: ChartRecord): number {
  if (isContested(record)) return 0;
  const place = ['AllergyIntolerance', 'Patient'].indexOf(record.heads[0].resource.resourceType);
  return place === -1 ? 3 : place + 1;
}

function newest({ heads }: ChartRecord): number {
  return Math.max(...heads.map(({ authoredAtMs }) => authoredAtMs));
}
