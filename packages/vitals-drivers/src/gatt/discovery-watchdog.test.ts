import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DiscoveryWatchdog } from './discovery-watchdog.ts';

/** What it wants at each of so many minutes of silence. */
function remediesIn(watchdog: DiscoveryWatchdog, minutes: number): string[] {
  return Array.from({ length: minutes }, (_, at) => watchdog.check((at + 1) * 60_000));
}

describe('DiscoveryWatchdog', () => {
  it('begins anew three times, switches off and on once, and then asks for people', () => {
    const watchdog = new DiscoveryWatchdog();
    watchdog.started(0);
    watchdog.heard(0);
    const threeTimes = ['restart', 'restart', 'restart'];
    expect(remediesIn(watchdog, 8)).toEqual([...threeTimes, 'power-cycle', ...threeTimes, 'stuck']);
  });

  it('only ever begins anew where nobody was heard yet', () => {
    const watchdog = new DiscoveryWatchdog();
    watchdog.started(0);
    expect(new Set(remediesIn(watchdog, 600))).toEqual(new Set(['restart']));
  });

  it('does nothing while somebody is heard now and then, or nobody scans', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 59_999 }), { maxLength: 50 }), gaps => {
        const watchdog = new DiscoveryWatchdog();
        let nowMs = 0;
        watchdog.started(nowMs);
        for (const gap of gaps) {
          nowMs += gap;
          expect(watchdog.check(nowMs)).toBe('none');
          watchdog.heard(nowMs);
        }
        watchdog.stopped();
        expect(watchdog.check(nowMs + 3_600_000)).toBe('none');
      }),
    );
  });
});
