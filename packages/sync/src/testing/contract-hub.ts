import { describe, expect, it } from 'vitest';
import { MERGE_AUTHOR_ID } from '@shimabashi/contracts';
import { ALL, idsOf, type OpenHome } from './home.ts';
import { AUDIT, CLINIC, operation, OTHER_CLINIC, patient, PATIENT, vitalSign } from './operations.ts';

/** What the log does for a hub: accept, number, give in pages. */
export function describeAsHub(home: OpenHome): void {
  describe('as a hub', () => {
    it('numbers what it accepts in the order of commits, and knows a duplicate', () => {
      const [first, second] = [operation(), operation()];
      expect(home.log.accept([first, second, first], AUDIT)).toEqual([
        { operationId: first.operationId, outcome: 'applied', sequence: 1 },
        { operationId: second.operationId, outcome: 'applied', sequence: 2 },
        { operationId: first.operationId, outcome: 'duplicate', sequence: 1 },
      ]);
      home.reopen();
      expect(home.log.accept([second], AUDIT)).toMatchObject([{ outcome: 'duplicate', sequence: 2 }]);
      expect(home.log.history(first.resource.id)).toMatchObject([{ place: 'at-hospital' }]);
      expect(home.log.outbox(ALL)).toEqual([]);
      expect(home.log.operationIds()).toEqual([first.operationId, second.operationId]);
    });

    it('moves the head when the author saw it, and keeps both when not', () => {
      const made = operation({ resource: patient() });
      const seen = operation({ resource: patient({ gender: 'female' }), baseVersionId: made.operationId });
      const stale = operation({ resource: patient({ gender: 'male' }), baseVersionId: made.operationId });
      const second = operation({ resource: patient() });
      const outcomes = [made, seen, stale, second].map(item => home.log.accept([item], AUDIT)[0]!.outcome);
      expect(outcomes).toEqual(['applied', 'applied', 'conflict', 'conflict']);
      const heads = () => idsOf(home.log.heads({ resourceId: PATIENT }));
      expect(heads()).toEqual([second, stale, seen].map(item => item.operationId));

      const onOneHead = operation({
        resource: patient({ gender: 'other' }),
        baseVersionId: stale.operationId,
      });
      expect(home.log.accept([onOneHead], AUDIT)).toMatchObject([{ outcome: 'applied' }]);
      expect(heads()).toEqual([onOneHead, second, seen].map(item => item.operationId));
      expect(idsOf(home.log.history(PATIENT))).toEqual(
        [made, seen, stale, second, onOneHead].map(item => item.operationId),
      );
    });

    it('merges what needs no decision into a version with two parents, and gives it to the kiosks', () => {
      const made = operation({ resource: patient() });
      const [one, other] = [{ gender: 'female' }, { birthDate: '1941-03-06' }].map(change =>
        operation({ resource: patient(change), baseVersionId: made.operationId }),
      );
      expect(home.log.accept([made, one!, other!], AUDIT)).toMatchObject([
        { outcome: 'applied', sequence: 1 },
        { outcome: 'applied', sequence: 2 },
        { outcome: 'applied', sequence: 3 },
      ]);
      home.reopen();
      const [merged, ...others] = home.log.heads({ resourceId: PATIENT });
      expect(others).toEqual([]);
      expect(merged).toMatchObject({
        sequence: 4,
        place: 'at-hospital',
        operation: {
          resource: patient({ gender: 'female', birthDate: '1941-03-06' }),
          authorId: MERGE_AUTHOR_ID,
        },
      });
      expect(home.log.versionsAfter(3, [CLINIC], 9).versions).toEqual([
        { sequence: 4, operation: merged!.operation },
      ]);
      expect(home.log.accept([other!], AUDIT)).toMatchObject([{ outcome: 'duplicate', sequence: 3 }]);
      expect(home.log.operationIds()).toHaveLength(4);
    });

    it('puts a version that comes after its successor behind it', () => {
      const made = operation({ resource: patient() });
      const next = operation({ resource: patient(), baseVersionId: made.operationId });
      expect(home.log.accept([next, made], AUDIT)).toMatchObject([
        { outcome: 'applied' },
        { outcome: 'applied' },
      ]);
      expect(idsOf(home.log.heads({}))).toEqual([next.operationId]);
    });

    it('lets no operation replace a version of another resource', () => {
      const victim = operation({ resource: patient() });
      const other = operation({ baseVersionId: victim.operationId });
      home.log.accept([victim, other], AUDIT);
      expect(idsOf(home.log.heads({ resourceType: 'Patient' }))).toEqual([victim.operationId]);
    });

    it("lets no clinic write into another clinic's patient", () => {
      const made = operation({ resource: patient() });
      const foreign = operation({
        resource: patient(),
        baseVersionId: made.operationId,
        clinicId: OTHER_CLINIC,
      });
      expect(home.log.accept([made, foreign], AUDIT)).toMatchObject([
        { outcome: 'applied' },
        { outcome: 'rejected', code: 'FORBIDDEN' },
      ]);
      expect(home.log.operationIds()).toEqual([made.operationId]);
    });

    it('gives each clinic its own versions in pages, and skips what lies between', () => {
      const mine = Array.from({ length: 5 }, () => operation());
      const theirs = Array.from({ length: 4 }, () => operation({ clinicId: OTHER_CLINIC }));
      home.log.accept(
        [...mine.slice(0, 3), ...theirs.slice(0, 2), ...mine.slice(3), ...theirs.slice(2)],
        AUDIT,
      );

      const first = home.log.versionsAfter(0, [CLINIC], 4);
      expect(first.versions.map(version => version.sequence)).toEqual([1, 2, 3, 6]);
      expect(first).toMatchObject({ nextSequence: 6, more: true });
      const rest = home.log.versionsAfter(6, [CLINIC], 4);
      expect(rest).toMatchObject({
        versions: [{ sequence: 7, operation: mine[4] }],
        nextSequence: 9,
        more: false,
      });
      expect(home.log.versionsAfter(9, [CLINIC], 4)).toEqual({ versions: [], nextSequence: 9, more: false });
      expect(home.log.versionsAfter(0, [CLINIC, OTHER_CLINIC], 500).versions).toHaveLength(9);
      expect(home.log.versionsAfter(0, [], 500)).toEqual({ versions: [], nextSequence: 9, more: false });
    });

    describe('of two clinics', () => {
      const episode = (status: string, base: string | null = null) =>
        operation({
          resource: { resourceType: 'EpisodeOfCare', id: 'episode-1', status },
          clinicId: OTHER_CLINIC,
          baseVersionId: base,
        });
      const idsFor = (clinicId: string, after = 0) =>
        home.log.versionsAfter(after, [clinicId], 500).versions.map(each => each.operation.operationId);

      it('gives both what comes after a patient has joined, and names who to read apart', () => {
        const made = operation({ resource: patient() });
        const before = operation();
        const joins = episode('active');
        const [byFirst, bySecond] = [operation(), operation({ clinicId: OTHER_CLINIC })];
        home.log.accept([made, before, joins, byFirst, bySecond], AUDIT);
        const ids = [made, before, joins, byFirst, bySecond].map(({ operationId }) => operationId);
        expect(idsFor(CLINIC)).toEqual(ids);
        expect(idsFor(OTHER_CLINIC)).toEqual(ids.slice(2));
        expect(home.log.clinicsOf(PATIENT)).toEqual([CLINIC, OTHER_CLINIC]);
        expect(home.log.joined({ after: 0, upTo: 5 }, [OTHER_CLINIC])).toEqual([PATIENT]);
        expect(home.log.joined({ after: 3, upTo: 5 }, [OTHER_CLINIC])).toEqual([]);
        expect(home.log.joined({ after: 0, upTo: 5 }, [CLINIC])).toEqual([]);
        expect(home.log.versionsOf(PATIENT, 0, 2)).toMatchObject({ nextSequence: 2, more: true });
        expect(home.log.versionsOf(PATIENT, 2, 9).versions.map(each => each.sequence)).toEqual([3, 4, 5]);
      });

      it('gives nothing more to a clinic that he has left, and all again when he is back', () => {
        const made = operation({ resource: patient() });
        const joins = episode('active');
        const leaves = episode('finished', joins.operationId);
        const after = operation();
        home.log.accept([made, joins, leaves, after], AUDIT);
        expect(idsFor(OTHER_CLINIC)).toEqual([joins.operationId, leaves.operationId]);
        expect(home.log.clinicsOf(PATIENT)).toEqual([CLINIC]);
        home.log.accept([episode('active', leaves.operationId)], AUDIT);
        expect(home.log.joined({ after: 4, upTo: 9 }, [OTHER_CLINIC])).toEqual([PATIENT]);
      });

      it('knows it also when the patient comes after the word that he has joined', () => {
        home.log.accept([episode('active'), operation({ resource: patient() })], AUDIT);
        home.reopen();
        expect(home.log.clinicsOf(PATIENT)).toEqual([CLINIC, OTHER_CLINIC]);
        expect(home.log.joined({ after: 1, upTo: 2 }, [OTHER_CLINIC])).toEqual([PATIENT]);
      });

      it('does not take an episode in his own clinic for a second one', () => {
        const own = operation({ resource: { resourceType: 'EpisodeOfCare', id: 'e', status: 'active' } });
        home.log.accept([operation({ resource: patient() }), own], AUDIT);
        expect(home.log.clinicsOf(PATIENT)).toEqual([CLINIC]);
        expect(home.log.clinicsOf('nobody')).toEqual([]);
      });
    });

    it('counts how far a kiosk is', () => {
      home.log.accept([operation(), operation({ clinicId: OTHER_CLINIC }), operation()], AUDIT);
      expect(home.log.progress(2, [CLINIC])).toEqual({ done: 1, total: 2 });
      expect(home.log.progress(0, ['nowhere'])).toEqual({ done: 0, total: 0 });
    });

    it('ends a page early when its resources are large', () => {
      const large = Array.from({ length: 5 }, () =>
        operation({ resource: vitalSign({ note: 'x'.repeat(250_000) }) }),
      );
      home.log.accept(large, AUDIT);
      const page = home.log.versionsAfter(0, [CLINIC], 500);
      expect(page.versions).toHaveLength(4);
      expect(page).toMatchObject({ nextSequence: 4, more: true });
    });

    it('keeps its epoch across restarts, and has a new one when it was restored', () => {
      const { epoch } = home.log;
      home.reopen();
      expect(home.log.epoch).toBe(epoch);
      home.reopen({ renewEpoch: true });
      expect(home.log.epoch).not.toBe(epoch);
      const renewed = home.log.epoch;
      home.reopen();
      expect(home.log.epoch).toBe(renewed);
    });

    it('remembers how far it continues the logs that it was restored from', () => {
      const first = home.log.epoch;
      expect(home.log.continues).toEqual([]);
      home.log.accept([operation(), operation()], AUDIT);
      home.reopen({ renewEpoch: true });
      const second = home.log.epoch;
      expect(home.log.continues).toEqual([{ epoch: first, sequence: 2 }]);
      home.log.accept([operation()], AUDIT);
      home.reopen({ renewEpoch: true });
      home.reopen();
      expect(home.log.continues).toEqual([
        { epoch: second, sequence: 3 },
        { epoch: first, sequence: 2 },
      ]);
    });
  });
}
