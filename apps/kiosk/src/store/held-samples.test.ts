import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError, SAMPLE_HELD_MS, type Visit } from '@shimabashi/contracts';
import { HeldSamples } from './held-samples.ts';
import { sampleAt } from './testing/kiosk.ts';
import { MORNING_MS } from './testing/people.ts';

const VISIT: Visit = { encounterId: 'encounter-1', patientId: 'patient-1', openedAtMs: MORNING_MS };

describe('HeldSamples', () => {
  it('gives a reading of the visit, with its number', () => {
    const held = new HeldSamples(() => MORNING_MS);
    const sample = sampleAt(MORNING_MS);
    expect(held.take([sample], VISIT)).toEqual([sample]);
    expect(held.measuredIn('encounter-1', sample.sampleId)).toEqual(sample);
  });

  it('gives a single measurement of a memory that was taken in the visit', () => {
    const held = new HeldSamples(() => MORNING_MS + 9_000);
    const sample = sampleAt(MORNING_MS + 9_000, { origin: 'stored', measuredAtMs: MORNING_MS });
    expect(held.take([sample], VISIT)).toEqual([sample]);
    expect(held.measuredIn('encounter-1', sample.sampleId)).toEqual(sample);
  });

  it.each([
    ['measured before the visit', sampleAt(MORNING_MS, { measuredAtMs: MORNING_MS - 1 }), VISIT],
    ['received before the visit', sampleAt(MORNING_MS - 1), VISIT],
    ['that the device had stored', sampleAt(MORNING_MS, { origin: 'stored' }), VISIT],
    ['while nobody is there', sampleAt(MORNING_MS), null],
    ['of another visit', sampleAt(MORNING_MS), { ...VISIT, encounterId: 'encounter-2' }],
  ])('refuses a reading %s', (_, sample, visit) => {
    const held = new HeldSamples(() => MORNING_MS);
    held.take([sample], visit);
    expect(() => held.measuredIn('encounter-1', sample.sampleId)).toThrow(
      expect.objectContaining({ code: 'SAMPLE_EXPIRED' }),
    );
  });

  it('refuses a reading without a value', () => {
    const held = new HeldSamples(() => MORNING_MS);
    const sample = sampleAt(MORNING_MS, { measured: { status: 'absent', reason: 'sensor-off' } });
    held.take([sample], VISIT);
    expect(() => held.measuredIn('encounter-1', sample.sampleId)).toThrow(
      expect.objectContaining({ code: 'SAMPLE_ABSENT' }),
    );
  });

  it('vouches for two minutes, and not for longer', () => {
    let nowMs = MORNING_MS;
    const held = new HeldSamples(() => nowMs);
    const sample = sampleAt(MORNING_MS);
    held.take([sample], VISIT);
    nowMs += SAMPLE_HELD_MS;
    expect(held.measuredIn('encounter-1', sample.sampleId)).toEqual(sample);
    nowMs += 1;
    expect(() => held.measuredIn('encounter-1', sample.sampleId)).toThrow(
      expect.objectContaining({ code: 'SAMPLE_EXPIRED' }),
    );
  });

  it('never gives a reading to a visit that was not open when it was taken', () => {
    /** A visit that opens (or none), then readings, each some milliseconds after the last thing. */
    const anyDay = fc.array(
      fc.record({
        visitor: fc.constantFrom('a', 'b', null),
        readings: fc.array(fc.integer({ min: 0, max: 40_000 })),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(anyDay, day => {
        let nowMs = MORNING_MS;
        const held = new HeldSamples(() => nowMs);
        const takenIn = new Map<string, string | null>();
        for (const { visitor, readings } of day) {
          nowMs += 1;
          const visit = visitor === null ? null : { ...VISIT, encounterId: visitor, openedAtMs: nowMs };
          for (const laterMs of readings) {
            nowMs += laterMs;
            const sample = sampleAt(nowMs, { sampleId: `s:${takenIn.size}` });
            takenIn.set(sample.sampleId, visitor);
            held.take([sample], visit);
          }
        }
        const given = [...takenIn.keys()].flatMap(sampleId =>
          ['a', 'b'].filter(encounterId => gives(held, encounterId, sampleId)).map(by => [sampleId, by]),
        );
        for (const [sampleId, by] of given) expect(takenIn.get(sampleId!)).toBe(by);
      }),
    );
  });
});

function gives(held: HeldSamples, encounterId: string, sampleId: string): boolean {
  try {
    return held.measuredIn(encounterId, sampleId).sampleId === sampleId;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}
