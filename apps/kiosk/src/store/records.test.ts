import { randomUUID } from 'node:crypto';
import { readAllergyEdit, readContact } from '@shimabashi/clinical';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningTestStore, TestKiosk } from './testing/kiosk.ts';
import { PATIENT } from './testing/people.ts';

let kiosk: TestKiosk;
let store: RunningTestStore;
beforeEach(async () => {
  kiosk = new TestKiosk().seed();
  store = kiosk.start();
  await store.signIn();
});
afterEach(() => kiosk.end());

const chart = () => store.get('patients.get', { patientId: PATIENT.id });
const contact = (baseVersionId: string | null, telephone: string) => ({
  operationId: randomUUID(),
  patientId: PATIENT.id,
  baseVersionId,
  change: { kind: 'contact' as const, telephone, address: '' },
  reason: '本人から聞いた',
});
const allergy = (baseVersionId: string | null = null) => ({
  operationId: randomUUID(),
  patientId: PATIENT.id,
  baseVersionId,
  change: {
    kind: 'allergy' as const,
    substance: 'そば',
    reaction: '呼吸困難',
    severe: true,
    standing: 'active' as const,
  },
  reason: '家族から聞いた',
});

describe('what a nurse changes', () => {
  it('is a version of what stood on the screen, by her, with the reason, and waits for the hub', async () => {
    const { patient } = await chart();
    const { entry } = await store.get('records.edit', contact(patient.versionId, '0599-00-0001'));
    expect(entry).toMatchObject({ authorId: 'nurse-1', reason: '本人から聞いた', place: 'here' });
    expect(readContact((await chart()).patient.resource).telephone).toBe('0599-00-0001');
    expect((await store.get('sync.status', {})).waiting.chart).toBe(1);
    const history = { patientId: PATIENT.id, resourceType: 'Patient', resourceId: PATIENT.id };
    expect(await store.get('history.get', history)).toMatchObject({
      versions: [
        { entry: { versionId: entry.versionId }, baseVersionId: patient.versionId, isCurrent: true },
        { entry: { versionId: patient.versionId }, baseVersionId: null, isCurrent: false },
      ],
      older: 0,
    });
  });

  it('is done once, however often it is sent', async () => {
    const request = allergy();
    const { entry } = await store.get('records.edit', request);
    expect(await store.get('records.edit', request)).toEqual({ entry });
    expect(readAllergyEdit(entry.resource)).toMatchObject({ substance: 'そば', severe: true });
    await store.signIn('nurse-2', '1357');
    expect(await store.refusal('records.edit', request)).toBe('CONFLICT');
  });

  it('on a version that somebody has replaced meanwhile stands beside it, until it is decided', async () => {
    const { patient } = await chart();
    for (const number of ['0599-00-0001', '0599-00-0002']) {
      await store.get('records.edit', contact(patient.versionId, number));
    }
    const { conflicts } = await store.get('conflicts.list', { patientId: PATIENT.id });
    expect(conflicts).toMatchObject([
      {
        heads: [{ authorId: 'nurse-1' }, { authorId: 'nurse-1' }],
        base: { versionId: patient.versionId },
        fields: [{ names: ['telecom'], merged: null }],
        asWhole: false,
      },
    ]);
  });

  it.each([
    ['nobody is named', () => ({ ...allergy(), patientId: 'patient-9' }), 'NOT_FOUND'],
    ['the version is not here', () => allergy(randomUUID()), 'NOT_FOUND'],
    ['a patient would be begun', () => contact(null, '1'), 'BAD_REQUEST'],
    ['there is no reason', () => ({ ...allergy(), reason: ' ' }), 'BAD_REQUEST'],
  ] as const)('is nothing when %s', async (_, request, code) => {
    expect(await store.refusal('records.edit', request())).toBe(code);
    expect((await store.get('sync.status', {})).waiting.chart).toBe(0);
  });

  it('is for nurses who are signed in', async () => {
    await store.get('session.sign-out', {});
    for (const row of ['records.edit', 'conflicts.list', 'history.get']) {
      const request =
        row === 'records.edit'
          ? allergy()
          : {
              patientId: PATIENT.id,
              ...(row === 'history.get' ? { resourceType: 'Patient', resourceId: PATIENT.id } : {}),
            };
      expect(await store.refusal(row, request)).toBe('SIGN_IN_REQUIRED');
    }
  });
});
