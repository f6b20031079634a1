import { type ClinicStatus, LANES } from '@shimabashi/contracts';
import { type LiveLink } from '../live/live-connection.ts';

/**
 * How far what the hub has of a clinic is what the clinic has.
 *
 * - `current`: a kiosk is heard and has delivered everything.
 * - `arriving`: a kiosk is heard, and more is on the way.
 * - `parked`: a kiosk is heard, but something of it was refused.
 * - `partly`: one kiosk is heard and another is not.
 * - `cut`: no kiosk is heard. What is here is as old as `sinceMs`, and the clinic goes on without us.
 * - `never`: no kiosk was ever heard.
 * - `unknown`: this page does not hear the hub, so it cannot say.
 */
export type FreshnessState = 'current' | 'arriving' | 'parked' | 'partly' | 'cut' | 'never' | 'unknown';

/** Times are the hub's. */
export interface ClinicFreshness {
  readonly state: FreshnessState;
  /** When the clinic was last heard, or null if never. */
  readonly heardAtMs: number | null;
  /** Since when it is cut, in part or whole (or this page is); null in the other states. */
  readonly sinceMs: number | null;
  /** Records that its kiosks said, when last heard, that they had not delivered. */
  readonly waiting: number;
  readonly parked: number;
}

export function clinicFreshness(status: ClinicStatus, link: LiveLink): ClinicFreshness {
  const waiting = sum(status.kiosks.map(kiosk => sum(LANES.map(lane => kiosk.waiting?.[lane] ?? 0))));
  const parked = sum(status.kiosks.map(kiosk => kiosk.parked ?? 0));
  const heardAtMs = latest(status.kiosks.map(kiosk => kiosk.lastHeardAtMs));
  const counts = { waiting, parked, heardAtMs };
  if (link.link === 'lost') return { state: 'unknown', sinceMs: link.sinceMs, ...counts };
  const cutKiosks = status.kiosks.filter(kiosk => kiosk.link === 'down');
  const sinceMs = latest(cutKiosks.map(kiosk => kiosk.sinceMs)) ?? heardAtMs;
  if (!status.kiosks.some(kiosk => kiosk.link === 'up')) {
    return cutKiosks.length === 0
      ? { state: 'never', sinceMs: null, ...counts }
      : { state: 'cut', sinceMs, ...counts };
  }
  if (cutKiosks.length > 0) return { state: 'partly', sinceMs, ...counts };
  const state = parked > 0 ? 'parked' : waiting > 0 ? 'arriving' : 'current';
  return { state, sinceMs: null, ...counts };
}

/** Whether numbers of this clinic may be older than the screen knows. */
export function isCut(freshness: ClinicFreshness): boolean {
  return freshness.state === 'cut' || freshness.state === 'never' || freshness.state === 'unknown';
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function latest(times: readonly (number | null)[]): number | null {
  const known = times.filter(time => time !== null);
  return known.length === 0 ? null : Math.max(...known);
}
