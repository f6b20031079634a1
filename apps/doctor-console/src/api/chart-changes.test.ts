import { HubClock } from '@shimabashi/contracts';
import { FakeClocks } from '@shimabashi/contracts/testing';
import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clinicStatus, NOW_MS } from '../testing/chart.ts';
import { ChartChanges } from './chart-changes.ts';
import { createHubApi } from './hub-api.ts';
import { applyLiveMessage, createQueries } from './queries.ts';

const KEYS = {
  session: ['session'],
  clinics: ['clinics'],
  patients: ['patients'],
  p1: ['patient', 'p1'],
  p1Trend: ['observations', 'p1', 'trend', 'day'],
  p1Entries: ['observations', 'p1', 'entries'],
  p2: ['patient', 'p2'],
  p2Entries: ['observations', 'p2', 'entries'],
} as const;

function client() {
  const queryClient = new QueryClient();
  for (const key of Object.values(KEYS)) queryClient.setQueryData(key, {});
  const old = () =>
    Object.entries(KEYS)
      .filter(([, key]) => queryClient.getQueryState(key)?.isInvalidated)
      .map(([name]) => name);
  return { queryClient, changes: new ChartChanges(queryClient), old };
}

describe('what a change of a chart makes old', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is the list, and everything of that patient, and nothing else', () => {
    const { changes, old } = client();
    changes.add('p1');
    expect(old()).toEqual(['patients', 'p1', 'p1Trend', 'p1Entries']);
    changes.stop();
  });

  it('is clinics and list if it is in nobody’s chart', () => {
    const { changes, old } = client();
    changes.add(null);
    expect(old()).toEqual(['clinics', 'patients']);
    changes.stop();
  });

  it('is everything but the session after a lost line', () => {
    const { changes, old } = client();
    changes.addAll();
    expect(old()).toEqual(Object.keys(KEYS).filter(name => name !== 'session'));
  });

  it('is read at once, and then gathered, so that an island’s return is no storm', () => {
    const { queryClient, changes } = client();
    const invalidate = vi.spyOn(queryClient, 'invalidateQueries');
    for (let change = 0; change < 100; change += 1) changes.add(change % 2 === 0 ? 'p1' : 'p2');
    const atOnce = invalidate.mock.calls.length;
    vi.advanceTimersByTime(5_000);
    expect(atOnce).toBe(3);
    expect(invalidate.mock.calls.length).toBe(3 + 5);
  });
});

describe('the state of a clinic', () => {
  it('is written in place, without asking', () => {
    const queryClient = new QueryClient();
    const clock = new HubClock(new FakeClocks());
    const queries = createQueries(createHubApi({ fetch, clock }), clock);
    queryClient.setQueryData(queries.clinics.queryKey, {
      clinics: [clinicStatus({}, 'shiomi'), clinicStatus({}, 'naruse')],
      hubTimeMs: NOW_MS,
    });
    applyLiveMessage(queryClient, queries, {
      type: 'clinic',
      status: clinicStatus({ link: 'down' }, 'naruse'),
    });
    const links = queryClient
      .getQueryData(queries.clinics.queryKey)
      ?.clinics.map(each => each.kiosks[0]?.link);
    expect(links).toEqual(['up', 'down']);
  });
});
