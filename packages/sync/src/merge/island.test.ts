import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MERGE_AUTHOR_ID, type Operation } from '@shimabashi/contracts';
import { type ChartLog } from '../log.ts';
import { openChartLog } from '../sqlite/index.ts';
import {
  AUDIT,
  CLINIC,
  editOf,
  type Fault,
  operation,
  patient,
  SimulatedHub,
  SimulatedKiosk,
  VirtualTime,
} from '../testing/index.ts';
import { canonical, compareText, isSame } from './json-value.ts';

const memoryLog = () => openChartLog({ path: ':memory:', key: new Uint8Array(32), newId: randomUUID });
const headsOf = (log: ChartLog) => new Set(log.heads({}).map(head => head.operation.operationId));
const contentOf = (log: ChartLog) => log.heads({}).map(head => head.operation.resource);
const FIELDS = ['gender', 'birthDate', 'active', 'multipleBirthInteger'] as const;
type Field = (typeof FIELDS)[number];

/** What a nurse does who sees the newest head, and changes these fields of it. */
function edited(
  kiosk: SimulatedKiosk,
  resourceId: string,
  changes: Partial<Record<Field, number>>,
): Operation {
  const [head] = kiosk.log.heads({ resourceId });
  const made = editOf(kiosk, resourceId, 0);
  const before = head?.operation.resource ?? { resourceType: 'Patient', id: resourceId };
  return { ...made, resource: { ...before, ...changes } };
}

/** All versions that a hub has, by id, with the versions that came of each. */
function family(log: ChartLog) {
  const versions = new Map(
    log.versionsAfter(0, [CLINIC], 100_000).versions.map(({ operation: each }) => [each.operationId, each]),
  );
  const parentsOf = (version: Operation): Operation[] =>
    [version.baseVersionId, version.mergedVersionId]
      .map(id => versions.get(id ?? ''))
      .filter(parent => parent !== undefined);
  const comesFrom = (version: Operation, ancestor: Operation): boolean =>
    version.operationId === ancestor.operationId ||
    parentsOf(version).some(parent => comesFrom(parent, ancestor));
  return { versions: [...versions.values()], parentsOf, comesFrom };
}

/** Whether what `version` says of `field` is its own word, and not that of a version before it. */
function isWritten({ parentsOf }: ReturnType<typeof family>, version: Operation, field: Field): boolean {
  return parentsOf(version).every(parent => !isSame(parent.resource[field], version.resource[field]));
}

/** Every value that somebody wrote stands in the heads, or somebody else replaced it on purpose. */
function expectNothingSilentlyResolved(log: ChartLog): void {
  const known = family(log);
  const authored = known.versions.filter(version => version.authorId !== MERGE_AUTHOR_ID);
  for (const version of authored) {
    const heads = log
      .heads({ resourceId: version.resource.id })
      .map(head => head.operation)
      .filter(head => known.comesFrom(head, version));
    expect(heads.length).toBeGreaterThan(0);
    for (const field of FIELDS.filter(each => isWritten(known, version, each))) {
      for (const head of heads.filter(each => !isSame(each.resource[field], version.resource[field]))) {
        const replacing = authored.filter(
          other =>
            other !== version &&
            known.comesFrom(other, version) &&
            known.comesFrom(head, other) &&
            isWritten(known, other, field),
        );
        expect(replacing.length).toBeGreaterThan(0);
      }
    }
  }
}

describe('two kiosks, one patient', () => {
  function edits(field: Field, other: Field): [Operation, Operation, Operation] {
    const made = operation({ resource: patient() });
    const change = (name: Field, value: number, deviceId: string): Operation =>
      operation({
        resource: patient({ [name]: value }),
        baseVersionId: made.operationId,
        deviceId,
        authoredAtMs: value,
      });
    return [made, change(field, 1, 'kiosk-1'), change(other, 2, 'kiosk-2')];
  }

  it('who change different fields have one version with both, made of two, at no time of its own', () => {
    const hub = memoryLog();
    const [made, one, other] = edits('gender', 'birthDate');
    const results = hub.accept([made, one, other], AUDIT);
    expect(results.map(result => result.outcome)).toEqual(['applied', 'applied', 'applied']);
    const [head, ...rest] = hub.heads({});
    expect(rest).toEqual([]);
    expect(head!.operation).toMatchObject({
      resource: patient({ gender: 1, birthDate: 2 }),
      authorId: MERGE_AUTHOR_ID,
      deviceId: 'hub',
      clinicId: CLINIC,
      patientId: made.patientId,
      authoredAtMs: 2,
    });
    expect(new Set([head!.operation.baseVersionId, head!.operation.mergedVersionId])).toEqual(
      new Set([one.operationId, other.operationId]),
    );
    hub.close();
  });

  it('come by the same version in whatever order they are heard, and however often', () => {
    const [made, one, other] = edits('gender', 'birthDate');
    const ids = [
      [made, one, other],
      [other, one, made],
      [one, made, one, other, other],
    ].map(order => {
      const hub = memoryLog();
      for (const each of order) hub.accept([each], AUDIT);
      const heads = [...headsOf(hub)];
      expect(heads).toHaveLength(1);
      hub.close();
      return heads[0];
    });
    expect(new Set(ids).size).toBe(1);
  });

  it('who change one field have two versions, until somebody decides', () => {
    const hub = memoryLog();
    const [made, one, other] = edits('gender', 'gender');
    expect(hub.accept([made, one, other], AUDIT)[2]).toMatchObject({ outcome: 'conflict' });
    expect(headsOf(hub)).toEqual(new Set([one.operationId, other.operationId]));

    const decided = operation({
      resource: patient({ gender: 3 }),
      baseVersionId: one.operationId,
      mergedVersionId: other.operationId,
    });
    expect(hub.accept([decided], AUDIT)).toMatchObject([{ outcome: 'applied' }]);
    expect(headsOf(hub)).toEqual(new Set([decided.operationId]));
    // Whoever had not heard of it, and changed something else of one of both, is heard as well.
    const late = operation({
      resource: patient({ gender: 1, active: 1 }),
      baseVersionId: one.operationId,
    });
    expect(hub.accept([late], AUDIT)).toMatchObject([{ outcome: 'applied' }]);
    expect(contentOf(hub)).toEqual([patient({ gender: 3, active: 1 })]);
    hub.close();
  });

  it('who both decide a conflict, each in their own way, have a conflict again', () => {
    const hub = memoryLog();
    const [made, one, other] = edits('gender', 'gender');
    const [here, there] = [3, 4].map(gender =>
      operation({
        resource: patient({ gender }),
        baseVersionId: one.operationId,
        mergedVersionId: other.operationId,
      }),
    );
    hub.accept([made, one, other, here!, there!], AUDIT);
    expect(headsOf(hub)).toEqual(new Set([here!.operationId, there!.operationId]));
    hub.close();
  });

  it('never merge facts', () => {
    const hub = memoryLog();
    const made = operation();
    const correction = (note: string) =>
      operation({ resource: { ...made.resource, [note]: note }, baseVersionId: made.operationId });
    hub.accept([made, correction('a'), correction('b')], AUDIT);
    expect(hub.heads({})).toHaveLength(2);
    hub.close();
  });
});

it('what merges, merges to the same in whatever order it is heard', () => {
  const edits = fc.array(
    fc.record({
      base: fc.nat({ max: 20 }),
      values: fc.dictionary(fc.constantFrom(...FIELDS), fc.nat({ max: 2 }), { minKeys: 1, maxKeys: 2 }),
      phone: fc.option(fc.constantFrom('home', 'work', 'mobile')),
    }),
    { minLength: 1, maxLength: 7 },
  );
  let merged = 0;
  fc.assert(
    fc.property(edits, fc.array(fc.nat(), { minLength: 8, maxLength: 8 }), (changes, keys) => {
      const versions = [operation({ resource: { resourceType: 'Patient', id: 'patient-1' } })];
      for (const { base, values, phone } of changes) {
        const seen = versions[base % versions.length]!;
        const phones = (seen.resource['telecom'] as { use: string }[] | undefined) ?? [];
        const isNew = phone !== null && phones.every(({ use }) => use !== phone);
        const telecom = isNew ? [...phones, { use: phone, system: 'phone', value: '1' }] : phones;
        const resource = { ...seen.resource, ...values, ...(telecom.length === 0 ? {} : { telecom }) };
        versions.push(operation({ resource, baseVersionId: seen.operationId }));
      }
      const orders = [
        versions,
        versions.toSorted((a, b) => keys[versions.indexOf(a)]! - keys[versions.indexOf(b)]!),
        versions.toReversed(),
      ];
      const outcomes = orders.map(order => {
        const hub = memoryLog();
        for (const version of order) hub.accept([version], AUDIT);
        expectNothingSilentlyResolved(hub);
        const contents = contentOf(hub);
        hub.close();
        if (contents.length > 1) return 'conflict';
        // Where additions of several people stand in a list follows from who was merged first.
        const telecom = (contents[0]!['telecom'] as object[] | undefined)?.toSorted((a, b) =>
          compareText(canonical(a), canonical(b)),
        );
        return { ...contents[0], telecom };
      });
      if (outcomes[0] !== 'conflict') merged += 1;
      expect(outcomes[1]).toEqual(outcomes[0]);
      expect(outcomes[2]).toEqual(outcomes[0]);
    }),
    { numRuns: 150 },
  );
  expect(merged).toBeGreaterThan(25);
}, 60_000);

it('a second parent that a kiosk learns later makes its heads those of the hub', () => {
  const [hub, kiosk] = [memoryLog(), memoryLog()];
  const made = operation({ resource: patient() });
  hub.accept(
    [
      made,
      operation({ resource: patient({ gender: 1 }), baseVersionId: made.operationId }),
      operation({ resource: patient({ active: 1 }), baseVersionId: made.operationId }),
    ],
    AUDIT,
  );
  const page = { epoch: hub.epoch, ...hub.versionsAfter(0, [CLINIC], 500) };
  const withoutSecondParents = page.versions.map(version => {
    const { mergedVersionId: _, ...rest } = version.operation;
    return { ...version, operation: rest };
  });
  kiosk.applyPulled({ ...page, versions: withoutSecondParents });
  expect(kiosk.heads({})).toHaveLength(2);
  expect(kiosk.applyPulled({ ...page, versions: [...page.versions] }).patientIds).toEqual(['patient-1']);
  expect(headsOf(kiosk)).toEqual(headsOf(hub));
  expect(kiosk.applyPulled({ ...page, versions: [...page.versions] }).patientIds).toEqual([]);
  hub.close();
  kiosk.close();
});

describe('an island that edits the same patients', () => {
  const FAULTS = ['none', 'request-lost', 'answer-lost', 'slow'] as const satisfies readonly Fault[];
  const which = fc.nat({ max: 2 });
  const values = fc
    .subarray([...FIELDS], { minLength: 1, maxLength: 2 })
    .chain(fields =>
      fc.tuple(...fields.map(field => fc.nat({ max: 5 }).map(value => [field, value] as const))),
    )
    .map(entries => Object.fromEntries(entries) as Partial<Record<Field, number>>);
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ do: fc.constant('edit' as const), which, patient: fc.nat({ max: 1 }), values }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 900 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('fault' as const), fault: fc.constantFrom(...FAULTS) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constantFrom('link-up' as const, 'link-down' as const), which }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('pull' as const), which }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), which }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('restore-hub' as const), kept: fc.nat({ max: 20 }) }),
    },
  );

  it('agrees in the end, has lost nothing, and has resolved nothing silently', async () => {
    let merges = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 50, size: 'max' }), async steps => {
        const time = new VirtualTime();
        const hub = new SimulatedHub(time, memoryLog);
        const kiosks = ['kiosk-1', 'kiosk-2', 'kiosk-3'].map(
          id => new SimulatedKiosk(id, memoryLog(), hub, time),
        );
        kiosks[0]!.author(...[0, 1].map(id => edited(kiosks[0]!, `patient-${id}`, { gender: 0 })));
        for (const kiosk of kiosks) {
          kiosk.engine.linkUp();
          // oxlint-disable-next-line no-await-in-loop -- one after the other
          await time.pass(1_000);
        }
        for (const current of steps) {
          const kiosk = kiosks['which' in current ? current.which : 0]!;
          if (current.do === 'edit') {
            kiosk.author(edited(kiosk, `patient-${current.patient}`, current.values));
          }
          // oxlint-disable-next-line no-await-in-loop -- one step after the other
          if (current.do === 'pass') await time.pass(current.ms);
          if (current.do === 'fault') hub.faults.push(current.fault);
          if (current.do === 'link-up') kiosk.engine.linkUp();
          if (current.do === 'link-down') kiosk.engine.linkDown();
          if (current.do === 'pull') kiosk.engine.poke('pull');
          if (current.do === 'restart') kiosk.restart();
          if (current.do === 'restore-hub') hub.restore(current.kept);
        }
        for (let round = 0; round < 3; round += 1) {
          for (const kiosk of kiosks) kiosk.engine.linkUp();
          // oxlint-disable-next-line no-await-in-loop -- one round after the other
          await time.pass(60_000);
        }

        const authored = kiosks.flatMap(kiosk => kiosk.authored);
        const atHub = family(hub.log).versions;
        merges += atHub.filter(version => version.authorId === MERGE_AUTHOR_ID).length;
        expect(new Set(atHub.map(version => version.operationId))).toEqual(
          new Set(
            [...authored, ...atHub.filter(version => version.authorId === MERGE_AUTHOR_ID)].map(
              each => each.operationId,
            ),
          ),
        );
        expectNothingSilentlyResolved(hub.log);
        for (const kiosk of kiosks) {
          expect(kiosk.log.waiting()).toMatchObject({ waiting: { chart: 0 }, parked: 0 });
          for (const id of headsOf(hub.log)) expect(kiosk.log.operationIds()).toContain(id);
          kiosk.engine.stop();
        }
        for (const kiosk of kiosks) expect(headsOf(kiosk.log)).toEqual(headsOf(hub.log));
        for (const { log } of [hub, ...kiosks]) log.close();
      }),
      { numRuns: 80 },
    );
    // Of a hundred such stories many have something to merge: this is no test of nothing.
    expect(merges).toBeGreaterThan(50);
  }, 60_000);
});
