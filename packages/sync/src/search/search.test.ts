import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { operation } from '../testing/index.ts';
import { encounterIndex } from './encounter.ts';
import { observationIndex } from './observation.ts';
import { patientTerms, searchable } from './patient.ts';
import { startOfDateTimeMs } from './time.ts';

describe('startOfDateTimeMs', () => {
  it.each([
    ['2027-01-15T01:02:03Z', '2027-01-15T01:02:03.000Z'],
    ['2027-01-15T01:02:03.456+09:00', '2027-01-14T16:02:03.456Z'],
    ['2027-01-15', '2027-01-14T15:00:00.000Z'],
    ['2027-01', '2026-12-31T15:00:00.000Z'],
    ['2027', '2026-12-31T15:00:00.000Z'],
  ])('%s begins at %s', (text, iso) => {
    expect(new Date(startOfDateTimeMs(text)!).toISOString()).toBe(iso);
  });

  it.each([
    '',
    '27-1-1',
    '2027-13-01',
    '2027-01-15T01:02',
    '2027-01-15T01:02:03',
    'soon',
    5,
    null,
    undefined,
  ])('gives nothing for %j: no zone, or no time', value => {
    expect(startOfDateTimeMs(value)).toBeUndefined();
  });

  it('agrees with every instant that a computer writes', () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') }), date => {
        expect(startOfDateTimeMs(date.toISOString())).toBe(date.getTime());
      }),
    );
  });
});

describe('searchable', () => {
  it.each([
    ['やまだ', 'ヤマダ'],
    ['ﾔﾏﾀﾞ', 'ヤマダ'],
    ['ゔぃ', 'ヴィ'],
    ['すゞ', 'スヾ'],
    ['Ｙａｍａｄａ　Hanako', 'yamadahanako'],
    ['山田 花子', '山田花子'],
    ['１９４１-03-05', '1941-03-05'],
  ])('makes %s and %s one text', (typed, stored) => {
    expect(searchable(typed)).toBe(searchable(stored));
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), text => {
        expect(searchable(searchable(text))).toBe(searchable(text));
      }),
    );
  });
});

describe('what resources are found by', () => {
  const anyResource = fc
    .record({ json: fc.json({ maxDepth: 5 }), type: fc.constantFrom('Patient', 'Observation', 'Encounter') })
    .map(({ json, type }) => {
      const value: unknown = JSON.parse(json);
      const names = [
        'name',
        'identifier',
        'birthDate',
        'code',
        'component',
        'category',
        'period',
        'statusHistory',
      ];
      return {
        ...Object.fromEntries(names.map(name => [name, value])),
        extension: [value],
        resourceType: type,
        id: 'x',
      };
    });

  it('is read without a failure from any JSON', () => {
    fc.assert(
      fc.property(anyResource, resource => {
        const made = operation({ resource });
        expect(Number.isInteger(observationIndex(made).effectiveAtMs)).toBe(true);
        expect(encounterIndex(made).timesMs.every(Number.isInteger)).toBe(true);
        expect(patientTerms(resource).every(term => typeof term === 'string')).toBe(true);
      }),
    );
  });

  it('does not list a call within a visit as a visit', () => {
    const visit = {
      resourceType: 'Encounter',
      id: 'c',
      status: 'in-progress',
      period: { start: '1970-01-01T00:00:00Z' },
    };
    const coding = [{ system: 'urn:shimabashi:code-system:encounter-type', code: 'consult' }];
    const consult = { ...visit, type: [{ coding }] };
    expect(encounterIndex(operation({ resource: consult }))).toEqual({ isOpen: false, timesMs: [] });
    expect(encounterIndex(operation({ resource: visit }))).toEqual({ isOpen: true, timesMs: [0] });
  });

  it("takes the start of a period, and the author's clock when there is no time at all", () => {
    const period = { effectivePeriod: { start: '2027-01-15T00:00:00Z' } };
    const resource = { resourceType: 'Observation', id: 'x' };
    expect(observationIndex(operation({ resource: { ...resource, ...period } })).effectiveAtMs).toBe(
      Date.parse('2027-01-15T00:00:00Z'),
    );
    expect(observationIndex(operation({ resource, authoredAtMs: 42 })).effectiveAtMs).toBe(42);
  });
});
