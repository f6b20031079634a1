import { type SyncStatus } from '@shimabashi/contracts';
import { describe, expect, it } from 'vitest';
import { SLOW_AFTER_MS, slowness } from './parked.ts';

const NOW = 1_800_000_000_000;
const sync = (over: Partial<SyncStatus> = {}): SyncStatus => ({
  link: 'up',
  sinceMs: NOW - 3_600_000,
  waiting: { vitals: 0, chart: 2, thumbnail: 0, photo: 1 },
  parked: 0,
  lastConfirmedAtMs: NOW - SLOW_AFTER_MS,
  lastPulledAtMs: NOW,
  ...over,
});

describe('what is slow', () => {
  it('is what waits though the link is up and nothing was confirmed for a minute', () => {
    expect(slowness(sync(), NOW)).toEqual({ sinceMs: NOW - SLOW_AFTER_MS, lanes: ['chart', 'photo'] });
    expect(slowness(sync({ lastConfirmedAtMs: null }), NOW)?.sinceMs).toBe(NOW - 3_600_000);
  });

  it.each([
    ['something was confirmed since', { lastConfirmedAtMs: NOW - 1_000 }],
    ['the link came back just now', { sinceMs: NOW - 1_000 }],
    ['there is no link', { link: 'down' as const }],
    ['nothing waits', { waiting: { vitals: 0, chart: 0, thumbnail: 0, photo: 0 } }],
  ])('is nothing when %s', (_, over) => {
    expect(slowness(sync(over), NOW)).toBeUndefined();
  });
});
