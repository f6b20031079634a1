import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEncounter } from '@shimabashi/clinical';
import { NEXT_BOOT_ID, type RunningTestStore, TestKiosk } from './testing/kiosk.ts';
import { MORNING_MS, OTHER_PATIENT, PATIENT, PLANNED } from './testing/people.ts';

let kiosk: TestKiosk;
let store: RunningTestStore;
beforeEach(async () => {
  kiosk = new TestKiosk().seed();
  store = kiosk.start();
  await store.signIn();
});
afterEach(() => kiosk.end());

const planned = () => ({ operationId: randomUUID(), patientId: PATIENT.id, encounterId: PLANNED.id });
const walkIn = () => ({ operationId: randomUUID(), patientId: OTHER_PATIENT.id, encounterId: null });

describe("today's list", () => {
  it('has who is planned and who was here, in order, in both languages', async () => {
    const { entries } = await store.get('today.list', {});
    expect(entries.map(entry => [entry.encounterId, entry.status])).toEqual([
      ['encounter-2', 'finished'],
      ['encounter-1', 'planned'],
    ]);
    expect(entries[1]).toMatchObject({
      patient: PATIENT,
      plannedAtMs: MORNING_MS,
      arrivedAtMs: null,
      reason: '血圧の再診',
      reasonLatin: 'Blood pressure follow-up',
    });
  });

  it('turns at midnight in Tokyo', async () => {
    kiosk.nowMs = Date.UTC(2026, 10, 22, 15);
    expect(await store.get('today.list', {})).toEqual({ entries: [] });
  });
});

describe('the patients', () => {
  it.each(['磯崎', 'いそざき', 'isozaki', '1942-03-04', '00417'])('are found by %s', async text => {
    expect(await store.get('patients.find', { text, limit: 5 })).toEqual({ patients: [PATIENT] });
  });

  it('come with everything but observations', async () => {
    const { patient, resources } = await store.get('patients.get', { patientId: PATIENT.id });
    expect(patient).toMatchObject({ resource: PATIENT, place: 'at-hospital', authorId: 'doctor-1' });
    expect(resources.map(entry => entry.resource.resourceType).toSorted()).toEqual([
      'AllergyIntolerance',
      'Encounter',
    ]);
  });

  it('are NOT_FOUND when they are not of this clinic', async () => {
    expect(await store.refusal('patients.get', { patientId: 'patient-9' })).toBe('NOT_FOUND');
    expect(await store.refusal('observations.list', { patientId: 'patient-9', limit: 5 })).toBe('NOT_FOUND');
  });
});

describe('opening a visit', () => {
  it('begins what was planned, as a new version that keeps everything', async () => {
    const { visit } = await store.get('visits.open', planned());
    expect(visit).toEqual({ encounterId: PLANNED.id, patientId: PATIENT.id, openedAtMs: MORNING_MS });
    expect(store.events).toContainEqual({ event: 'visit', visit });
    kiosk.crash();
    const versions = kiosk.withChart(chart => chart.history(PLANNED.id));
    expect(versions.map(version => readEncounter(version.operation.resource).status)).toEqual([
      'planned',
      'in-progress',
    ]);
    expect(versions[1]?.operation).toMatchObject({
      baseVersionId: versions[0]?.operation.operationId,
      authorId: 'nurse-1',
      deviceId: 'kiosk-1',
      resource: { ferry: { seat: 4 } },
    });
  });

  it('of a walk-in makes one encounter, however often it is pressed', async () => {
    const request = walkIn();
    const first = await store.get('visits.open', request);
    kiosk.nowMs += 5_000;
    const second = await store.get('visits.open', request);
    kiosk.crash();
    const afterCrash = await kiosk.start().get('visits.open', request);
    expect([second, afterCrash]).toEqual([first, first]);
    kiosk.crash();
    expect(kiosk.withChart(chart => chart.history(first.visit.encounterId))).toHaveLength(1);
  });

  it('again, after a pause, begins its readings anew', async () => {
    await store.get('visits.open', planned());
    await store.get('visits.pause', {});
    expect(await store.get('visits.current', {})).toEqual({ visit: null });
    kiosk.nowMs += 60_000;
    const { visit } = await store.get('visits.open', planned());
    expect(visit.openedAtMs).toBe(MORNING_MS + 60_000);
  });

  it.each([
    ['an unknown patient', { patientId: 'patient-9', encounterId: null }, 'NOT_FOUND'],
    ['an unknown visit', { patientId: PATIENT.id, encounterId: 'encounter-9' }, 'NOT_FOUND'],
    ["another patient's visit", { patientId: OTHER_PATIENT.id, encounterId: PLANNED.id }, 'CONFLICT'],
    ['a visit that is over', { patientId: OTHER_PATIENT.id, encounterId: 'encounter-2' }, 'VISIT_CLOSED'],
  ])('refuses %s', async (_, request, code) => {
    expect(await store.refusal('visits.open', { operationId: randomUUID(), ...request })).toBe(code);
    expect(await store.get('visits.current', {})).toEqual({ visit: null });
  });
});

describe('the current visit', () => {
  it('outlives a crash, but neither a boot nor signing out', async () => {
    const { visit } = await store.get('visits.open', planned());
    kiosk.crash();
    const restarted = kiosk.start();
    expect(await restarted.get('visits.current', {})).toEqual({ visit });
    expect(restarted.events).toContainEqual({ event: 'visit', visit });
    kiosk.crash();
    const booted = kiosk.start({ KIOSK_BOOT_ID: NEXT_BOOT_ID });
    await booted.signIn();
    expect(await booted.get('visits.current', {})).toEqual({ visit: null });
    await booted.get('visits.open', planned());
    await booted.get('session.sign-out', {});
    await booted.signIn();
    expect(await booted.get('visits.current', {})).toEqual({ visit: null });
  });
});
