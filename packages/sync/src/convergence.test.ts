import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Operation } from '@shimabashi/contracts';
import { type ChartLog } from './log.ts';
import { openChartLog } from './sqlite/index.ts';
import {
  AUDIT,
  editOf,
  type Fault,
  operation,
  SimulatedHub,
  SimulatedKiosk,
  VirtualTime,
} from './testing/index.ts';

const memoryLog = () => openChartLog({ path: ':memory:', key: new Uint8Array(32), newId: randomUUID });
const headsOf = (log: ChartLog) => new Set(log.heads({}).map(head => head.operation.operationId));

describe('heads', () => {
  /** Each version of a resource is made from an earlier one, or from none. */
  const histories = fc.array(
    fc.record({ resource: fc.constantFrom('a', 'b'), base: fc.option(fc.nat({ max: 30 })) }),
    { maxLength: 30, size: 'max' },
  );

  function versionsOf(history: readonly { resource: string; base: number | null }[]): Operation[] {
    const versions: Operation[] = [];
    for (const { resource, base } of history) {
      const earlier = base === null ? undefined : versions[base % Math.max(1, versions.length)];
      versions.push(
        operation({
          // Each says something else of one field, so that nothing merges.
          resource: { resourceType: 'Patient', id: resource, multipleBirthInteger: versions.length },
          baseVersionId: earlier?.operationId ?? null,
        }),
      );
    }
    return versions;
  }

  function expectedHeads(versions: readonly Operation[]): Set<string> {
    const replaced = new Set(
      versions.flatMap(version => {
        const base = versions.find(other => other.operationId === version.baseVersionId);
        return base !== undefined && base.resource.id === version.resource.id ? [base.operationId] : [];
      }),
    );
    return new Set(versions.map(version => version.operationId).filter(id => !replaced.has(id)));
  }

  it('are the versions that nothing was made from, in whatever order and by whatever way they came', () => {
    fc.assert(
      fc.property(histories, fc.infiniteStream(fc.nat()), fc.nat(), (history, order, cut) => {
        const versions = versionsOf(history);
        const shuffled = versions
          .map(version => ({ version, key: order.next().value }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ version }) => version);
        const [hub, kiosk] = [memoryLog(), memoryLog()];

        for (const version of shuffled) hub.accept([version], AUDIT);
        // The kiosk made some of them itself, and is sent all in the hub's order.
        kiosk.author(versions.slice(0, cut % (versions.length + 1)), AUDIT);
        const page = hub.versionsAfter(0, ['clinic-a'], 500);
        kiosk.applyPulled({ epoch: hub.epoch, ...page, versions: [...page.versions] });

        expect(headsOf(hub)).toEqual(expectedHeads(versions));
        expect(headsOf(kiosk)).toEqual(expectedHeads(versions));
        hub.close();
        kiosk.close();
      }),
      { numRuns: 150 },
    );
  });

  it('are two after every operation that the hub called a conflict, or were two before it', () => {
    fc.assert(
      fc.property(histories, history => {
        const hub = memoryLog();
        for (const version of versionsOf(history)) {
          const [result] = hub.accept([version], AUDIT);
          const heads = hub.heads({ resourceId: version.resource.id });
          expect(heads.map(head => head.operation.operationId)).toContain(version.operationId);
          expect(result!.outcome === 'conflict' && heads.length < 2).toBe(false);
        }
        hub.close();
      }),
      { numRuns: 50 },
    );
  });
});

describe('an island', () => {
  const FAULTS = ['none', 'request-lost', 'answer-lost', 'slow'] as const satisfies readonly Fault[];
  const which = fc.nat({ max: 1 });
  const step = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ do: fc.constant('author' as const), which, patient: fc.nat({ max: 2 }) }),
    },
    {
      weight: 5,
      arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 900 }) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('fault' as const), fault: fc.constantFrom(...FAULTS) }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('link-up' as const), which }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('link-down' as const), which }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('poke' as const), which }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), which }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('restore-hub' as const), kept: fc.nat({ max: 20 }) }),
    },
  );

  it('loses nothing, doubles nothing and agrees in the end, whatever fails and whenever', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async steps => {
        const time = new VirtualTime();
        const hub = new SimulatedHub(time, memoryLog);
        const kiosks = ['kiosk-1', 'kiosk-2'].map(id => new SimulatedKiosk(id, memoryLog(), hub, time));

        for (const [number, current] of steps.entries()) {
          const kiosk = kiosks['which' in current ? current.which : 0]!;
          if (current.do === 'author') kiosk.author(editOf(kiosk, `patient-${current.patient}`, number));
          if (current.do === 'pass') await time.pass(current.ms);
          if (current.do === 'fault') hub.faults.push(current.fault);
          if (current.do === 'link-up') kiosk.engine.linkUp();
          if (current.do === 'link-down') kiosk.engine.linkDown();
          if (current.do === 'poke') kiosk.engine.poke();
          if (current.do === 'restart') kiosk.restart();
          if (current.do === 'restore-hub') hub.restore(current.kept);
        }
        // In the end the link is good. The hub pokes a kiosk when another has brought something.
        for (let round = 0; round < 3; round += 1) {
          for (const kiosk of kiosks) kiosk.engine.linkUp();
          await time.pass(60_000);
        }

        const authored = kiosks.flatMap(kiosk => kiosk.authored.map(item => item.operationId));
        const atHub = hub.log.operationIds();
        expect(atHub).toHaveLength(authored.length);
        expect(new Set(atHub)).toEqual(new Set(authored));
        for (const kiosk of kiosks) {
          expect(kiosk.log.waiting()).toEqual({
            waiting: { vitals: 0, chart: 0, thumbnail: 0, photo: 0 },
            parked: 0,
          });
          expect(new Set(kiosk.log.operationIds())).toEqual(new Set(authored));
          expect(headsOf(kiosk.log)).toEqual(headsOf(hub.log));
          expect(kiosk.log.heads({}).every(head => head.place === 'at-hospital')).toBe(true);
          expect(kiosk.engine.status().busy).toBe(false);
          kiosk.engine.stop();
          kiosk.log.close();
        }
        hub.log.close();
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});
