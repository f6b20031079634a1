import { describe, expect, it } from 'vitest';
import { type Operation, WITHDRAWN_CODE } from '@shimabashi/contracts';
import { ALL, idsOf, type OpenHome } from './home.ts';
import { AUDIT, binary, documentOf, operation, patient, PATIENT } from './operations.ts';

/** What becomes of what the hub refused. */
export function describeParked(home: OpenHome): void {
  const RETRY = { ...AUDIT, action: 'retry' } as const;
  const WITHDRAW = { ...AUDIT, action: 'withdraw' } as const;
  const reject = (...operations: readonly Operation[]) =>
    home.log.settle(
      operations.map(({ operationId }) => ({ operationId, outcome: 'rejected', code: 'RESOURCE_INVALID' })),
    );
  const confirm = (...operations: readonly Operation[]) =>
    home.log.settle(
      operations.map(({ operationId }, index) => ({ operationId, outcome: 'applied', sequence: index + 1 })),
    );
  const parkedIds = () => home.log.parked().map(({ itemId }) => itemId);

  describe('of what the hub refused', () => {
    it('lists operations and pictures with their reason, and how much waits with them', () => {
      const [refused, fine] = [operation({ resource: patient() }), operation()];
      const later = operation({
        resource: patient({ gender: 'female' }),
        baseVersionId: refused.operationId,
      });
      const photo = binary(3_000);
      const document = documentOf([photo]);
      home.log.author([refused, fine, later], AUDIT);
      home.log.author([document], AUDIT, [photo]);
      expect(home.log.parked()).toEqual([]);
      confirm(document);
      const [chunk] = home.log.chunksDue({ bytes: 1 });
      home.log.settle([{ operationId: chunk!.operationId, outcome: 'rejected', code: 'FORBIDDEN' }]);
      reject(refused);
      home.reopen();
      expect(home.log.parked()).toMatchObject([
        {
          itemId: refused.operationId,
          kind: 'operation',
          code: 'RESOURCE_INVALID',
          version: { operation: refused },
          dependants: 1,
          isReturned: false,
        },
        {
          itemId: photo.binaryId,
          kind: 'picture',
          code: 'FORBIDDEN',
          version: { operation: document },
          dependants: 0,
          isReturned: false,
        },
      ]);
      expect(home.log.waiting().parked).toBe(2);
    });

    it('sends once more what is tried again, with what waited for it', () => {
      const refused = operation({ resource: patient() });
      const later = operation({ resource: patient(), baseVersionId: refused.operationId });
      home.log.author([refused, later], AUDIT);
      reject(refused);
      expect(home.log.outbox(ALL)).toEqual([]);
      expect(home.log.retry(refused.operationId, RETRY)).toBe(true);
      expect(home.log.outbox(ALL)).toEqual([refused, later]);
      expect(home.log.waiting()).toMatchObject({ waiting: { chart: 2 }, parked: 0 });
      expect(home.log.retry(refused.operationId, RETRY)).toBe(false);
      expect(home.log.retry(later.operationId, RETRY)).toBe(false);
    });

    it('sends a picture once more, and all that was missing of it', () => {
      const photo = binary(100_000);
      const document = documentOf([photo]);
      home.log.author([document], AUDIT, [photo]);
      confirm(document);
      const [chunk] = home.log.chunksDue({ bytes: 1 });
      home.log.settle([{ operationId: chunk!.operationId, outcome: 'rejected', code: 'BAD_REQUEST' }]);
      expect(home.log.chunksDue({ bytes: 1 })).toEqual([]);
      expect(home.log.retry(photo.binaryId, RETRY)).toBe(true);
      expect(home.log.chunksDue({ bytes: 1_000_000 })).toHaveLength(2);
      expect(home.log.waiting()).toMatchObject({ waiting: { photo: 1 }, parked: 0 });
    });

    it('never sends what is withdrawn, keeps it, and shows what was there before', () => {
      const before = operation({ resource: patient() });
      home.log.author([before], AUDIT);
      confirm(before);
      const refused = operation({ resource: patient({ gender: 'male' }), baseVersionId: before.operationId });
      const later = operation({ resource: patient({ gender: 'other' }), baseVersionId: refused.operationId });
      home.log.author([refused, later], AUDIT);
      reject(refused);
      expect(home.log.withdraw(refused.operationId, WITHDRAW)).toBe(true);
      home.reopen();
      expect(idsOf(home.log.heads({ resourceId: PATIENT }))).toEqual([before.operationId]);
      expect(home.log.outbox(ALL)).toEqual([]);
      expect(parkedIds()).toEqual([]);
      expect(home.log.waiting()).toMatchObject({ waiting: { chart: 0 }, parked: 0 });
      expect(home.log.history(PATIENT).map(version => version.parkedCode)).toEqual([
        null,
        WITHDRAWN_CODE,
        WITHDRAWN_CODE,
      ]);
      expect(home.log.retry(refused.operationId, RETRY)).toBe(false);
      expect(home.log.withdraw(refused.operationId, WITHDRAW)).toBe(false);

      const next = operation({ resource: patient({ gender: 'female' }), baseVersionId: before.operationId });
      home.log.author([next], AUDIT);
      expect(idsOf(home.log.heads({ resourceId: PATIENT }))).toEqual([next.operationId]);
      expect(home.log.outbox(ALL)).toEqual([next]);
    });

    it('withdraws a photograph with its bytes, but not bytes that another names', () => {
      const [photo, shared] = [binary(3_000), binary(4_000)];
      const [refused, fine] = [documentOf([photo, shared]), documentOf([shared])];
      home.log.author([refused], AUDIT, [photo, shared]);
      home.log.author([fine], AUDIT);
      reject(refused);
      confirm(fine);
      home.log.withdraw(refused.operationId, WITHDRAW);
      expect(home.log.waiting()).toMatchObject({ waiting: { photo: 1 }, parked: 0 });
      expect(home.log.chunksDue({ bytes: 100_000 }).map(chunk => chunk.binaryId)).toEqual([shared.binaryId]);
      expect(home.log.binaryBytes(photo.binaryId)).toEqual(Buffer.from(photo.bytes));
    });

    it('counts it again when the hub has it after all', () => {
      const [refused] = [operation({ resource: patient() })];
      home.log.author([refused], AUDIT);
      reject(refused);
      home.log.withdraw(refused.operationId, WITHDRAW);
      expect(home.log.heads({})).toEqual([]);
      home.log.applyPulled({
        epoch: '0e90c400-0000-4000-8000-000000000001',
        versions: [{ sequence: 1, operation: refused }],
        nextSequence: 1,
        more: false,
      });
      expect(home.log.heads({})).toMatchObject([{ operation: refused, place: 'at-hospital' }]);
    });

    it('knows nothing of what is not parked', () => {
      const fine = operation();
      home.log.author([fine], AUDIT);
      for (const itemId of [fine.operationId, '0'.repeat(64), 'x']) {
        expect(home.log.retry(itemId, RETRY)).toBe(false);
        expect(home.log.withdraw(itemId, WITHDRAW)).toBe(false);
      }
      expect(home.log.outbox(ALL)).toEqual([fine]);
    });
  });
}
