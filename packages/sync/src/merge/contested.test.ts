import { describe, expect, it } from 'vitest';
import { type Operation, type ResourceEnvelope } from '@shimabashi/contracts';
import { operation, patient } from '../testing/operations.ts';
import { contestOf } from './contested.ts';

const phone = (value: string) => ({ telecom: [{ system: 'phone', use: 'home', value }] });
const made = operation({ resource: patient(phone('1')) });
const edit = (changes: object, base: Operation = made): Operation =>
  operation({
    resource: { ...base.resource, ...changes } as ResourceEnvelope,
    baseVersionId: base.operationId,
  });
const contest = (left: Operation, right: Operation, ...between: readonly Operation[]) =>
  contestOf([made, ...between, left, right], left, right);

describe('what there is to decide', () => {
  it('is the field that both changed; of one that only one changed the new value is proposed', () => {
    const { fields, base, asWhole } = contest(
      edit({ ...phone('2'), gender: 'female' }),
      edit({ ...phone('3'), birthDate: '1941-03-06' }),
    );
    expect(asWhole).toBe(false);
    expect(base).toBe(made);
    expect(fields).toEqual([
      { names: ['birthDate'], merged: { birthDate: '1941-03-06' } },
      { names: ['telecom'], merged: null },
      { names: ['gender'], merged: { gender: 'female' } },
    ]);
  });

  it('says what both added to one list', () => {
    const [own] = phone('1').telecom;
    const mail = { system: 'email', value: 'a@example.jp' };
    const fax = { system: 'fax', value: '7' };
    const { fields } = contest(
      edit({ telecom: [own, mail], gender: 'male' }),
      edit({ telecom: [own, fax], gender: 'female' }),
    );
    expect(fields).toContainEqual({ names: ['telecom'], merged: { telecom: [own, mail, fax] } });
  });

  it('names the latest version that both stand on', () => {
    const later = edit({ gender: 'other' });
    expect(contest(edit(phone('2'), later), edit(phone('3'), later), later).base).toBe(later);
  });

  it('is all of an allergy when one of both warns less than before', () => {
    const resource = {
      resourceType: 'AllergyIntolerance',
      id: 'allergy-1',
      code: { text: 'そば' },
      criticality: 'high',
      note: [{ text: 'a' }],
    };
    const first = operation({ resource });
    const weaker = edit({ criticality: 'low' }, first);
    const other = edit({ note: [{ text: 'b' }] }, first);
    const { fields, asWhole } = contestOf([first, weaker, other], weaker, other);
    expect(asWhole).toBe(false);
    expect(fields.map(({ merged }) => merged)).toEqual([null, null]);
  });

  it('is one of both as a whole when they are about different things, or of a type that never merges', () => {
    const first = operation({
      resource: { resourceType: 'AllergyIntolerance', id: 'a', code: { text: 'そば' } },
    });
    const [one, other] = [edit({ code: { text: 'えび' } }, first), edit({ criticality: 'high' }, first)];
    expect(contestOf([first, one, other], one, other)).toMatchObject({ asWhole: true });
    const fact = operation();
    const [left, right] = [edit({ status: 'amended' }, fact), edit({ status: 'entered-in-error' }, fact)];
    expect(contestOf([fact, left, right], left, right)).toMatchObject({
      asWhole: true,
      base: fact,
      fields: [{ names: ['status'], merged: null }],
    });
  });

  it('is one of both as a whole when nobody knows what they come from', () => {
    const [left, right] = [operation({ resource: patient(phone('2')) }), operation({ resource: patient() })];
    expect(contestOf([left, right], left, right)).toMatchObject({ asWhole: true, base: undefined });
  });
});
