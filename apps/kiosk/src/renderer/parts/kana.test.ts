import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KEY_COLUMNS, LAYERS, pressDelete, pressKey, pressMark, SEARCH_CHARACTERS_MAX } from './kana.ts';

const KANA = KEY_COLUMNS.kana.flat().filter(key => key !== ' ');
const MARKS = ['voiced', 'half-voiced', 'small'] as const;

describe('the on-screen keyboard', () => {
  it('has every sound once', () => {
    expect(new Set(KANA).size).toBe(KANA.length);
    expect(KANA).toHaveLength(47);
    for (const layer of LAYERS) expect(KEY_COLUMNS[layer].every(column => column.length > 0)).toBe(true);
  });

  it.each([
    ['しまた', 'voiced', 'しまだ'],
    ['は', 'half-voiced', 'ぱ'],
    ['ば', 'half-voiced', 'ぱ'],
    ['ぱ', 'voiced', 'ば'],
    ['つ', 'small', 'っ'],
    ['づ', 'small', 'っ'],
    ['き', 'half-voiced', 'き'],
    ['島', 'voiced', '島'],
    ['', 'voiced', ''],
  ] as const)('%s with %s is %s', (text, mark, expected) => {
    expect(pressMark(text, mark)).toBe(expected);
  });

  it('takes a mark back when it is pressed again', () => {
    fc.assert(
      fc.property(fc.constantFrom(...KANA), fc.constantFrom(...MARKS), (sound, mark) => {
        expect(pressMark(pressMark(sound, mark), mark)).toBe(sound);
      }),
    );
  });

  it('changes at most the last sound, and never grows past the limit', () => {
    const texts = fc
      .array(fc.constantFrom(...KANA), { maxLength: 100 })
      .map(keys => keys.reduce(pressKey, ''));
    fc.assert(
      fc.property(texts, fc.constantFrom(...MARKS), (text, mark) => {
        expect(text.length).toBeLessThanOrEqual(SEARCH_CHARACTERS_MAX);
        expect(pressDelete(pressMark(text, mark))).toBe(pressDelete(text));
      }),
    );
  });
});
