import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { pause } from './pause.ts';
import { ManualTimers } from './testing/manual-timers.ts';

describe('a pause', () => {
  it('is over after its time, and leaves nothing behind', async () => {
    const timers = new ManualTimers();
    const { signal } = new AbortController();
    const over = pause(100, signal, timers);
    timers.advance(100);
    await over;
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('is cut short by the signal, also by one that has aborted already', async () => {
    const stopping = new AbortController();
    const over = pause(100, stopping.signal, new ManualTimers());
    stopping.abort();
    await over;
    await pause(100, stopping.signal, new ManualTimers());
    expect(getEventListeners(stopping.signal, 'abort')).toHaveLength(0);
  });
});
