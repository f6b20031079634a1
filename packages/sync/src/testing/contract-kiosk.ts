import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MERGE_AUTHOR_ID, type Operation } from '@shimabashi/contracts';
import { versionIn } from '../log.ts';
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
      expect(home.log.outbox(ALL).map(item => versionIn(item).resource)).toEqual([resource]);
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

    describe('of a hub that hands out receipts', () => {
      const RECEIPT = 'r'.repeat(22);
      const handedOut = (versions: readonly Operation[], first = 1, epoch = EPOCH) =>
        home.log.applyPulled({
          epoch,
          versions: versions.map((item, index) => ({
            sequence: first + index,
            operation: item,
            receipt: RECEIPT,
          })),
          nextSequence: first + versions.length - 1,
          more: false,
        });
      const returned = (item: Operation) => ({
        operationId: item.operationId,
        returned: item,
        receipt: RECEIPT,
      });
      const byDoctor = () => operation({ deviceId: 'console', authorId: 'doctor-1' });

      it('gives back with its receipt what others made, when the hub was restored', () => {
        const [ours, doctors, without] = [operation(), byDoctor(), byDoctor()];
        home.log.author([ours], AUDIT);
        handedOut([ours, doctors]);
        pulled([without], 3);
        const next = randomUUID();
        expect(home.log.adoptEpoch(next, DEVICE)).toEqual({ requeued: 2 });
        home.reopen();
        expect(home.log.outbox(ALL)).toEqual([returned(ours), returned(doctors)]);
        expect(home.log.waiting().waiting.vitals).toBe(2);
        home.log.settle([{ operationId: doctors.operationId, outcome: 'applied', sequence: 1 }]);
        expect(home.log.outbox(ALL)).toEqual([returned(ours)]);
        handedOut([ours], 2, next);
        expect(home.log.outbox(ALL)).toEqual([]);
        expect(home.log.history(doctors.resource.id)).toMatchObject([
          { operation: doctors, place: 'at-hospital' },
        ]);
      });

      it('gives back only what came after the backup, where the hub says how far it goes', () => {
        const [before, after, unpulled] = [byDoctor(), byDoctor(), operation()];
        handedOut([before, after], 4);
        home.log.author([unpulled], AUDIT);
        home.log.settle([{ operationId: unpulled.operationId, outcome: 'applied', sequence: 9 }]);
        const next = randomUUID();
        const continues = [
          { epoch: randomUUID(), sequence: 8 },
          { epoch: EPOCH, sequence: 4 },
        ];
        expect(home.log.adoptEpoch(next, DEVICE, continues)).toEqual({ requeued: 2 });
        expect(home.log.cursor()).toEqual({ epoch: next, sequence: 4 });
        expect(home.log.outbox(ALL)).toEqual([returned(after), unpulled]);
        expect(home.log.history(before.resource.id)).toMatchObject([{ place: 'at-hospital' }]);
      });

      it('does not move its cursor past what it has read, however far the backup goes', () => {
        handedOut([byDoctor()], 4);
        const next = randomUUID();
        home.log.adoptEpoch(next, DEVICE, [{ epoch: EPOCH, sequence: 90 }]);
        expect(home.log.cursor()).toEqual({ epoch: next, sequence: 4 });
        expect(home.log.outbox(ALL)).toEqual([]);
      });

      it('learns the receipt of what it has already, and of what it made itself', () => {
        const [own, known] = [operation(), byDoctor()];
        home.log.author([own], AUDIT);
        pulled([known]);
        handedOut([known, own]);
        home.log.adoptEpoch(randomUUID(), DEVICE);
        expect(home.log.outbox(ALL)).toEqual(expect.arrayContaining([returned(known), returned(own)]));
      });

      it('counts a merge of the old hub again as soon as the new one has taken it back', () => {
        const made = operation({ resource: patient() });
        const [one, other] = [{ gender: 'female' }, { birthDate: '1941-03-06' }].map(change =>
          operation({ resource: patient(change), baseVersionId: made.operationId }),
        );
        const merged = operation({
          resource: patient({ gender: 'female', birthDate: '1941-03-06' }),
          baseVersionId: one!.operationId,
          mergedVersionId: other!.operationId,
          authorId: MERGE_AUTHOR_ID,
        });
        handedOut([made, one!, other!, merged]);
        const heads = () => idsOf(home.log.heads({ resourceType: 'Patient' }));
        expect(heads()).toEqual([merged.operationId]);
        home.log.adoptEpoch(randomUUID(), DEVICE, [{ epoch: EPOCH, sequence: 3 }]);
        expect(heads()).toEqual([other!.operationId, one!.operationId]);
        home.log.settle([{ operationId: merged.operationId, outcome: 'applied', sequence: 5 }]);
        expect(heads()).toEqual([merged.operationId]);
      });

      it('lets nobody take back what the hub handed out, and then refused', () => {
        const doctors = byDoctor();
        handedOut([doctors]);
        home.log.adoptEpoch(randomUUID(), DEVICE);
        const { operationId } = doctors;
        home.log.settle([{ operationId, outcome: 'rejected', code: 'FORBIDDEN' }]);
        expect(home.log.parked()).toMatchObject([
          { itemId: operationId, code: 'FORBIDDEN', isReturned: true },
        ]);
        expect(home.log.withdraw(operationId, AUDIT)).toBe(false);
        expect(idsOf(home.log.heads({}))).toEqual([operationId]);
        expect(home.log.retry(operationId, AUDIT)).toBe(true);
        expect(home.log.outbox(ALL)).toEqual([returned(doctors)]);
      });
    });

    it('reads some patients apart, with a cursor of their own, across restarts', () => {
      home.log.applyPulled({
        epoch: EPOCH,
        versions: [],
        nextSequence: 50,
        more: true,
        backfill: ['patient-1', 'patient-2', 'patient-1'],
      });
      expect(home.log.backfillDue()).toEqual({ patientId: 'patient-1', sequence: 0 });
      const [first, second] = [operation(), operation()];
      const pageOf = (item: Operation, sequence: number, more: boolean, epoch = EPOCH) => ({
        epoch,
        versions: [{ sequence, operation: item }],
        nextSequence: sequence,
        more,
      });
      expect(home.log.applyBackfill('patient-1', pageOf(first, 7, true))).toEqual({ patientIds: [PATIENT] });
      home.reopen();
      expect(home.log.backfillDue()).toEqual({ patientId: 'patient-1', sequence: 7 });
      expect(home.log.applyBackfill('patient-1', pageOf(second, 9, true, randomUUID()))).toEqual({
        patientIds: [],
      });
      home.log.applyBackfill('patient-1', pageOf(second, 9, false));
      expect(home.log.backfillDue()).toEqual({ patientId: 'patient-2', sequence: 0 });
      home.log.applyBackfill('patient-2', null);
      expect(home.log.backfillDue()).toBeUndefined();
      expect(home.log.cursor()).toEqual({ epoch: EPOCH, sequence: 50 });
      expect(home.log.operationIds()).toEqual([first.operationId, second.operationId]);
      expect(pulled([first, second], 51)).toEqual({ patientIds: [PATIENT] });
      expect(home.log.operationIds()).toHaveLength(2);
      expect(home.log.clinicIds()).toEqual([CLINIC]);
    });

    it('refuses a page of an epoch that it has not adopted', () => {
      pulled([operation()]);
      expect(() => pulled([operation()], 2, randomUUID())).toThrow('epoch');
      expect(home.log.cursor()).toEqual({ epoch: EPOCH, sequence: 1 });
    });
  });
}

const EPOCH = randomUUID();
