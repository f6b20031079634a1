import { STREAM_STALE_AFTER_MS } from '@shimabashi/contracts';
import { vitalStateOf } from '@shimabashi/ui';
import { describe, expect, it } from 'vitest';
import { DEVICE, NOW, playKiosk, sample } from '../testing/play-kiosk.ts';
import { freshSamples, shownVital } from './vitals.ts';

async function measuring() {
  const kiosk = playKiosk();
  await kiosk.begin();
  kiosk.emit({
    event: 'samples',
    samples: [
      sample('SpO2', 94),
      sample('pulse-rate', 92, { measured: { status: 'absent', reason: 'searching' } }),
    ],
  });
  const now = () => ({ nowMs: kiosk.clock.nowMs(), monotonicMs: kiosk.clock.monotonicMs() });
  return {
    ...kiosk,
    state: () =>
      vitalStateOf({ ...shownVital(kiosk.model.snapshot(), 'SpO2', now()), nowMs: now().nowMs }).state,
    fresh: () =>
      freshSamples(kiosk.model.snapshot(), ['SpO2', 'pulse-rate'], now()).map(each => each.sampleId),
  };
}

describe('what may be shown and saved', () => {
  it('is what has just arrived and has a number', async () => {
    const { state, fresh } = await measuring();
    expect(state()).toBe('live');
    expect(fresh()).toEqual(['nonin-1:SpO2:94']);
  });

  it('ends with the time limit', async () => {
    const { state, fresh, pass } = await measuring();
    pass(STREAM_STALE_AFTER_MS);
    expect(state()).toBe('live');
    pass(1);
    expect(state()).toBe('stale');
    expect(fresh()).toEqual([]);
  });

  it('is not made young by a clock that is set back', async () => {
    const { state, pass, setWallClock } = await measuring();
    pass(10_000);
    setWallClock(NOW);
    expect(state()).toBe('stale');
  });

  it('is nothing while the door is lost, since when is said', async () => {
    const { state, fresh, door, model, pass } = await measuring();
    pass(500);
    door('lost');
    expect(state()).toBe('gone');
    expect(fresh()).toEqual([]);
    const shown = shownVital(model.snapshot(), 'SpO2', { nowMs: NOW + 500, monotonicMs: 1_500 });
    expect(shown).toMatchObject({ goneSinceMs: NOW + 500, lastValue: { value: 94, atMs: NOW } });
  });

  it('is nothing when the only device is gone, and its name is said', async () => {
    const { state, emit, model } = await measuring();
    emit({ event: 'device', device: { ...DEVICE, state: 'connecting', lastHeardAtMs: NOW - 7_000 } });
    expect(state()).toBe('gone');
    const shown = shownVital(model.snapshot(), 'SpO2', { nowMs: NOW, monotonicMs: 1_000 });
    expect(shown).toMatchObject({ goneSinceMs: NOW - 7_000, deviceName: 'Nonin 7500' });
  });
});
