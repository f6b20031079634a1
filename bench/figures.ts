/** Figures of one measurement, in milliseconds. */
export interface Figures {
  readonly n: number;
  readonly min: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

export function figuresOf(samplesMs: readonly number[]): Figures {
  if (samplesMs.length === 0) throw new Error('Nothing was measured.');
  const sorted = samplesMs.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!;
  return { n: sorted.length, min: sorted[0]!, p50: at(0.5), p95: at(0.95), max: sorted.at(-1)! };
}

/** One line of the report; false when the bound is not met. */
export function report(
  what: string,
  figures: Figures,
  bound: { readonly of: 'p95' | 'max'; readonly ms: number },
): boolean {
  const met = figures[bound.of] <= bound.ms;
  const words = (['min', 'p50', 'p95', 'max'] as const)
    .map(key => `${key} ${figures[key].toFixed(1)}`)
    .join('  ');
  console.log(
    `${met ? 'ok  ' : 'FAIL'} ${what}: n ${figures.n}  ${words} ms  (bound: ${bound.of} ≤ ${bound.ms} ms)`,
  );
  return met;
}

/** One line of the report about one number; false when it is beyond its bound. */
export function bound(
  what: string,
  value: number,
  limit: { readonly unit: string; readonly also?: string } & (
    | { readonly most: number }
    | { readonly least: number }
  ),
): boolean {
  const met = 'most' in limit ? value <= limit.most : value >= limit.least;
  const asked = 'most' in limit ? `≤ ${limit.most}` : `≥ ${limit.least}`;
  const shown = Math.abs(value) >= 1_000 ? value.toFixed(0) : value.toPrecision(3);
  const also = limit.also === undefined ? '' : `, ${limit.also}`;
  console.log(
    `${met ? 'ok  ' : 'FAIL'} ${what}: ${shown} ${limit.unit}${also}  (bound: ${asked} ${limit.unit})`,
  );
  return met;
}
