import { describe, expect, it } from 'vitest';
import { clinicStatus, NOW_MS } from '../../testing/chart.ts';
import { clinicFreshness, isCut } from './freshness.ts';

const UP = { link: 'up', sinceMs: NOW_MS } as const;
const waiting = (chart: number) => ({ vitals: 0, chart, thumbnail: 0, photo: 0 });

describe('how fresh a clinic is', () => {
  it.each([
    ['all is here', {}, 'current'],
    ['more is to come', { waiting: waiting(3) }, 'arriving'],
    ['something was refused', { parked: 1, waiting: waiting(3) }, 'parked'],
    ['it is cut', { link: 'down' as const }, 'cut'],
    ['it never spoke', { link: 'never' as const, sinceMs: null, lastHeardAtMs: null }, 'never'],
  ])('when %s', (_, kiosk, state) => {
    expect(clinicFreshness(clinicStatus(kiosk), UP).state).toBe(state);
  });

  it('is unknown while this page does not hear the hub, whatever it heard before', () => {
    const freshness = clinicFreshness(clinicStatus(), { link: 'lost', sinceMs: 5 });
    expect(freshness).toMatchObject({ state: 'unknown', sinceMs: 5 });
    expect(isCut(freshness)).toBe(true);
  });

  it('is not whole while one of two kiosks is not heard', () => {
    const one = clinicStatus();
    const other = clinicStatus({ deviceId: 'K-2', link: 'down', sinceMs: 77 });
    const freshness = clinicFreshness({ ...one, kiosks: [...one.kiosks, ...other.kiosks] }, UP);
    expect(freshness).toMatchObject({ state: 'partly', sinceMs: 77 });
  });

  it('says since when, and what stayed behind', () => {
    const status = clinicStatus({ link: 'down', sinceMs: NOW_MS - 9, waiting: waiting(4) });
    expect(clinicFreshness(status, UP)).toMatchObject({ sinceMs: NOW_MS - 9, waiting: 4 });
  });
});
