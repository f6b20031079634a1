import { APP_ERRORS, type AppErrorCode, Parameter, PARAMETERS, QualityFlag } from '@shimabashi/contracts';
import { describe, expect, it } from 'vitest';
import { errorWords, errorWordsOf } from './error-words.ts';
import { activateLocale, createI18n, localeOf } from './i18n.ts';
import { messages as en } from './locales/en.po';
import { messages as ja } from './locales/ja.po';
import {
  formatReading,
  isPoor,
  parameterLabel,
  qualityBars,
  unitWords,
  worstQuality,
} from './parameters.tsx';
import { wordsIn } from './testing/draw.tsx';

const memory = () => {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
};

describe('languages', () => {
  it('begin in Japanese and remember the choice', () => {
    const storage = memory();
    const first = createI18n({ ja: {}, en: {} }, storage);
    expect(localeOf(first)).toBe('ja');
    activateLocale(first, 'en', storage);
    expect(localeOf(first)).toBe('en');
    expect(localeOf(createI18n({ ja: {}, en: {} }, storage))).toBe('en');
  });

  it('have the same messages, all of them translated', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(ja).sort());
    // A message without translation would fall back to its Japanese source.
    expect(JSON.stringify(Object.values(en))).not.toMatch(/[ぁ-んァ-ヴ一-龠]/);
  });
});

describe('words', () => {
  it.each(Object.keys(APP_ERRORS) as AppErrorCode[])(
    'say what %s is and what to do, in both languages',
    code => {
      const [inJa, inEn] = [errorWords(wordsIn('ja'), code), errorWords(wordsIn('en'), code)];
      expect(inJa.what).toMatch(/[ぁ-ん]/);
      expect(inJa.toDo).toMatch(/(ください|ます)$/);
      expect(inEn.what + inEn.toDo).not.toMatch(/[ぁ-ん一-龠]/);
    },
  );

  it('have an answer to a code of another version', () => {
    const words = wordsIn('ja');
    expect(errorWordsOf(words, 'FROM_THE_FUTURE')).toEqual(errorWords(words, 'INTERNAL'));
    expect(errorWordsOf(words, null)).toEqual(errorWords(words, 'INTERNAL'));
    expect(errorWordsOf(words, 'constructor')).toEqual(errorWords(words, 'INTERNAL'));
  });

  it.each(Parameter.options)('name %s and its unit', parameter => {
    expect(parameterLabel(wordsIn('en'), parameter)).not.toMatch(/[ぁ-ん一-龠]/);
    expect(unitWords(wordsIn('ja'), PARAMETERS[parameter].unit)).toMatch(/^(%|回\/分|mmHg|℃|kg|mg\/dL)$/);
  });

  it('show an unknown unit as it is, and true decimals', () => {
    expect(unitWords(wordsIn('ja'), 'mmol/L')).toBe('mmol/L');
    expect(formatReading(wordsIn('ja'), 'body-temperature', 37)).toBe('37.0 ℃');
    expect(formatReading(wordsIn('ja'), 'SpO2', 94)).toBe('94 %');
  });

  it('judge a signal by its worst flag', () => {
    expect(worstQuality([])).toBeNull();
    expect(worstQuality(['battery-low', 'perfusion-low', 'perfusion-marginal'])).toBe('perfusion-low');
    expect(qualityBars([])).toBe(4);
    expect(isPoor(['battery-low'])).toBe(false);
    for (const flag of QualityFlag.options) expect(qualityBars([flag])).toBeLessThanOrEqual(4);
  });
});
