import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ResourceEnvelope } from '@shimabashi/contracts';
import { isSame } from './json-value.ts';
import { type Merge, mergeResources } from './resource.ts';

/** Each side made one version from `base`. */
function mergeOf(base: ResourceEnvelope, left: ResourceEnvelope, right: ResourceEnvelope): Merge {
  const [one, other] = [left, right].map(after => ({
    resource: after,
    steps: isSame(base, after) ? [] : [{ before: [base], after }],
  }));
  return mergeResources(one!, other!);
}

const SYSTEM = {
  clinical: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical',
  verification: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification',
  script: 'http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation',
};
const concept = (system: string, code: string) => ({ coding: [{ system, code }] });
const name = (script: string, family: string) => ({
  use: 'official',
  extension: [{ url: SYSTEM.script, valueCode: script }],
  family,
});

const PATIENT: ResourceEnvelope = {
  resourceType: 'Patient',
  id: 'p-1',
  name: [name('IDE', '濱口'), name('SYL', 'ハマグチ')],
  telecom: [{ system: 'phone', use: 'home', value: '0599-1' }],
  birthDate: '1941-03-05',
  identifier: [{ system: 'urn:card', value: 'T-1' }],
};
const ALLERGY: ResourceEnvelope = {
  resourceType: 'AllergyIntolerance',
  id: 'a-1',
  clinicalStatus: concept(SYSTEM.clinical, 'active'),
  verificationStatus: concept(SYSTEM.verification, 'confirmed'),
  criticality: 'high',
  code: { text: 'ペニシリン' },
  reaction: [{ manifestation: [{ text: '発疹' }] }],
};
const MEDICATION: ResourceEnvelope = {
  resourceType: 'MedicationRequest',
  id: 'm-1',
  status: 'active',
  medicationCodeableConcept: { text: 'アムロジピン' },
  dosageInstruction: [{ text: '1錠 朝食後' }],
};

/** The merged content, or the fields that take a person. */
function merge(base: ResourceEnvelope, left: object, right: object) {
  const [one, other] = [left, right].map(change => ({ ...base, ...change }) as ResourceEnvelope);
  const merged = mergeOf(base, one!, other!);
  expect(mergeOf(base, other!, one!)).toEqual(merged);
  return merged.outcome === 'merged' ? merged.resource : merged.fields;
}

describe('two versions of one resource', () => {
  it('merge when each changed another field', () => {
    const change = { telecom: [{ system: 'phone', use: 'home', value: '0599-2' }] };
    expect(merge(PATIENT, change, { birthDate: '1941-03-06' })).toEqual({
      ...PATIENT,
      ...change,
      birthDate: '1941-03-06',
    });
  });

  it('merge when both say the same, and when one took a field away that the other left alone', () => {
    const same = { birthDate: '1941-03-06', telecom: undefined };
    const { telecom: _, ...rest } = PATIENT;
    expect(merge(PATIENT, same, { birthDate: '1941-03-06' })).toEqual({ ...rest, birthDate: '1941-03-06' });
  });

  it('stay two when both changed one field, and say which', () => {
    expect(merge(PATIENT, { birthDate: '1941-03-06' }, { birthDate: '1942-03-05' })).toEqual(['birthDate']);
    expect(merge(PATIENT, { birthDate: undefined }, { birthDate: '1942-03-05' })).toEqual(['birthDate']);
  });

  it('take the forms of one choice, and a value and its extension, for one field', () => {
    const change = { deceasedBoolean: true };
    expect(merge(PATIENT, change, { deceasedDateTime: '2027-01-01' })).toEqual(['deceased']);
    expect(merge(PATIENT, { birthDate: '1941' }, { _birthDate: { id: 'x' } })).toEqual(['birthDate']);
    expect(merge({ ...PATIENT, deceasedBoolean: false }, change, { gender: 'female' })).toMatchObject({
      deceasedBoolean: true,
      gender: 'female',
    });
  });

  it('leave out a generated narrative that tells one side only, and keep a written one', () => {
    const generated = { text: { status: 'generated', div: '<div>1942</div>' }, birthDate: '1942' };
    expect(merge(PATIENT, generated, { gender: 'female' })).toEqual({
      ...PATIENT,
      birthDate: '1942',
      gender: 'female',
    });
    const [a, b] = ['a', 'b'].map(div => ({ text: { status: 'additional', div } }));
    expect(merge(PATIENT, a!, b!)).toEqual(['text']);
    expect(merge(PATIENT, a!, { gender: 'female' })).toMatchObject({ ...a, gender: 'female' });
  });

  it.each(['Observation', 'DocumentReference', 'Communication', 'Composition', 'MedicationAdministration'])(
    'are never merged when they are of %s',
    resourceType => {
      const fact = { resourceType, id: 'f-1', status: 'final' };
      expect(merge(fact, { note: [{ text: 'x' }] }, { status: 'amended' })).toEqual([]);
      expect(merge(fact, { status: 'amended' }, { status: 'amended' })).toEqual([]);
    },
  );

  it('are not merged into something too large', () => {
    const long = 'x'.repeat(200_000);
    expect(merge(PATIENT, { a: long }, { b: long })).toEqual([]);
  });

  it('take nothing from the prototype', () => {
    const left = JSON.parse('{"__proto__": {"polluted": true}}') as object;
    expect(merge(PATIENT, { ...left, gender: 'female' }, { birthDate: '1942' })).not.toHaveProperty(
      'polluted',
    );
  });
});

describe('lists', () => {
  const names = (...items: object[]) => ({ name: items });

  it('merge item by item: one script of a name each', () => {
    const [kanji, kana] = [name('IDE', '浜口'), name('SYL', 'ハマグチ')];
    expect(
      merge(PATIENT, names(kanji, kana), names(name('IDE', '濱口'), name('SYL', 'ハマクチ'))),
    ).toMatchObject(names(kanji, name('SYL', 'ハマクチ')));
    expect(merge(PATIENT, names(kanji, kana), names(name('IDE', '濵口'), kana))).toEqual(['name']);
  });

  it('keep what both added, and what one took away stays away', () => {
    const mobile = { system: 'phone', use: 'mobile', value: '090-1' };
    const mail = { system: 'email', value: 'a@example.org' };
    const [home] = PATIENT['telecom'] as object[];
    expect(merge(PATIENT, { telecom: [home, mobile] }, { telecom: [mail] })).toMatchObject({
      telecom: [mail, mobile],
    });
    expect(merge(PATIENT, { telecom: [{ ...home, value: '0' }] }, { telecom: [mail] })).toEqual(['telecom']);
  });

  it('know items without identity by all of their content, and see when both rewrote one', () => {
    const note = (...texts: string[]) => ({ note: texts.map(text => ({ text })) });
    const base = { ...PATIENT, ...note('a', 'b') };
    expect(merge(base, note('a', 'b', 'c'), note('a', 'b', 'd'))).toMatchObject(note('a', 'b', 'c', 'd'));
    expect(merge(base, note('a', 'x'), note('y', 'b'))).toMatchObject(note('x', 'y'));
    expect(merge(base, note('a', 'x'), note('a', 'y'))).toEqual(['note']);
    expect(merge(base, note('a'), note('a', 'y'))).toEqual(['note']);
    expect(merge(base, note('a'), note('b'))).toMatchObject({ id: 'p-1' });
    expect(merge({ ...PATIENT, ...note('a', 'a') }, note('a'), note('a', 'a', 'a'))).toEqual(['note']);
  });

  it('keep the order that one side gave, and are a conflict when both gave another', () => {
    const note = (...texts: string[]) => ({ note: texts.map(text => ({ text })) });
    const base = { ...PATIENT, ...note('a', 'b', 'c') };
    expect(merge(base, note('c', 'a', 'b'), note('a', 'b', 'c', 'd'))).toMatchObject(
      note('c', 'a', 'b', 'd'),
    );
    expect(merge(base, note('c', 'a', 'b'), note('b', 'a', 'c'))).toEqual(['note']);
  });
});

describe('what is dangerous to put together', () => {
  it('an allergy is never weakened beside another change', () => {
    const stronger = { note: [{ text: '母も' }] };
    const weaker = [
      { clinicalStatus: concept(SYSTEM.clinical, 'resolved') },
      { verificationStatus: concept(SYSTEM.verification, 'refuted') },
      { criticality: 'low' },
      { reaction: undefined },
      { reaction: [{ manifestation: [{ text: 'かゆみ' }] }] },
    ];
    for (const change of weaker) expect(merge(ALLERGY, change, stronger)).toEqual([]);
    const reaction = [...(ALLERGY['reaction'] as object[]), { manifestation: [{ text: '呼吸困難' }] }];
    expect(merge(ALLERGY, { reaction }, stronger)).toMatchObject({ ...stronger, reaction });
    expect(merge({ ...ALLERGY, criticality: 'low' }, { criticality: 'high' }, stronger)).toMatchObject({
      ...stronger,
      criticality: 'high',
    });
  });

  it('a record that is about something else now merges with nothing', () => {
    expect(merge(ALLERGY, { code: { text: 'アスピリン' } }, { note: [{ text: '母も' }] })).toEqual(['code']);
    const other = { medicationCodeableConcept: { text: 'ニフェジピン' } };
    expect(merge(MEDICATION, other, { note: [{ text: '朝に' }] })).toEqual(['medication']);
  });

  it('a medicine that is stopped while its dose is changed takes a person; a note does not', () => {
    const stopped = { status: 'stopped' };
    const dose = { dosageInstruction: [{ text: '2錠 朝食後' }] };
    expect(merge(MEDICATION, stopped, dose)).toEqual(['dosageInstruction', 'status']);
    expect(merge(MEDICATION, stopped, { note: [{ text: 'むくみ' }] })).toMatchObject(stopped);
    expect(merge(MEDICATION, dose, { dosageInstruction: [{ text: '1錠' }, { text: '夜も' }] })).toEqual([
      'dosageInstruction',
    ]);
  });
});

describe('laws', () => {
  const item = fc.record(
    {
      use: fc.constantFrom('home', 'work', 'old'),
      value: fc.nat({ max: 3 }),
      system: fc.constantFrom('phone', 'fax'),
    },
    { requiredKeys: ['value'] },
  );
  const version: fc.Arbitrary<ResourceEnvelope> = fc
    .record(
      {
        gender: fc.constantFrom('male', 'female'),
        birthDate: fc.constantFrom('1941', '1942', '1943'),
        telecom: fc.array(item, { maxLength: 4 }),
        deceasedBoolean: fc.boolean(),
        deceasedDateTime: fc.constantFrom('2020', '2021'),
        maritalStatus: fc.record({ text: fc.constantFrom('a', 'b') }),
      },
      { requiredKeys: [] },
    )
    .map(fields => ({ resourceType: 'Patient', id: 'p-1', ...fields }));
  const FIELDS = ['gender', 'birthDate', 'telecom', 'deceasedBoolean', 'deceasedDateTime', 'maritalStatus'];
  const edit = (base: ResourceEnvelope) =>
    version.chain(other =>
      fc
        .subarray(FIELDS, { maxLength: 2 })
        .map(fields => ({ ...base, ...Object.fromEntries(fields.map(field => [field, other[field]])) })),
    );
  const three = version.chain(base => fc.tuple(fc.constant(base), edit(base), edit(base)));

  it('sides make no difference', () => {
    fc.assert(
      fc.property(three, ([base, left, right]) => {
        expect(mergeOf(base, left, right)).toEqual(mergeOf(base, right, left));
      }),
      { numRuns: 500 },
    );
  }, 30_000);

  it('a side that changed nothing adds nothing, and what both did alike is done', () => {
    fc.assert(
      fc.property(version, version, (base, side) => {
        for (const merged of [mergeOf(base, base, side), mergeOf(base, side, side)]) {
          expect(merged).toEqual({ outcome: 'merged', resource: side });
        }
      }),
    );
  });

  it('no value of either side is missing but where the other side alone changed it', () => {
    const itemsOf = (resource: ResourceEnvelope, field: string): readonly unknown[] =>
      Array.isArray(resource[field]) ? resource[field] : [];
    fc.assert(
      fc.property(three, ([base, left, right]) => {
        const merged = mergeOf(base, left, right);
        if (merged.outcome === 'conflict') return;
        for (const [side, other] of [
          [left, right],
          [right, left],
        ] as const) {
          for (const field of FIELDS.filter(each => each !== 'telecom')) {
            if (isSame(merged.resource[field], side[field])) continue;
            expect(isSame(side[field], base[field])).toBe(true);
            expect(merged.resource[field]).toEqual(other[field]);
          }
          const has = (resource: ResourceEnvelope, wanted: unknown) =>
            itemsOf(resource, 'telecom').some(each => isSame(each, wanted));
          for (const wanted of itemsOf(side, 'telecom').filter(each => !has(merged.resource, each))) {
            expect(has(base, wanted)).toBe(true);
            expect(has(other, wanted)).toBe(false);
          }
          for (const written of itemsOf(merged.resource, 'telecom')) {
            expect(has(left, written) || has(right, written)).toBe(true);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  }, 30_000);
});
