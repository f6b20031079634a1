import { type HubContract, type Parameter, type RowResponse, type Sample } from '@shimabashi/contracts';

/** How far back the trend of an alert goes. */
const TREND_MS = 3_600_000;

/** One value each: a monitor sends three a second, and an hour has no room for them on a screen. */
const POINT_EVERY_MS = 5_000;

/** Most points of one patient's parameter: what fits into the hour. */
const POINTS_MAX = TREND_MS / POINT_EVERY_MS;

/** Most parameters of a message of points, so that it stays one that a contract allows. */
const PARAMETERS_MAX = 8;

type Trend = Omit<RowResponse<HubContract, 'alerts.trend'>, never>;
interface Point {
  readonly atMs: number;
  readonly value: number;
}

/**
 * The last hour of what came live, of every patient: what led to an alarm is the first thing that a
 * doctor asks. Only in memory: what is kept of a patient is the chart.
 */
export class TrendMemory {
  readonly #nowMs: () => number;
  readonly #beganAtMs: number;
  readonly #patients = new Map<string, Map<Parameter, Point[]>>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#beganAtMs = nowMs();
  }

  /** Keeps the newest value of each five seconds. An absence is a gap. */
  hold(patientId: string, samples: readonly Sample[]): void {
    const parameters = this.#patients.get(patientId) ?? new Map<Parameter, Point[]>();
    this.#patients.set(patientId, parameters);
    for (const { parameter, measured, receivedAtMs: atMs } of samples) {
      if (measured.status !== 'measured') continue;
      const points = parameters.get(parameter) ?? [];
      parameters.set(parameter, points);
      const last = points.at(-1);
      if (last !== undefined && slotOf(last.atMs) === slotOf(atMs)) points.pop();
      points.push({ atMs, value: measured.value });
      if (points.length > POINTS_MAX) points.shift();
    }
  }

  /** Oldest first of each parameter. */
  trend(patientId: string | null): Trend {
    const fromMs = Math.max(this.#nowMs() - TREND_MS, this.#beganAtMs);
    const parameters = [...(this.#patients.get(patientId ?? '') ?? [])].slice(0, PARAMETERS_MAX);
    return {
      fromMs,
      points: parameters.flatMap(([parameter, points]) =>
        points.filter(({ atMs }) => atMs >= fromMs).map(point => ({ parameter, ...point })),
      ),
    };
  }

  /** Forgets patients of whom nothing has come for an hour. */
  prune(): void {
    const fromMs = this.#nowMs() - TREND_MS;
    for (const [patientId, parameters] of this.#patients) {
      const isOld = [...parameters.values()].every(points => (points.at(-1)?.atMs ?? 0) < fromMs);
      if (isOld) this.#patients.delete(patientId);
    }
  }
}

function slotOf(atMs: number): number {
  return Math.floor(atMs / POINT_EVERY_MS);
}
