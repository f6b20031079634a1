import { isPlausible } from '@shimabashi/clinical';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canSave, type DigitKey, HAND_PARAMETERS, handFault, handJobOf, pressDigit } from './hand-entry.ts';

const KEYS: readonly DigitKey[] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.', 'delete', 'clear'];

describe('entering by hand', () => {
  it('whatever keys are pressed, what stands there is a number or nothing', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...HAND_PARAMETERS),
        fc.array(fc.constantFrom(...KEYS), { maxLength: 20 }),
        (parameter, keys) => {
          const digits = keys.reduce((typed, key) => pressDigit(typed, key, parameter), '');
          expect(digits === '' || Number.isFinite(Number(digits))).toBe(true);
        },
      ),
    );
  });

  it('what can be saved is plausible, each and as a pair', () => {
    const digits = fc.stringMatching(/^\d{0,4}$/);
    fc.assert(
      fc.property(
        fc.record({ 'systolic-pressure': digits, 'diastolic-pressure': digits, 'body-temperature': digits }),
        draft => {
          if (!canSave(draft)) return;
          const { entries } = handJobOf('e1', draft, '機器がない', () => crypto.randomUUID());
          for (const { source } of entries) {
            expect(source.kind === 'by-hand' && isPlausible(source.parameter, source.value)).toBe(true);
          }
        },
      ),
    );
  });

  it('takes one decimal where the parameter has one, and none where it has none', () => {
    const type = (text: string, parameter: 'body-temperature' | 'pulse-rate') =>
      text.split('').reduce((typed, key) => pressDigit(typed, key as DigitKey, parameter), '');
    expect(type('36.75', 'body-temperature')).toBe('36.7');
    expect(type('72.5', 'pulse-rate')).toBe('725');
    expect(type('012', 'pulse-rate')).toBe('12');
  });

  it('says what is wrong: a slip, a swap, half a pressure, a number far from the last', () => {
    expect(handFault({ 'body-temperature': '367' }, 'body-temperature', undefined)).toEqual({
      kind: 'range',
      min: 25,
      max: 45,
    });
    const swapped = { 'systolic-pressure': '80', 'diastolic-pressure': '120' };
    expect(handFault(swapped, 'systolic-pressure', undefined)).toEqual({ kind: 'pressures-swapped' });
    const half = { 'systolic-pressure': '120' };
    expect(handFault(half, 'diastolic-pressure', undefined)).toEqual({ kind: 'pressure-missing' });
    expect(handFault({ 'body-weight': '85' }, 'body-weight', 42.5)).toEqual({
      kind: 'far-from-previous',
      previous: 42.5,
    });
    expect(canSave({ 'body-weight': '85' })).toBe(true);
    for (const draft of [{}, swapped, half, { 'body-temperature': '367' }])
      expect(canSave(draft)).toBe(false);
  });
});
