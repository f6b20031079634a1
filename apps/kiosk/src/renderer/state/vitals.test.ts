import { type KioskEvent, SAMPLE_HELD_MS, type Sample, STREAM_STALE_AFTER_MS } from '@shimabashi/contracts';
import { vitalStateOf } from '@shimabashi/ui';
import { describe, expect, it } from 'vitest';
import { DEVICE, NOW, playKiosk, sample } from '../testing/play-kiosk.ts';
import { freshSamples, shownVital, vitalPlaces } from './vitals.ts';

const PARAMETERS_SHOWN = ['SpO2', 'pulse-rate', 'systolic-pressure'] as const;

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
    fresh: (...savedIds: string[]) =>
      freshSamples(kiosk.model.snapshot(), PARAMETERS_SHOWN, now(), new Set(savedIds)).map(
        each => each.sampleId,
      ),
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

  const cuff = (change: Partial<Sample> = {}) =>
    sample('systolic-pressure', 128, { deviceId: 'cuff-1', measuredAtMs: NOW - 20_000, ...change });

  it('is a single measurement until it is too old or saved, also when its device is gone', async () => {
    const { fresh, emit, pass, model, clock } = await measuring();
    const state = () => {
      const now = { nowMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
      return vitalStateOf({ ...shownVital(model.snapshot(), 'systolic-pressure', now), ...now });
    };
    const device = { ...DEVICE, deviceId: 'cuff-1', name: 'A&D', gives: 'spot' as const };
    const passedOn: string[] = [];
    model.listen(({ event }) => passedOn.push(event));
    emit({ event: 'device', device });
    emit({ event: 'samples', samples: [cuff()] });
    emit({ event: 'device', device: { ...device, state: 'connecting' } });
    expect(passedOn).toEqual(['samples']);
    pass(10_000);
    expect(state()).toMatchObject({ state: 'spot', value: 128, atMs: NOW - 20_000 });
    expect(fresh()).toEqual([cuff().sampleId]);
    expect(fresh(cuff().sampleId)).toEqual([]);
    pass(SAMPLE_HELD_MS - 10_000);
    expect(state().state).toBe('spot');
    pass(1);
    expect(state()).toMatchObject({ state: 'stale', last: { value: 128, atMs: NOW - 20_000 } });
    expect(fresh()).toEqual([]);
  });

  it('is the pulse of a cuff beside the pulse that streams, each with its device', async () => {
    const { fresh, emit, model, clock } = await measuring();
    const ofCuff = cuff({ parameter: 'pulse-rate', sampleId: 'cuff-1/record/1' });
    const stream = (value: number) =>
      emit({ event: 'samples', samples: [sample('pulse-rate', value, { sampleId: `nonin-1/${value}` })] });
    const rows = () => {
      const now = { nowMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
      const snapshot = model.snapshot();
      return vitalPlaces(snapshot, ['pulse-rate'], now).map(
        ({ isBeside }) => shownVital(snapshot, 'pulse-rate', now, isBeside).sample?.sampleId,
      );
    };
    stream(91);
    emit({ event: 'samples', samples: [ofCuff] });
    stream(92);
    expect(rows()).toEqual(['nonin-1/92', 'cuff-1/record/1']);
    expect(fresh()).toEqual(['nonin-1:SpO2:94', 'nonin-1/92', 'cuff-1/record/1']);
    expect(fresh('cuff-1/record/1')).toEqual(['nonin-1:SpO2:94', 'nonin-1/92']);
    // The oximeter goes: what the cuff measured stays.
    emit({ event: 'device', device: { ...DEVICE, state: 'connecting' } });
    expect(rows()).toEqual(['cuff-1/record/1']);
    emit({ event: 'device', device: DEVICE });
    stream(93);
    expect(rows()).toEqual(['nonin-1/93', 'cuff-1/record/1']);
  });

  it.each([
    ['measured before the visit', cuff({ measuredAtMs: NOW - 61_000, origin: 'stored' })],
    ['of a memory, whose time is not known', sample('systolic-pressure', 128, { origin: 'stored' })],
  ])('is nothing %s', async (_, other) => {
    const { fresh, emit, model } = await measuring();
    const passedOn: KioskEvent[] = [];
    model.listen(event => passedOn.push(event));
    emit({ event: 'samples', samples: [other] });
    expect(model.snapshot().vitals.has('systolic-pressure')).toBe(false);
    expect(fresh()).toEqual(['nonin-1:SpO2:94']);
    // A stream of a memory is no live number either; who takes it looks at its origin.
    expect(
      passedOn.some(
        event => event.event === 'samples' && event.samples.some(each => each.measuredAtMs !== undefined),
      ),
    ).toBe(false);
  });

  it('is what was measured in this visit, also for a screen that is opened anew', async () => {
    const other = cuff({ measuredAtMs: NOW - 61_000, parameter: 'diastolic-pressure' });
    const kiosk = playKiosk({
      'vitals.latest': () => ({ ok: true, body: { samples: [cuff(), other, sample('SpO2', 94)] } }),
    });
    await kiosk.begin();
    expect([...kiosk.model.snapshot().vitals.keys()]).toEqual(['systolic-pressure']);
  });
});
