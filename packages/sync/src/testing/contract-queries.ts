import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type ChartLog } from '../log.ts';
import { idsOf, type OpenHome } from './home.ts';
import {
  AUDIT,
  CLINIC,
  encounter,
  operation,
  OTHER_CLINIC,
  patient,
  PATIENT,
  vitalSign,
} from './operations.ts';

/** What the log answers when it is asked. */
export function describeQueries(home: OpenHome): void {
  describe('asked', () => {
    it('gives heads by type, resource, patient and clinic, newest first', () => {
      const items = [
        operation({ resource: patient() }),
        operation(),
        operation({ resource: encounter(), patientId: 'patient-2', clinicId: OTHER_CLINIC }),
        operation({ resource: { resourceType: 'Organization', id: 'org-1' }, patientId: null }),
      ];
      home.log.author(items, AUDIT);
      const [aPatient, observation, visit, organization] = items.map(item => item.operationId);
      expect(idsOf(home.log.heads({}))).toEqual([organization, visit, observation, aPatient]);
      expect(idsOf(home.log.heads({ resourceType: 'Patient' }))).toEqual([aPatient]);
      expect(idsOf(home.log.heads({ patientId: PATIENT, exceptTypes: ['Observation'] }))).toEqual([aPatient]);
      expect(idsOf(home.log.heads({ resourceId: 'org-1' }))).toEqual([organization]);
      expect(idsOf(home.log.heads({ clinicIds: [OTHER_CLINIC] }))).toEqual([visit]);
      expect(idsOf(home.log.heads({ clinicIds: [] }))).toEqual([]);
    });

    it('gives the records of which two versions stand, and counts them by patient', () => {
      const [made, otherOnes] = [operation({ resource: patient() }), operation({ resource: encounter() })];
      const [one, other] = [{ gender: 'female' }, { gender: 'male' }].map(change =>
        operation({ resource: patient(change), baseVersionId: made.operationId }),
      );
      home.log.author([made, otherOnes, one!, other!], AUDIT);
      const clinicIds = [CLINIC];
      const contested = () => idsOf(home.log.contested({ patientId: PATIENT, clinicIds }));
      expect(contested()).toEqual([other, one].map(item => item!.operationId));
      expect([...home.log.contestedCounts(clinicIds)]).toEqual([[PATIENT, 1]]);
      expect(home.log.contested({ patientId: PATIENT, clinicIds: [OTHER_CLINIC] })).toEqual([]);
      expect(home.log.contestedCounts([OTHER_CLINIC]).size).toBe(0);
      home.log.author(
        [
          operation({
            resource: patient(),
            baseVersionId: one!.operationId,
            mergedVersionId: other!.operationId,
          }),
        ],
        AUDIT,
      );
      expect(contested()).toEqual([]);
    });

    it('gives observations by code and time, newest effective time first', () => {
      const early = operation({ resource: vitalSign({ at: '2027-01-15T01:00:00Z' }) });
      const late = operation({ resource: vitalSign({ at: '2027-01-15T11:00:00.500+09:00' }) });
      const pulse = operation({ resource: vitalSign({ loinc: '8889-8', at: '2027-01-15T01:30:00Z' }) });
      const uncoded = operation({ resource: vitalSign({ code: { text: '顔色' }, at: '2027-01-14' }) });
      const elsewhere = operation({ patientId: 'patient-2' });
      home.log.author([late, early, pulse, uncoded, elsewhere], AUDIT);
      const found = (query: Partial<Parameters<ChartLog['observations']>[0]>) =>
        idsOf(home.log.observations({ patientId: PATIENT, limit: 10, ...query }));
      expect(found({})).toEqual([late, pulse, early, uncoded].map(item => item.operationId));
      expect(found({ limit: 1 })).toEqual([late.operationId]);
      expect(found({ codes: ['59408-5'] })).toEqual([late.operationId, early.operationId]);
      expect(found({ codes: ['59408-5', '8889-8'], fromMs: Date.parse('2027-01-15T01:30:00Z') })).toEqual([
        late.operationId,
        pulse.operationId,
      ]);
      expect(found({ codes: [] })).toEqual([]);
    });

    it('finds a blood pressure by the code of each of its components', () => {
      const component = (loinc: string) => ({
        code: { coding: [{ system: 'http://loinc.org', code: loinc }] },
      });
      const pressure = operation({
        resource: vitalSign({ loinc: '85354-9', component: [component('8480-6'), component('8462-4')] }),
      });
      home.log.author([pressure], AUDIT);
      for (const code of ['85354-9', '8480-6', '8462-4']) {
        expect(idsOf(home.log.observations({ patientId: PATIENT, codes: [code], limit: 5 }))).toEqual([
          pressure.operationId,
        ]);
      }
      expect(idsOf(home.log.latestObservations(PATIENT))).toEqual([pressure.operationId]);
    });

    it('gives the newest observation of each code, never one entered in error', () => {
      const at = (hour: string, loinc: string, status = 'final') =>
        operation({ resource: vitalSign({ at: `2027-01-15T${hour}:00:00Z`, loinc, status }) });
      const items = [
        at('03', '59408-5'),
        at('01', '59408-5'),
        at('04', '59408-5', 'entered-in-error'),
        at('02', '8889-8'),
        at('01', '8310-5', 'entered-in-error'),
      ];
      home.log.author(items, AUDIT);
      expect(idsOf(home.log.latestObservations(PATIENT)).toSorted()).toEqual(
        [items[0]!.operationId, items[3]!.operationId].toSorted(),
      );
      expect(home.log.latestObservations('nobody')).toEqual([]);
    });

    it('forgets what a replaced version was found by', () => {
      const first = operation({ resource: vitalSign({ loinc: '8889-8' }) });
      const corrected = operation({
        resource: { ...vitalSign(), id: first.resource.id },
        baseVersionId: first.operationId,
      });
      home.log.author([first, corrected], AUDIT);
      expect(home.log.observations({ patientId: PATIENT, codes: ['8889-8'], limit: 5 })).toEqual([]);
      expect(idsOf(home.log.observations({ patientId: PATIENT, limit: 5 }))).toEqual([corrected.operationId]);
    });

    it('gives encounters that are open, planned or begun in the time', () => {
      const day = { fromMs: Date.parse('2027-01-14T15:00:00Z'), toMs: Date.parse('2027-01-15T15:00:00Z') };
      const items = {
        openSinceYesterday: encounter({ status: 'in-progress', period: { start: '2027-01-13T01:00:00Z' } }),
        finishedToday: encounter({ status: 'finished', period: { start: '2027-01-15T01:00:00Z' } }),
        plannedToday: encounter({ period: { start: '2027-01-15T00:00:00+09:00' } }),
        plannedTodayByExtension: encounter({
          extension: [
            {
              url: 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Encounter.plannedStartDate',
              valueDateTime: '2027-01-15T05:00:00Z',
            },
          ],
        }),
        wasPlannedToday: encounter({
          status: 'cancelled',
          statusHistory: [{ status: 'planned', period: { start: '2027-01-15T02:00:00Z' } }],
        }),
        plannedTomorrow: encounter({ period: { start: '2027-01-16T00:00:00+09:00' } }),
        finishedYesterday: encounter({ status: 'finished', period: { start: '2027-01-14T01:00:00Z' } }),
      };
      home.log.author(
        Object.values(items).map(resource => operation({ resource })),
        AUDIT,
      );
      home.log.author(
        [operation({ resource: encounter({ status: 'arrived' }), clinicId: OTHER_CLINIC })],
        AUDIT,
      );
      const found = home.log.encounters({ clinicIds: [CLINIC], ...day }).map(it => it.operation.resource.id);
      const { plannedTomorrow: _, finishedYesterday: __, ...expected } = items;
      expect(found.toSorted()).toEqual(
        Object.values(expected)
          .map(item => item.id)
          .toSorted(),
      );
    });

    it.each([
      '濱口',
      '濱口ハナ',
      'はまぐち',
      'ハマグチ　はな',
      'ﾊﾏｸﾞﾁ',
      'hamaguchi',
      'HANA hama',
      'Ｈａｎａ',
      'guchi',
      '1941-03-05',
      '19410305',
      'T-00_17',
      't-00',
    ])('finds a patient by %s', text => {
      home.log.author([operation({ resource: patient() })], AUDIT);
      expect(home.log.findPatients(text, [CLINIC], 10)).toHaveLength(1);
      expect(home.log.findPatients(text, [OTHER_CLINIC], 10)).toEqual([]);
    });

    it.each(['%', '_', 'T-00%', 'h_m', '\\', "'", '', '　', '\n', '浜口'])(
      'finds nobody by %j: it is no part of the chart',
      text => {
        const resource = patient({ identifier: [{ value: 'T-0017' }] });
        home.log.author([operation({ resource })], AUDIT);
        expect(home.log.findPatients(text, [CLINIC], 10)).toEqual([]);
      },
    );

    it('puts first whose name begins with the text, and keeps to the limit', () => {
      const named = (id: string, family: string) =>
        operation({ resource: patient({ id, name: [{ text: family }] }), patientId: id });
      home.log.author([named('p1', '大山'), named('p2', '山田'), named('p3', '小山田')], AUDIT);
      const found = (limit: number) =>
        home.log.findPatients('山', [CLINIC], limit).map(version => version.operation.resource.id);
      expect(found(10)[0]).toBe('p2');
      expect(found(10)).toHaveLength(3);
      expect(found(2)).toHaveLength(2);
    });

    it('finds a patient by the current name only, and both sides of a conflict', () => {
      const made = operation({ resource: patient({ name: [{ text: '旧姓' }] }) });
      const married = operation({
        resource: patient({ name: [{ text: '新姓' }] }),
        baseVersionId: made.operationId,
      });
      const typo = operation({
        resource: patient({ name: [{ text: '親姓' }] }),
        baseVersionId: made.operationId,
      });
      home.log.author([made, married, typo], AUDIT);
      expect(home.log.findPatients('旧姓', [CLINIC], 10)).toEqual([]);
      expect(home.log.findPatients('姓', [CLINIC], 10)).toHaveLength(2);
    });

    it('keeps a resource whose fields have unexpected shapes, and lists it', () => {
      const odd = { name: 5, birthDate: ['x'], identifier: null, code: 'x', period: [], statusHistory: {} };
      const items = ['Patient', 'Observation', 'Encounter'].map(resourceType =>
        operation({
          resource: { resourceType, id: randomUUID(), ...odd, effectiveDateTime: '2027-13-45' },
        }),
      );
      home.log.author(items, AUDIT);
      expect(home.log.heads({})).toHaveLength(3);
      expect(home.log.observations({ patientId: PATIENT, limit: 1 })).toHaveLength(1);
    });
  });

  it('keeps settings until they are taken away', () => {
    expect(home.log.getSetting('nurse')).toBeUndefined();
    home.log.setSetting('nurse', 'a');
    home.log.setSetting('nurse', 'b');
    home.reopen();
    expect(home.log.getSetting('nurse')).toBe('b');
    home.log.setSetting('nurse', null);
    expect(home.log.getSetting('nurse')).toBeUndefined();
  });
}
