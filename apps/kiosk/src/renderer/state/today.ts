import { type SyncStatus, type TodayEntry } from '@shimabashi/contracts';
import { type BridgeState } from '@shimabashi/ui';

/** Who is next: who is being seen, else who has waited longest, else who comes first. */
export function nextEntry(entries: readonly TodayEntry[]): TodayEntry | undefined {
  for (const status of ['in-progress', 'arrived', 'planned'] as const) {
    const waiting = entries.filter(entry => entry.status === status).sort((a, b) => timeOf(a) - timeOf(b));
    if (waiting[0] !== undefined) return waiting[0];
  }
  return undefined;
}

/** By the time that was agreed, else by when they came. */
export function inOrder(entries: readonly TodayEntry[]): TodayEntry[] {
  return [...entries].sort((a, b) => timeOf(a) - timeOf(b));
}

function timeOf(entry: TodayEntry): number {
  return entry.plannedAtMs ?? entry.arrivedAtMs ?? Number.MAX_SAFE_INTEGER;
}

export function waitingInAll(sync: SyncStatus): number {
  const { vitals, chart, thumbnail, photo } = sync.waiting;
  return vitals + chart + thumbnail + photo;
}

/** The bridge mark of everything that this kiosk has saved. */
export function bridgeOf(sync: SyncStatus): BridgeState {
  if (sync.link === 'down') return 'broken';
  if (sync.parked > 0) return 'parked';
  return waitingInAll(sync) > 0 ? 'moving' : 'there';
}
