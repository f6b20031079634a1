import { describe, expect, it } from 'vitest';
import {
  buildAllergy,
  buildPatient,
  newAllergy,
  readAllergy,
  readAllergyEdit,
  readContact,
} from './index.ts';
import { withAllergy, withContact } from './index.ts';
import { createResourceValidator } from './validation/index.ts';

const validator = createResourceValidator();
const PATIENT = {
  ...buildPatient({
    patientId: 'p1',
    names: { kanji: { family: '島田', given: 'ハル' }, kana: null, latin: null },
    birthDate: '1945-05-03',
    gender: 'female',
    cardNumber: null,
    clinicId: 'c1',
  }),
  ferry: { seat: 4 },
};
const ALLERGY = buildAllergy({
  allergyId: 'a1',
  patientId: 'p1',
  allergy: {
    kind: 'allergy',
    substance: { text: 'ペニシリン系', latin: 'Penicillins' },
    reaction: { text: '呼吸困難', latin: 'Dyspnoea' },
    severe: true,
  },
  recordedOn: '2009-06-01',
  recorderId: null,
});
const edit = readAllergyEdit(ALLERGY);

describe('how a patient is reached', () => {
  it('is written, changed and taken away, and nothing else is', () => {
    expect(readContact(PATIENT)).toEqual({ telephone: '', address: '' });
    const contact = { telephone: '0599-00-0140', address: '潮見島 1-2' };
    const written = withContact(PATIENT, contact);
    validator.validate({ ...written, ferry: undefined });
    expect(readContact(written)).toEqual(contact);
    expect(withContact(written, { telephone: '', address: '' })).toEqual(PATIENT);
  });

  it('keeps other numbers and addresses, and what is not changed as it is', () => {
    const mail = { system: 'email', value: 'haru@example.jp' };
    const phone = { system: 'phone', use: 'mobile', value: '090-0000-0000', rank: 1 };
    const home = { use: 'home', line: ['1-2'], text: '潮見島 1-2' };
    const temporary = { use: 'temp', text: '本土' };
    const known = { ...PATIENT, telecom: [mail, phone], address: [home, temporary] };
    expect(withContact(known, { telephone: '090-1111-1111', address: '潮見島 1-2' })).toEqual({
      ...known,
      telecom: [mail, { ...phone, value: '090-1111-1111' }],
    });
    expect(withContact(known, { telephone: '090-0000-0000', address: '潮見島 3' })).toEqual({
      ...known,
      address: [{ use: 'home', text: '潮見島 3' }, temporary],
    });
  });
});

describe('an allergy', () => {
  it('is the same where nothing was changed', () => {
    expect(withAllergy(ALLERGY, { kind: 'allergy', ...edit })).toEqual(ALLERGY);
  });

  it('keeps its codes and translations except of what is said anew', () => {
    const changed = withAllergy(ALLERGY, { kind: 'allergy', ...edit, reaction: 'じんましん', severe: false });
    validator.validate(changed);
    expect(readAllergy(changed)).toMatchObject({
      substanceLatin: 'Penicillins',
      reaction: 'じんましん',
      reactionLatin: '',
      severe: false,
    });
  });

  it.each(['inactive', 'entered-in-error'] as const)('that is %s counts no more, and can again', standing => {
    const over = withAllergy(ALLERGY, { kind: 'allergy', ...edit, standing });
    validator.validate(over);
    expect(readAllergy(over).active).toBe(false);
    expect(readAllergyEdit(over)).toEqual({ ...edit, standing });
    expect(withAllergy(over, { kind: 'allergy', ...edit })).toEqual(ALLERGY);
  });

  it('is recorded for the first time', () => {
    const made = newAllergy(
      { kind: 'allergy', substance: 'そば', reaction: '', severe: true, standing: 'active' },
      { allergyId: 'a2', patientId: 'p1', recordedOn: '2026-11-22', recorderId: 'n1' },
    );
    validator.validate(made);
    expect(readAllergyEdit(made)).toEqual({
      substance: 'そば',
      reaction: '',
      severe: true,
      standing: 'active',
    });
  });
});
