import { patientIdOf } from '@shimabashi/clinical';
import { type LaneCounts, LANES, type ParkedItem, type SyncStatus } from '@shimabashi/contracts';

/** Whose chart a parked item belongs to; null for what is nobody's. */
export function patientIdOfItem({ entry }: ParkedItem): string | null {
  return patientIdOf(entry.resource);
}

/** How long nothing may be confirmed, while something waits and the link is up, before a screen says so. */
export const SLOW_AFTER_MS = 60_000;

/** What has not moved for a while though the link is up: since when, and its lanes; undefined when all does. */
export function slowness(
  sync: SyncStatus,
  nowMs: number,
): { readonly sinceMs: number; readonly lanes: readonly (keyof LaneCounts)[] } | undefined {
  const lanes = LANES.filter(lane => sync.waiting[lane] > 0);
  if (sync.link === 'down' || lanes.length === 0) return undefined;
  // While the link was down nothing could move: that time is not counted.
  const sinceMs = Math.max(sync.lastConfirmedAtMs ?? 0, sync.sinceMs);
  return nowMs - sinceMs < SLOW_AFTER_MS ? undefined : { sinceMs, lanes };
}
