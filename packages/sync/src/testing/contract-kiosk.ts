import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Operation } from '@shimabashi/contracts';
import { ALL, idsOf, type OpenHome } from './home.ts';
import { AUDIT, CLINIC, DEVICE, operation, patient, PATIENT } from './operations.ts';

/** What the log does for a kiosk: author, queue, settle, apply. */
export function describeAsKiosk(home: OpenHome): void {
  const pulled = (versions: readonly Operation[], first = 1, epoch = EPOCH) =>
    home.log.applyPulled({
      epoch,
      versions: versions.map((item, index) => ({ sequence: first + index, operation: item })),
      nextSequence: first + versions.length - 1,
      more: false,
    });

  describe('as a kiosk', () => {
    it('keeps and queues what is authored, once, across restarts', () => {
      const first = operation({ reason: '手入力' });
      expect(home.log.author([first, operation()], AUDIT)).toEqual(['saved', 'saved']);
      expect(home.log.author([first], AUDIT)).toEqual(['already-saved']);
      home.reopen();
      expect(home.log.outbox(ALL)).toHaveLength(2);
      expect(home.log.outbox(ALL)[0]).toEqual(first);
      expect(home.log.history(first.resource.id)).toMatchObject([
        { operation: first, place: 'here', parkedCode: null, clinicId: CLINIC },
      ]);
      expect(home.log.waiting()).toEqual({
        waiting: { vitals: 2, chart: 0, thumbnail: 0, photo: 0 },
        parked: 0,
      });
    });

    it('gives back unknown fields and extensions untouched', () => {
      const resource = patient({
        extension: [{ url: 'urn:x', valueDecimal: 1.5 }],
        futureField: { a: [1, null] },
      });
      home.log.author([operation({ resource })], AUDIT);
      expect(home.log.outbox(ALL)[0]!.resource).toEqual(resource);
    });

    it('sends vital signs first, then the rest, each in the order of commits', () => {
      const chart = operation({ resource: patient() });
      const vitals = [operation(), operation()];
      home.log.author([chart], AUDIT);
      home.log.author(vitals, AUDIT);
      expect(home.log.outbox(ALL)).toEqual([...vitals, chart]);
    });

    it('keeps within both limits of a batch, but sends one that is too large alone', () => {
      home.log.author([operation(), operation(), operation()], AUDIT);
      expect(home.log.outbox({ operations: 2, bytes: 1_048_576 })).toHaveLength(2);
      expect(home.log.outbox({ operations: 500, bytes: 1_500 })).toHaveLength(2);
      expect(home.log.outbox({ operations: 500, bytes: 1 })).toHaveLength(1);
    });

    it('takes the answers of the hub, each for its own operation', () => {
      const [applied, duplicate, conflict, rejected, unanswered] = Array.from({ length: 5 }, () =>
        operation(),
      );
      home.log.author([applied!, duplicate!, conflict!, rejected!, unanswered!], AUDIT);
      home.log.settle([
        { operationId: applied!.operationId, outcome: 'applied', sequence: 7 },
        { operationId: duplicate!.operationId, outcome: 'duplicate', sequence: 3 },
        { operationId: conflict!.operationId, outcome: 'conflict', sequence: 8 },
        { operationId: rejected!.operationId, outcome: 'rejected', code: 'RESOURCE_INVALID' },
        { operationId: randomUUID(), outcome: 'applied', sequence: 9 },
      ]);
      home.reopen();
      const placeOf = (item?: Operation) => home.log.history(item!.resource.id)[0]!;
      for (const item of [applied, duplicate, conflict]) {
        expect(placeOf(item)).toMatchObject({ place: 'at-hospital', parkedCode: null });
      }
      expect(placeOf(rejected)).toMatchObject({ place: 'parked', parkedCode: 'RESOURCE_INVALID' });
      expect(home.log.outbox(ALL)).toEqual([unanswered]);
      expect(home.log.waiting()).toMatchObject({ waiting: { vitals: 1 }, parked: 1 });
    });

    it('holds back what was made from a parked version, and nothing else', () => {
      const resource = patient();
      const parked = operation({ resource });
      const dependant = operation({ resource, baseVersionId: parked.operationId });
      const later = operation({ resource, baseVersionId: dependant.operationId });
      const unrelated = operation({ resource: patient({ id: 'patient-2' }), patientId: 'patient-2' });
      home.log.author([parked, dependant, later, unrelated], AUDIT);
      expect(home.log.outbox(ALL)).toEqual([parked, dependant, later, unrelated]);
      home.log.settle([{ operationId: parked.operationId, outcome: 'rejected', code: 'RESOURCE_INVALID' }]);
      expect(home.log.outbox(ALL)).toEqual([unrelated]);
      expect(home.log.waiting()).toMatchObject({ waiting: { chart: 3 }, parked: 1 });
    });

    it('knows that its own operation is at the hospital when it comes back, even if parked', () => {
      const [waiting, parked] = [operation(), operation()];
      home.log.author([waiting, parked], AUDIT);
      home.log.settle([{ operationId: parked.operationId, outcome: 'rejected', code: 'FORBIDDEN' }]);
      expect(pulled([waiting, parked])).toEqual({ patientIds: [PATIENT] });
      expect(home.log.outbox(ALL)).toEqual([]);
      expect(home.log.heads({}).map(head => head.place)).toEqual(['at-hospital', 'at-hospital']);
      expect(home.log.operationIds()).toEqual([waiting.operationId, parked.operationId]);
    });

    it('keeps the rows and the cursor of a page together, and says whose charts changed', () => {
      const own = operation();
      const clinic = operation({ resource: { resourceType: 'Organization', id: CLINIC }, patientId: null });
      expect(home.log.cursor()).toEqual({ epoch: null, sequence: 0 });
      expect(pulled([own, clinic], 5)).toEqual({ patientIds: [PATIENT, null] });
      home.reopen();
      expect(home.log.cursor()).toEqual({ epoch: EPOCH, sequence: 6 });
      expect(pulled([own, clinic], 5)).toEqual({ patientIds: [] });
      expect(home.log.outbox(ALL)).toEqual([]);
      expect(idsOf(home.log.heads({ patientId: PATIENT }))).toEqual([own.operationId]);
    });

    it('queues its own again when the hub was restored, and begins to read anew', () => {
      const [ours, ofOurDevice, parked, others] = [
        operation(),
        operation(),
        operation(),
        operation({ deviceId: 'kiosk-2' }),
      ];
      home.log.author([ours, parked], AUDIT);
      home.log.settle([{ operationId: parked.operationId, outcome: 'rejected', code: 'FORBIDDEN' }]);
      pulled([ours, ofOurDevice, others]);
      expect(home.log.adoptEpoch(EPOCH, DEVICE)).toEqual({ requeued: 0 });

      const next = randomUUID();
      expect(home.log.adoptEpoch(next, DEVICE)).toEqual({ requeued: 2 });
      home.reopen();
      expect(home.log.cursor()).toEqual({ epoch: next, sequence: 0 });
      expect(home.log.outbox(ALL)).toEqual([ours, ofOurDevice]);
      expect(home.log.waiting().parked).toBe(1);
      expect(home.log.history(others.resource.id)).toMatchObject([{ place: 'here' }]);
      pulled([others], 1, next);
      expect(home.log.history(others.resource.id)).toMatchObject([{ place: 'at-hospital' }]);
    });

    it('refuses a page of an epoch that it has not adopted', () => {
      pulled([operation()]);
      expect(() => pulled([operation()], 2, randomUUID())).toThrow('epoch');
      expect(home.log.cursor()).toEqual({ epoch: EPOCH, sequence: 1 });
    });
  });
}

const EPOCH = randomUUID();
