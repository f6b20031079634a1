import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  MERGE_AUTHOR_ID,
  MERGED_VERSIONS_FEATURE,
  type Operation,
  type PushResult,
  type RowResult,
  SYNC_FEATURES_HEADER,
} from '@shimabashi/contracts';
import { operationOf, patientOperation, startTestHub, type TestHub } from '../testing/test-hub.ts';

const PATIENT = 'patient-1';
let hub: TestHub;
let kiosk: Awaited<ReturnType<TestHub['kiosk']>>;
let doctor: Record<string, string>;
let made: Operation;

beforeEach(async () => {
  hub = await startTestHub();
  kiosk = await hub.kiosk('kamishima-1');
  doctor = await hub.doctor();
  made = patientOperation(kiosk, PATIENT);
  await push(made);
});
afterEach(() => hub.remove());

async function push(...operations: readonly Operation[]): Promise<PushResult[]> {
  return (await hub.ask('sync.push', { operations }, kiosk.headers)).results;
}
const edit = (changes: object, base = made, author = kiosk): Operation => ({
  ...operationOf(author, { ...made.resource, ...changes }, PATIENT),
  baseVersionId: base.operationId,
});
const pull = (features?: string) =>
  hub.ask(
    'sync.pull',
    { cursor: { epoch: null, sequence: 0 }, limit: 100 },
    { ...kiosk.headers, ...(features === undefined ? {} : { [SYNC_FEATURES_HEADER]: features }) },
  );
async function heads() {
  const { patient, resources } = await hub.ask('patients.get', { patientId: PATIENT }, doctor);
  return [patient, ...resources];
}

describe('what needs no decision', () => {
  it('is merged; doctor and kiosk see one version', async () => {
    const results = await push(edit({ gender: 'male' }), edit({ birthDate: '1941-03-03' }));
    expect(results.map(({ outcome }) => outcome)).toEqual(['applied', 'applied']);
    expect(await heads()).toMatchObject([
      { resource: { gender: 'male', birthDate: '1941-03-03' }, authorId: MERGE_AUTHOR_ID },
    ]);
    const { versions } = await pull(`other, ${MERGED_VERSIONS_FEATURE}`);
    expect(versions.at(-1)?.operation.mergedVersionId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is told also to the kiosk that brought it', async () => {
    const link = hub.socket('/link', kiosk.headers);
    await link.next('ask');
    await push(edit({ gender: 'male' }));
    await push(edit({ birthDate: '1941-03-03' }));
    await expect(link.next('poke')).resolves.toEqual({ type: 'poke' });
    link.socket.close();
  });

  it('comes to a kiosk of the release before without what it would not understand', async () => {
    await push(edit({ gender: 'male' }), edit({ birthDate: '1941-03-03' }));
    const { versions } = await pull();
    expect(versions).toHaveLength(4);
    for (const { operation } of versions) expect(operation).not.toHaveProperty('mergedVersionId');
  });
});

describe('what a doctor decides', () => {
  let versionIds: [string, string];
  beforeEach(async () => {
    const [one, other] = [edit({ gender: 'male' }), edit({ gender: 'other' })];
    await push(one, other);
    versionIds = [one.operationId, other.operationId];
  });

  const request = (changes: object = {}) => ({
    operationId: randomUUID(),
    patientId: PATIENT,
    versionIds,
    resource: { ...made.resource, gender: 'other' },
    reason: '本人に確かめた',
    ...changes,
  });
  const resolve = async (body: object, caller = doctor): Promise<RowResult> =>
    (await hub.post('conflicts.resolve', body, caller)).result;

  it('becomes the one version, with both as its parents and the reason', async () => {
    const wanted = request();
    const { entry } = await hub.ask('conflicts.resolve', wanted, doctor);
    expect(entry).toMatchObject({
      versionId: wanted.operationId,
      resource: { gender: 'other' },
      authorId: 'doctor-both',
      reason: '本人に確かめた',
    });
    expect(await heads()).toEqual([entry]);
    const { versions } = await pull(MERGED_VERSIONS_FEATURE);
    expect(versions.at(-1)?.operation).toMatchObject({
      baseVersionId: versionIds[0],
      mergedVersionId: versionIds[1],
    });
    // Sent twice, it is the same decision.
    expect(await hub.ask('conflicts.resolve', wanted, doctor)).toEqual({ entry });
    expect(await heads()).toEqual([entry]);
  });

  it('is listed and counted until then, with what both come from and where they differ', async () => {
    const listed = await hub.ask('conflicts.list', { patientId: PATIENT }, doctor);
    expect(listed).toMatchObject({
      conflicts: [
        {
          heads: [{ versionId: expect.toBeOneOf(versionIds) }, { versionId: expect.toBeOneOf(versionIds) }],
          base: { versionId: made.operationId },
          fields: [{ names: ['gender'], merged: null }],
          asWhole: false,
        },
      ],
    });
    expect((await hub.ask('patients.list', {}, doctor)).patients).toMatchObject([{ conflicts: 1 }]);
    const { entry } = await hub.ask('conflicts.resolve', request(), doctor);
    expect(await hub.ask('conflicts.list', { patientId: PATIENT }, doctor)).toEqual({ conflicts: [] });
    expect((await hub.ask('patients.list', {}, doctor)).patients).toMatchObject([{ conflicts: 0 }]);
    const asked = { patientId: PATIENT, resourceType: 'Patient', resourceId: PATIENT };
    const { versions, older } = await hub.ask('history.get', asked, doctor);
    expect(older).toBe(0);
    expect(versions).toHaveLength(4);
    expect(versions[0]).toMatchObject({
      entry: { versionId: entry.versionId, reason: '本人に確かめた' },
      baseVersionId: versionIds[0],
      mergedVersionId: versionIds[1],
      isCurrent: true,
    });
    const stranger = await hub.doctor('doctor-sakate', 'shima kara shima e');
    expect((await hub.post('history.get', asked, stranger)).result).toMatchObject({
      error: { code: 'NOT_FOUND' },
    });
    expect((await hub.post('conflicts.list', { patientId: PATIENT }, stranger)).result).toMatchObject({
      error: { code: 'NOT_FOUND' },
    });
  });

  it('keeps what a kiosk changes elsewhere in one of both before it hears of it', async () => {
    await hub.ask('conflicts.resolve', request(), doctor);
    const late = { ...edit({ gender: 'male', birthDate: '1941-03-03' }), baseVersionId: versionIds[0] };
    expect(await push(late)).toMatchObject([{ outcome: 'applied' }]);
    expect(await heads()).toMatchObject([{ resource: { gender: 'other', birthDate: '1941-03-03' } }]);
  });

  it.each([
    ['a version is not current', () => ({ versionIds: [versionIds[0], made.operationId] }), 'CONFLICT'],
    ['both are one', () => ({ versionIds: [versionIds[0], versionIds[0]] }), 'CONFLICT'],
    ['the operation id is used', () => ({ operationId: versionIds[0] }), 'CONFLICT'],
    ['it is another record', () => ({ resource: { ...made.resource, id: 'patient-2' } }), 'NOT_FOUND'],
    ['it is another patient', () => ({ patientId: 'patient-2' }), 'NOT_FOUND'],
    ['it is not valid', () => ({ resource: { ...made.resource, birthDate: 7 } }), 'RESOURCE_INVALID'],
    ['there is no reason', () => ({ reason: ' ' }), 'BAD_REQUEST'],
  ] as const)('changes nothing when %s', async (_, changes, code) => {
    expect(await resolve(request(changes()))).toMatchObject({ ok: false, error: { code } });
    expect(await heads()).toHaveLength(2);
  });

  it('is for the doctors of the clinic only, and not for a kiosk', async () => {
    const stranger = await hub.doctor('doctor-sakate', 'shima kara shima e');
    expect(await resolve(request(), stranger)).toMatchObject({ error: { code: 'NOT_FOUND' } });
    expect(await resolve(request(), kiosk.headers)).toMatchObject({ error: { code: 'FORBIDDEN' } });
    const forged = {
      ...edit({ gender: 'male' }),
      baseVersionId: versionIds[0],
      mergedVersionId: versionIds[1],
    };
    expect(await push(forged)).toMatchObject([{ outcome: 'rejected', code: 'FORBIDDEN' }]);
    expect(await heads()).toHaveLength(2);
  });
});

it('shows the safer of two versions of an allergy first, whichever came later', async () => {
  const allergy = (code: string): Operation =>
    operationOf(
      kiosk,
      {
        resourceType: 'AllergyIntolerance',
        id: 'allergy-1',
        clinicalStatus: {
          coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code }],
        },
        code: { text: 'ペニシリン' },
        patient: { reference: `Patient/${PATIENT}` },
      },
      PATIENT,
    );
  await push(allergy('active'), allergy('resolved'));
  expect((await heads()).slice(1)).toMatchObject([
    { resource: { clinicalStatus: { coding: [{ code: 'active' }] } } },
    { resource: { clinicalStatus: { coding: [{ code: 'resolved' }] } } },
  ]);
});
