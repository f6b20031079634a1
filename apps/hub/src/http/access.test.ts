import { HUB_ACCESS, type HubRow } from '@shimabashi/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestHub, type TestHub } from '../testing/test-hub.ts';

/** The policy once more, by hand: a changed table does not pass unseen. */
const ANYONE: readonly HubRow[] = ['session.sign-in', 'device.enrol', 'device.challenge', 'device.sign-in'];
const DOCTOR: readonly HubRow[] = [
  'session.current',
  'session.sign-out',
  'calls.ring-kiosk',
  'notes.save',
  'visits.close',
  'clinics.list',
  'patients.list',
  'patients.get',
  'observations.list',
  'alerts.list',
  'alerts.get',
  'alerts.trend',
  'alerts.delivered',
  'alerts.seen',
  'alerts.accept',
  'push.key',
  'push.subscribe',
  'push.unsubscribe',
  'photos.get',
  'conflicts.list',
  'history.get',
  'conflicts.resolve',
  'patients.join',
];
const DEVICE: readonly HubRow[] = [
  'calls.ring-duty',
  'sync.push',
  'sync.pull',
  'sync.backfill',
  'sync.backed-up',
  'sync.staff',
];
const BOTH: readonly HubRow[] = [
  'calls.list',
  'calls.accept',
  'calls.decline',
  'calls.end',
  'calls.attach',
  'calls.join',
];

/** A request that fits no row: whoever gets past the door is told so, and nothing happens. */
const UNFIT = { surplus: true };

let hub: TestHub;
let callers: Record<'nobody' | 'doctor' | 'device', Record<string, string>>;

beforeAll(async () => {
  hub = await startTestHub();
  const kiosk = await hub.kiosk('kamishima-1');
  callers = {
    nobody: { origin: hub.origin },
    doctor: await hub.doctor(),
    device: { origin: hub.origin, ...kiosk.headers },
  };
});
afterAll(() => hub.remove());

function expectedOf(row: HubRow, caller: keyof typeof callers): string {
  if (ANYONE.includes(row)) return 'BAD_REQUEST';
  if (caller === 'nobody') return 'SIGN_IN_REQUIRED';
  const allowed = caller === 'doctor' ? DOCTOR : DEVICE;
  return [...allowed, ...BOTH].includes(row) ? 'BAD_REQUEST' : 'FORBIDDEN';
}

const ROWS = Object.keys(HUB_ACCESS) as HubRow[];
const CASES = ROWS.flatMap(row => (['nobody', 'doctor', 'device'] as const).map(caller => ({ row, caller })));

describe('who may ask what', () => {
  it('knows every row', () => {
    expect([...ANYONE, ...DOCTOR, ...DEVICE, ...BOTH].toSorted()).toEqual(ROWS.toSorted());
  });

  it.each(CASES)('$row as $caller', async ({ row, caller }) => {
    const { result } = await hub.post(row, UNFIT, callers[caller]);
    expect(result).toMatchObject({ ok: false, error: { code: expectedOf(row, caller) } });
  });

  it.each([
    ['no Origin', {}],
    ['the Origin of another site', { origin: 'https://example.org' }],
    ['a null Origin', { origin: 'null' }],
  ])('refuses a doctor’s rows with %s', async (_name, headers) => {
    const { cookie } = callers.doctor;
    const codes = await Promise.all(
      [...DOCTOR, ...BOTH, 'session.sign-in'].map(async row => {
        const { result } = await hub.post(row, {}, { cookie: cookie ?? '', ...headers });
        return result.ok ? 'OK' : result.error.code;
      }),
    );
    expect(new Set(codes)).toEqual(new Set(['FORBIDDEN']));
  });

  it('lets a kiosk, which has no page, ask its own rows without an Origin, and no others', async () => {
    const { authorization } = callers.device;
    const codes = await Promise.all(
      [...BOTH, ...DEVICE, ...DOCTOR, 'session.sign-in'].map(async row => {
        const { result } = await hub.post(row, UNFIT, { authorization: authorization ?? '' });
        return result.ok ? 'OK' : result.error.code;
      }),
    );
    const own = [...BOTH, ...DEVICE].map(() => 'BAD_REQUEST');
    expect(codes).toEqual([...own, ...DOCTOR.map(() => 'FORBIDDEN'), 'FORBIDDEN']);
  });

  it('refuses a token that is wrong, and a cookie that is', async () => {
    const wrong = await hub.post('sync.staff', {}, { authorization: 'Bearer abc' });
    expect(wrong.result).toMatchObject({ error: { code: 'SIGN_IN_REQUIRED' } });
    const cookie = `${callers.doctor['cookie']}x`;
    const other = await hub.post('session.current', {}, { origin: hub.origin, cookie });
    expect(other.result).toMatchObject({ error: { code: 'SIGN_IN_REQUIRED' } });
  });
});
