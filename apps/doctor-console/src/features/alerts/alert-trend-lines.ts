/** The part of a drawing in which lines stand, in its px. */
export interface TrendPlace {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

interface Point {
  readonly atMs: number;
  readonly value: number;
}

/** Points further apart than this are not joined: nothing came in between. */
const GAP_MS = 15_000;

/** What the scale shows: the values and the limit, in whole tens, at least twenty. */
export function scaleOf(
  points: readonly Point[],
  limit: number,
): { readonly min: number; readonly max: number } {
  const values = [limit, ...points.map(({ value }) => value)];
  const max = Math.ceil((Math.max(...values) + 1) / 10) * 10;
  const min = Math.floor((Math.min(...values) - 1) / 10) * 10;
  return { min: Math.min(min, max - 20), max };
}

/** Round values at which a line is drawn across: three to six of them. */
export function ticksOf({ min, max }: { readonly min: number; readonly max: number }): number[] {
  const step = Math.max(10, Math.ceil((max - min) / 50) * 10);
  return Array.from({ length: Math.floor((max - min) / step) + 1 }, (_, index) => max - index * step);
}

/** The points in px, cut where there was a gap, oldest first. */
export function linesOf(
  points: readonly Point[],
  plot: TrendPlace & {
    readonly fromMs: number;
    readonly toMs: number;
    readonly min: number;
    readonly max: number;
  },
): (readonly [x: number, y: number])[][] {
  const lines: (readonly [number, number])[][] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const { atMs, value } of points) {
    if (atMs < plot.fromMs || atMs > plot.toMs) continue;
    if (atMs - lastMs > GAP_MS) lines.push([]);
    lines
      .at(-1)
      ?.push([
        plot.left + ((atMs - plot.fromMs) / (plot.toMs - plot.fromMs)) * plot.width,
        plot.top + ((plot.max - value) / (plot.max - plot.min)) * plot.height,
      ]);
    lastMs = atMs;
  }
  return lines;
}
