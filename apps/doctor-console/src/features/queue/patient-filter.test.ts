import { readPatient } from '@shimabashi/clinical';
import { describe, expect, it } from 'vitest';
import { patient } from '../../testing/chart.ts';
import { fitsSearch } from './patient-filter.ts';

const haru = readPatient(patient());

describe('the search for a patient', () => {
  it.each([
    ['nothing', ''],
    ['spaces only', ' 　'],
    ['kanji', '島田'],
    ['kanji without a space', '島田ハル'],
    ['given name first', 'ハル 島田'],
    ['katakana', 'シマダ'],
    ['hiragana', 'しまだ はる'],
    ['half-width katakana', 'ｼﾏﾀﾞ'],
    ['Latin in any case', 'SHIMADA'],
    ['Latin, given name first', 'haru shimada'],
    ['part of a name', 'imad'],
    ['an ISO date', '1945-05-03'],
    ['a date with slashes', '1945/5/3'],
    ['digits of a date', '19450503'],
    ['wide digits', '１９４５０５０３'],
    ['an era date', '昭和20年5月3日'],
    ['a short era date', 'S20.5.3'],
    ['the card number', '003-1182'],
    ['the digits of the card number', '0031182'],
    ['two words of different kinds', 'はる 1945'],
  ])('finds by %s', (_, text) => {
    expect(fitsSearch(haru, text)).toBe(true);
  });

  it.each([
    ['another name', '浜口'],
    ['one word of two', '島田 トメ'],
    ['another date', '1945-05-04'],
  ])('does not find by %s', (_, text) => {
    expect(fitsSearch(haru, text)).toBe(false);
  });

  it('knows the first year of an era by both of its names', () => {
    const born = { ...haru, birthDate: '1989-02-01' };
    expect(fitsSearch(born, '平成元年2月1日')).toBe(true);
    expect(fitsSearch(born, '平成1年2月1日')).toBe(true);
    expect(fitsSearch(born, 'h1.2.1')).toBe(true);
  });

  it.each(['', '1945', '1945-05'])('lives with a birth date of which only "%s" is known', birthDate => {
    expect(fitsSearch({ ...haru, birthDate }, 'しまだ')).toBe(true);
    expect(fitsSearch({ ...haru, birthDate }, '1950')).toBe(false);
  });
});
