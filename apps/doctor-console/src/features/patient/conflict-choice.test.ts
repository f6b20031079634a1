import { type RecordConflict, type ResourceEnvelope } from '@shimabashi/contracts';
import { describe, expect, it } from 'vitest';
import { entry, patient } from '../../testing/chart.ts';
import { chosenResource, proposedChoices } from './conflict-choice.ts';

const phone = (value: string) => ({ system: 'phone', value });
const left: ResourceEnvelope = { ...patient(), gender: 'male', telecom: [phone('1')], ferry: 4 };
const right: ResourceEnvelope = { ...patient(), gender: 'other', address: [{ text: '2' }] };
const conflict: RecordConflict = {
  heads: [entry(left), entry(right)],
  base: entry(patient()),
  fields: [
    { names: ['gender'], merged: null },
    { names: ['telecom'], merged: { telecom: [phone('1')] } },
    { names: ['address'], merged: { address: [{ text: '2' }] } },
    { names: ['ferry'], merged: { ferry: 9 } },
  ],
  asWhole: false,
};

describe('what is chosen of two versions', () => {
  it('is proposed only where one side alone wrote, or both can stand', () => {
    expect(proposedChoices(conflict)).toEqual([null, 'left', 'right', 'both']);
  });

  it('is nothing while something is open', () => {
    expect(chosenResource(conflict, proposedChoices(conflict))).toBeUndefined();
    expect(chosenResource(conflict, ['left'])).toBeUndefined();
  });

  it('is put together field by field, and everything else is as it was', () => {
    expect(chosenResource(conflict, ['right', 'left', 'right', 'both'])).toEqual({
      ...patient(),
      gender: 'other',
      telecom: [phone('1')],
      address: [{ text: '2' }],
      ferry: 9,
    });
  });

  it('is one side when every field is of it: a field that it has not goes', () => {
    expect(chosenResource(conflict, ['left', 'left', 'left', 'left'])).toEqual(left);
    expect(chosenResource(conflict, ['right', 'right', 'right', 'right'])).toEqual(right);
  });

  it('is one side or the other where nothing can be put together', () => {
    const whole = { ...conflict, asWhole: true };
    expect(chosenResource(whole, ['right', 'right', 'right', 'right'])).toBe(right);
    expect(chosenResource(whole, ['left', 'right', 'left', 'left'])).toBeUndefined();
  });
});
