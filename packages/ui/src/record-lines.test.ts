import { type HistoryVersion, MERGE_AUTHOR_ID, type ResourceEnvelope } from '@shimabashi/contracts';
import { describe, expect, it } from 'vitest';
import { fieldLines, historySteps } from './record-lines.ts';

const allergy = (over: object = {}): ResourceEnvelope => ({
  resourceType: 'AllergyIntolerance',
  id: 'a1',
  meta: { profile: ['x'] },
  code: { text: 'そば' },
  criticality: 'low',
  ...over,
});

describe('where versions differ', () => {
  it('is told place by place, with what the version before said', () => {
    const lines = fieldLines([
      allergy({ criticality: 'high' }),
      allergy({ code: { text: 'えび' } }),
      allergy(),
    ]);
    expect(lines).toEqual([
      { path: 'code.text', values: ['そば', 'えび', 'そば'] },
      { path: 'criticality', values: ['high', 'low', 'low'] },
    ]);
  });

  it('is looked for in some fields only when it is asked so, and never in the metadata', () => {
    const [left, right] = [allergy({ meta: {}, note: [{ text: '1' }] }), allergy({ criticality: 'high' })];
    expect(fieldLines([left, right], ['note'])).toEqual([{ path: 'note.0.text', values: ['1', null] }]);
    expect(fieldLines([allergy({ meta: {} }), allergy()])).toEqual([]);
  });

  it('leaves out which code system it was, unless nothing else differs', () => {
    const coded = (system: string, code: string) => allergy({ code: { coding: [{ system, code }] } });
    expect(fieldLines([coded('a', '1'), coded('b', '2')]).map(({ path }) => path)).toEqual([
      'code.coding.0.code',
    ]);
    expect(fieldLines([coded('a', '1'), coded('b', '1')])).toHaveLength(1);
  });
});

describe('the history of a record', () => {
  const version = (
    versionId: string,
    resource: ResourceEnvelope,
    parents: readonly string[] = [],
    authorId = 'n1',
  ): HistoryVersion => ({
    entry: {
      versionId,
      resource,
      authorId,
      deviceId: 'k1',
      reason: null,
      authoredAtMs: 0,
      place: 'here',
      parkedCode: null,
    },
    baseVersionId: parents[0] ?? null,
    mergedVersionId: parents[1] ?? null,
    isCurrent: false,
  });

  it('says what each version did', () => {
    const wrong = { verificationStatus: { coding: [{ code: 'entered-in-error' }] } };
    const steps = historySteps([
      version('6', allergy({ ...wrong, note: [] }), ['5']),
      version('5', allergy(wrong), ['4']),
      version('4', allergy(), ['2', '3'], 'd1'),
      version('3', allergy(), ['1', '2'], MERGE_AUTHOR_ID),
      version('2', allergy({ criticality: 'high' }), ['1']),
      version('1', allergy()),
    ]);
    expect(steps.map(({ deed }) => deed)).toEqual([
      'changed',
      'retracted',
      'decided',
      'merged',
      'changed',
      'begun',
    ]);
    expect(steps[4]?.changes).toEqual([{ path: 'criticality', values: ['low', 'high'] }]);
  });

  it('knows no changes of a version whose base is not here', () => {
    expect(historySteps([version('9', allergy(), ['8'])])).toMatchObject([{ deed: 'changed', changes: [] }]);
  });
});
