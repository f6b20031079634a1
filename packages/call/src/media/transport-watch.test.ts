import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TransportWatch } from './transport-watch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watch() {
  const restart = vi.fn<() => Promise<void>>(async () => {});
  const broken: string[] = [];
  const watched = new TransportWatch({ restart, onBroken: why => broken.push(why), onConnected: () => {} });
  return { watched, restart, broken };
}

describe('a transport that is cut', () => {
  it('is left alone for a moment: most cuts mend themselves', async () => {
    const { watched, restart, broken } = watch();
    watched.onState('connected');
    watched.onState('disconnected');
    await vi.advanceTimersByTimeAsync(1_000);
    watched.onState('connected');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(restart).not.toHaveBeenCalled();
    expect(broken).toEqual([]);
  });

  it('is mended by an ICE restart', async () => {
    const { watched, restart, broken } = watch();
    watched.onState('connected');
    watched.onState('disconnected');
    await vi.advanceTimersByTimeAsync(1_500);
    expect(restart).toHaveBeenCalledTimes(1);
    watched.onState('connecting');
    watched.onState('connected');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(broken).toEqual([]);
    expect(watched.isTroubled).toBe(false);
  });

  it('that failed is restarted at once, and given up where that does not help, once', async () => {
    const { watched, restart, broken } = watch();
    watched.onState('connected');
    watched.onState('failed');
    await vi.advanceTimersByTimeAsync(0);
    expect(restart).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(7_000);
    watched.onState('failed');
    expect(broken).toEqual(['not mended by a restart']);
  });

  it('is given up when the hub knows nothing of it', async () => {
    const { watched, restart, broken } = watch();
    restart.mockRejectedValueOnce(new Error('gone'));
    watched.onState('connected');
    watched.onState('failed');
    await vi.advanceTimersByTimeAsync(0);
    expect(broken).toEqual(['no restart']);
  });

  it('and never came up is given up', async () => {
    const { watched, broken } = watch();
    watched.onState('connecting');
    await vi.advanceTimersByTimeAsync(12_000);
    expect(broken).toEqual(['never connected']);
  });
});
