import { describe, expect, it } from 'vitest';
import { Parameter } from '@shimabashi/contracts';
import { isPlausible, vitalRange } from './vital-range.ts';

describe('isPlausible', () => {
  it.each(Parameter.options)('takes the limits of %s and nothing beyond', parameter => {
    const { min, max } = vitalRange(parameter);
    expect([min, max].map(value => isPlausible(parameter, value))).toEqual([true, true]);
    expect([min - 1, max + 1, Number.NaN].map(value => isPlausible(parameter, value))).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('refuses more decimals than the instrument has', () => {
    expect(isPlausible('body-temperature', 36.7)).toBe(true);
    expect(isPlausible('body-temperature', 36.75)).toBe(false);
    expect(isPlausible('SpO2', 97.5)).toBe(false);
  });
});
