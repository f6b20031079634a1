import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contractOf } from '@shimabashi/contracts';
import { NEXT_BOOT_ID, TestKiosk } from './testing/kiosk.ts';
import { NURSE } from './testing/people.ts';

let kiosk: TestKiosk;
beforeEach(() => {
  kiosk = new TestKiosk().seed();
});
afterEach(() => kiosk.end());

const WRONG = { practitionerId: 'nurse-1', pin: '0000' };

describe('signing in', () => {
  it('lists the nurses of this clinic, and no doctor', async () => {
    const { clinic, staff } = await kiosk.start().get('session.staff', {});
    expect(clinic?.clinicId).toBe('clinic-1');
    expect(staff.map(member => member.practitionerId)).toEqual(['nurse-1', 'nurse-2']);
    expect(JSON.stringify(staff)).not.toContain('scrypt');
  });

  it('works with the PIN and says who it is', async () => {
    const store = kiosk.start();
    await store.signIn();
    const { nurse } = await store.get('session.current', {});
    expect(nurse?.practitionerId).toBe('nurse-1');
    expect(store.events).toContainEqual({ event: 'session', nurse });
  });

  it.each([
    ['a wrong PIN', WRONG],
    ['somebody unknown', { practitionerId: 'nobody', pin: '2468' }],
    ['a doctor', { practitionerId: 'doctor-1', pin: '9999' }],
  ])('refuses %s', async (_, request) => {
    expect(await kiosk.start().refusal('session.sign-in', request)).toBe('SIGN_IN_FAILED');
  });

  it('ends with signing out', async () => {
    const store = kiosk.start();
    await store.signIn();
    await store.get('session.sign-out', {});
    expect(await store.get('session.current', {})).toMatchObject({ nurse: null });
    expect(store.events.at(-1)).toEqual({ event: 'session', nurse: null });
  });

  it('outlives a crash of the store, but not a boot', async () => {
    await kiosk.start().signIn();
    kiosk.crash();
    expect((await kiosk.start().get('session.current', {})).nurse?.practitionerId).toBe('nurse-1');
    kiosk.crash();
    const afterBoot = kiosk.start({ KIOSK_BOOT_ID: NEXT_BOOT_ID });
    expect((await afterBoot.get('session.current', {})).nurse).toBeNull();
  });

  it('ends when the hub no longer lists the nurse', async () => {
    await kiosk.start().signIn();
    kiosk.crash();
    kiosk.withChart((_, settings) => settings.set('staff', [{ ...NURSE, clinicIds: ['clinic-2'] }]));
    expect(await kiosk.start().refusal('today.list', {})).toBe('SIGN_IN_REQUIRED');
  });
});

describe('after five wrong PINs', () => {
  async function fiveWrong(): Promise<void> {
    const store = kiosk.start();
    const tries = Array.from({ length: 5 }, () => store.refusal('session.sign-in', WRONG));
    expect(new Set(await Promise.all(tries))).toEqual(new Set(['SIGN_IN_FAILED']));
  }

  it('even the right one waits a minute', async () => {
    await fiveWrong();
    kiosk.crash();
    const store = kiosk.start();
    const right = { practitionerId: 'nurse-1', pin: '2468' };
    kiosk.nowMs += 59_999;
    expect(await store.refusal('session.sign-in', right)).toBe('TOO_MANY_ATTEMPTS');
    kiosk.nowMs += 1;
    await store.signIn();
  });

  it('another nurse does not wait', async () => {
    await fiveWrong();
    kiosk.crash();
    const store = kiosk.start();
    await store.signIn('nurse-2', '1357');
    expect((await store.get('session.current', {})).nurse?.practitionerId).toBe('nurse-2');
  });

  it('nobody waits for a clock that was set back', async () => {
    await fiveWrong();
    kiosk.crash();
    kiosk.nowMs -= 86_400_000;
    const store = kiosk.start();
    await store.signIn();
    expect((await store.get('session.current', {})).nurse).not.toBeNull();
  });
});

describe('without a sign-in', () => {
  /** Rows that anybody in front of the kiosk may ask. All others are refused. */
  const OPEN_ROWS = new Set([
    'session.staff',
    'session.sign-in',
    'session.current',
    'session.sign-out',
    'sync.status',
    'alerts.list',
    // Whoever stands there may answer a call; only a nurse begins one.
    'calls.current',
    'calls.accept',
    'calls.decline',
    'calls.end',
    'calls.join',
    'calls.devices',
    'duty.list',
  ]);
  /** Those of them that only the hub can answer; there is none here. */
  const HUB_ROWS = new Set(['calls.accept', 'calls.decline', 'calls.end', 'calls.join']);
  const callId = '00000000-0000-4000-8000-000000000004';
  const REQUESTS: Record<string, unknown> = {
    'calls.start': { callId },
    'calls.accept': { callId },
    'calls.decline': { callId, because: 'not-now' },
    'calls.end': { callId },
    'calls.join': { callId },
    'session.sign-in': { practitionerId: 'nurse-1', pin: '2468' },
    'alarms.acknowledge': { alarmId: '00000000-0000-8000-8000-000000000001' },
    'alarms.pause-sound': { alarmId: '00000000-0000-8000-8000-000000000001' },
    'patients.find': { text: '磯', limit: 5 },
    'patients.get': { patientId: 'patient-1' },
    'observations.list': { patientId: 'patient-1', limit: 5 },
    'visits.open': {
      operationId: '00000000-0000-4000-8000-000000000001',
      patientId: 'patient-1',
      encounterId: null,
    },
    'observations.save': {
      encounterId: 'encounter-1',
      entries: [
        {
          operationId: '00000000-0000-4000-8000-000000000002',
          source: { kind: 'device', sampleId: 'oximeter:1' },
        },
      ],
    },
    'photos.save': {
      operationId: '00000000-0000-4000-8000-000000000003',
      encounterId: 'encounter-1',
      takenAtMs: 0,
      contentType: 'image/jpeg',
      widthPx: 1,
      heightPx: 1,
      source: 'exam-camera',
      full: true,
      dataBase64: '/9j/',
      thumbnailBase64: '/9j/',
    },
    'photos.get': { sha256: '0'.repeat(64), size: 'original' },
    'conflicts.list': { patientId: 'patient-1' },
    'history.get': { patientId: 'patient-1', resourceType: 'Patient', resourceId: 'patient-1' },
    'records.edit': {
      operationId: '00000000-0000-4000-8000-000000000005',
      patientId: 'patient-1',
      baseVersionId: null,
      change: { kind: 'allergy', substance: 'そば', reaction: '', severe: true, standing: 'active' },
      reason: '本人から聞いた',
    },
    'outbox.retry': { itemId: '0'.repeat(64) },
    'outbox.withdraw': { itemId: '0'.repeat(64) },
    'outbox.rescue': {},
    'outbox.rescue-seen': {},
  };

  it.each(Object.keys(contractOf('store')))('%s is answered only if it is open to anybody', async row => {
    const outcome = await kiosk.start().refusal(row, REQUESTS[row] ?? {});
    const answer = HUB_ROWS.has(row) ? 'LINK_DOWN' : 'answered';
    expect(outcome).toBe(OPEN_ROWS.has(row) ? answer : 'SIGN_IN_REQUIRED');
  });

  it('a kiosk that is not enrolled has nobody to sign in', async () => {
    const store = new TestKiosk();
    const fresh = store.start();
    expect(await fresh.get('session.staff', {})).toEqual({ clinic: null, staff: [] });
    expect(await fresh.refusal('session.sign-in', WRONG)).toBe('SIGN_IN_FAILED');
    store.end();
  });
});
