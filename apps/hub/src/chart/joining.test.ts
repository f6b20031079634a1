import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BACKFILL_FEATURE, type Operation, SYNC_FEATURES_HEADER } from '@shimabashi/contracts';
import { buildEncounter } from '@shimabashi/clinical';
import {
  observationOperation,
  operationOf,
  patientOperation,
  startTestHub,
  type TestHub,
} from '../testing/test-hub.ts';

const PATIENT = 'patient-1';
const FEATURES = { [SYNC_FEATURES_HEADER]: BACKFILL_FEATURE };
let hubEpoch: string | null = null;
const BEGINNING = { epoch: null, sequence: 0 };
let hub: TestHub;
let home: Awaited<ReturnType<TestHub['kiosk']>>;
let other: Awaited<ReturnType<TestHub['kiosk']>>;
let doctor: Record<string, string>;
let patient: Operation;

beforeEach(async () => {
  hubEpoch = null;
  hub = await startTestHub();
  home = await hub.kiosk('kamishima-1');
  other = await hub.kiosk('sakate-1');
  doctor = await hub.doctor();
  patient = patientOperation(home, PATIENT);
  await push(home, patient, observationOperation(home, PATIENT, 1_795_000_000_000));
});
afterEach(() => hub.remove());

type Kiosk = typeof home;
const push = async (kiosk: Kiosk, ...operations: readonly Operation[]) =>
  (await hub.ask('sync.push', { operations }, kiosk.headers)).results.map(({ outcome }) => outcome);
const pull = (kiosk: Kiosk, sequence = 0, limit = 100) =>
  hub.ask('sync.pull', { cursor: { epoch: hubEpoch, sequence }, limit }, { ...kiosk.headers, ...FEATURES });
const backfill = (kiosk: Kiosk, limit = 100) =>
  hub.ask(
    'sync.backfill',
    { patientId: PATIENT, cursor: BEGINNING, limit },
    { ...kiosk.headers, ...FEATURES },
  );
const join = (isPresent = true, operationId = randomUUID(), as = doctor) =>
  hub.ask(
    'patients.join',
    { operationId, patientId: PATIENT, clinicId: 'sakate', isPresent, reason: '転居' },
    as,
  );

describe('a patient who joins a second clinic', () => {
  it('is named to its kiosks, which read him apart, with all that was before', async () => {
    hubEpoch = (await pull(other)).epoch;
    const cursor = (await pull(other)).nextSequence;
    await expect(backfill(other)).rejects.toThrow('NOT_FOUND');
    await join();
    const page = await pull(other, cursor);
    expect(page.backfill).toEqual([PATIENT]);
    expect(page.versions.map(({ operation }) => operation.resource.resourceType)).toEqual(['EpisodeOfCare']);
    expect((await pull(other, page.nextSequence)).backfill).toBeUndefined();
    const first = await backfill(other, 1);
    expect(first).toMatchObject({ more: true, versions: [{ operation: patient }] });
    expect((await backfill(other)).versions).toHaveLength(3);
  });

  it('is written about by both, and both read it', async () => {
    await join();
    const byOther = observationOperation(other, PATIENT, 1_795_000_100_000);
    const edit = {
      ...operationOf({ ...other, clinicId: 'kamishima' }, { ...patient.resource, gender: 'male' }, PATIENT),
      authorId: 'nurse-sakate',
      baseVersionId: patient.operationId,
    };
    expect(await push(other, byOther, edit)).toEqual(['applied', 'applied']);
    const ids = (await pull(home)).versions.map(({ operation }) => operation.operationId);
    expect(ids).toEqual(expect.arrayContaining([byOther.operationId, edit.operationId]));
  });

  it('wakes the kiosks of both', async () => {
    await join();
    const link = hub.socket('/link', home.headers);
    await link.next('ask');
    await push(other, observationOperation(other, PATIENT, 1_795_000_200_000));
    await expect(link.next('poke')).resolves.toBeDefined();
    link.socket.close();
  });

  it('once he has left is written about by the first alone', async () => {
    await join();
    await join(false);
    const late = observationOperation(other, PATIENT, 1_795_000_100_000);
    expect(await push(other, late)).toEqual(['rejected']);
    await expect(backfill(other)).rejects.toThrow('NOT_FOUND');
  });

  it('joins by the word of a doctor of both clinics only, and once for one word', async () => {
    const ofOne = await hub.doctor('doctor-sakate', 'shima kara shima e');
    await expect(join(true, randomUUID(), ofOne)).rejects.toThrow('NOT_FOUND');
    const operationId = randomUUID();
    const { entry } = await join(true, operationId);
    expect((await join(true, operationId)).entry).toEqual(entry);
    const own = { resourceType: 'EpisodeOfCare', id: 'e', status: 'active' };
    const forged = operationOf(other, { ...own, patient: { reference: `Patient/${PATIENT}` } }, PATIENT);
    await join(false);
    expect(await push(other, forged)).toEqual(['rejected']);
  });
});

describe('a kiosk that begins', () => {
  it('hears who comes today, to read them first, and how far it is', async () => {
    const many = Array.from({ length: 5 }, (_, index) => patientOperation(home, `patient-${index + 2}`));
    const encounter = buildEncounter({
      encounterId: randomUUID(),
      patientId: 'patient-6',
      clinicId: 'kamishima',
      status: 'planned',
      plannedAtMs: Date.now(),
      arrivedAtMs: null,
      startedAtMs: null,
      finishedAtMs: null,
      reason: null,
    });
    await push(home, ...many, operationOf(home, encounter, 'patient-6'));
    const first = await pull(home, 0, 3);
    expect(first).toMatchObject({ backfill: ['patient-6'], progress: { done: 3, total: 8 } });
    hubEpoch = first.epoch;
    const next = await pull(home, first.nextSequence, 3);
    expect(next).toMatchObject({ progress: { done: 6, total: 8 } });
    expect(next.backfill).toBeUndefined();
    expect(await pull(home, next.nextSequence)).not.toHaveProperty('progress');
  });

  it('of the release before hears nothing of it', async () => {
    const page = await hub.ask('sync.pull', { cursor: BEGINNING, limit: 1 }, home.headers);
    expect(page).not.toHaveProperty('progress');
    expect(page).not.toHaveProperty('backfill');
  });
});
