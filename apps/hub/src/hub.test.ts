import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { AppError, type PushResult } from '@shimabashi/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SESSION_MS } from './identity/doctor-sessions.ts';
import { ManualClock } from './testing/manual-clock.ts';
import {
  observationOperation,
  operationOf,
  patientOperation,
  SEED,
  signatureOf,
  startTestHub,
  type TestHub,
} from './testing/test-hub.ts';

let clock: ManualClock;
let hub: TestHub;

beforeEach(async () => {
  clock = new ManualClock();
  hub = await startTestHub({ clock });
});
afterEach(() => hub.remove());

async function codeOf(response: ReturnType<TestHub['post']>): Promise<string> {
  const { result } = await response;
  return result.ok ? 'OK' : result.error.code;
}

function push(kiosk: { headers: Record<string, string> }, ...operations: unknown[]) {
  return hub.ask('sync.push', { operations }, kiosk.headers);
}

function outcomes(results: readonly PushResult[]): string[] {
  return results.map(result => (result.outcome === 'rejected' ? result.code : result.outcome));
}

describe('a doctor', () => {
  const signIn = (practitionerId: string, passphrase: string): Promise<string> =>
    codeOf(hub.post('session.sign-in', { practitionerId, passphrase }, { origin: hub.origin }));

  it('signs in, is known, signs out, is not known', async () => {
    const doctor = await hub.doctor();
    const { staff } = await hub.ask('session.current', {}, doctor);
    expect(staff.practitionerId).toBe('doctor-both');
    await hub.ask('session.sign-out', {}, doctor);
    expect(await codeOf(hub.post('session.current', {}, doctor))).toBe('SIGN_IN_REQUIRED');
  });

  it('gets a cookie that neither scripts nor other sites can use', async () => {
    const { headers } = await hub.post(
      'session.sign-in',
      { practitionerId: 'doctor-both', passphrase: 'umi no mieru machi' },
      { origin: hub.origin },
    );
    const [cookie] = headers.getSetCookie();
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Strict');
  });

  it('is asked to sign in again after a working day', async () => {
    const doctor = await hub.doctor();
    clock.advance(SESSION_MS);
    expect(await codeOf(hub.post('session.current', {}, doctor))).toBe('SIGN_IN_REQUIRED');
  });

  it('is refused alike for a wrong passphrase, an unknown account and a nurse’s PIN', async () => {
    expect(await signIn('doctor-both', 'wrong')).toBe('SIGN_IN_FAILED');
    expect(await signIn('nobody', 'wrong')).toBe('SIGN_IN_FAILED');
    expect(await signIn('nurse-kamishima', '4711')).toBe('SIGN_IN_FAILED');
  });

  it.each(['doctor-both', 'nobody'])('is heard five times in vain, account %s, then not', async account => {
    const codes = await Promise.all([1, 2, 3, 4, 5, 6].map(() => signIn(account, 'wrong')));
    expect(codes.toSorted()).toEqual([...Array(5).fill('SIGN_IN_FAILED'), 'TOO_MANY_ATTEMPTS']);
    expect(await signIn(account, 'umi no mieru machi')).toBe('TOO_MANY_ATTEMPTS');
  });

  it('stays signed in when the hub starts again', async () => {
    const doctor = await hub.doctor();
    const { dataDir, port } = hub;
    await hub.stop();
    hub = await startTestHub({ clock, dataDir, config: { port } });
    expect(await codeOf(hub.post('session.current', {}, doctor))).toBe('OK');
  });

  it('signs in again when the seed brings another passphrase', async () => {
    const doctor = await hub.doctor();
    const { dataDir, port } = hub;
    await hub.stop();
    const staff = SEED.staff.map(each =>
      each.practitionerId === 'doctor-both' ? { ...each, secret: 'an other passphrase' } : each,
    );
    hub = await startTestHub({ clock, dataDir, config: { port }, seed: { ...SEED, staff } });
    expect(await codeOf(hub.post('session.current', {}, doctor))).toBe('SIGN_IN_REQUIRED');
    expect(await signIn('doctor-both', 'an other passphrase')).toBe('OK');
  });
});

describe('a kiosk', () => {
  const KEY = 'A'.repeat(43);
  const enrol = (code: string, publicKey = KEY): Promise<string> =>
    codeOf(hub.post('device.enrol', { code, publicKey, name: 'kiosk' }));

  it('enrols once by its code; the same kiosk may ask again, another may not', async () => {
    expect(await enrol('kamishima-1')).toBe('OK');
    expect(await enrol('kamishima-1')).toBe('OK');
    expect(await enrol('kamishima-1', `B${KEY.slice(1)}`)).toBe('SIGN_IN_FAILED');
    const { clinics } = await hub.ask('clinics.list', {}, await hub.doctor());
    expect(clinics.map(({ kiosks }) => kiosks.map(({ name, link }) => [name, link]))).toEqual([
      [['kamishima 1', 'never']],
      [],
    ]);
  });

  it('does not enrol by a code that is unknown or over', async () => {
    expect(await enrol('kamishima-3')).toBe('SIGN_IN_FAILED');
    clock.advance(24 * 60 * 60 * 1_000);
    expect(await enrol('kamishima-1')).toBe('SIGN_IN_FAILED');
  });

  it('finds its used code used after the hub has started again', async () => {
    await enrol('kamishima-1');
    const { dataDir } = hub;
    await hub.stop();
    hub = await startTestHub({ clock, dataDir });
    expect(await enrol('kamishima-1', `B${KEY.slice(1)}`)).toBe('SIGN_IN_FAILED');
  });

  it('cannot go on guessing codes', async () => {
    const codes = await Promise.all(Array.from({ length: 21 }, () => enrol('guess-0000')));
    expect(codes.filter(code => code === 'TOO_MANY_ATTEMPTS')).toHaveLength(1);
  });

  it('signs in by its key only, and each challenge once', async () => {
    const { deviceId, privateKey } = await hub.kiosk('kamishima-1');
    const other = await hub.kiosk('kamishima-2');
    const { challenge } = await hub.ask('device.challenge', { deviceId }, {});
    const signIn = (signature: string) =>
      codeOf(hub.post('device.sign-in', { deviceId, challenge, signature }));
    expect(await signIn(signatureOf(other.privateKey, challenge))).toBe('SIGN_IN_FAILED');
    expect(await signIn(signatureOf(privateKey, challenge))).toBe('OK');
    expect(await signIn(signatureOf(privateKey, challenge))).toBe('SIGN_IN_FAILED');
  });

  it('signs in again after an hour', async () => {
    const { headers } = await hub.kiosk('kamishima-1');
    expect(await codeOf(hub.post('sync.staff', {}, headers))).toBe('OK');
    clock.advance(60 * 60 * 1_000);
    expect(await codeOf(hub.post('sync.staff', {}, headers))).toBe('SIGN_IN_REQUIRED');
  });

  it('gets its clinic’s staff, without what opens the doctors’ accounts', async () => {
    const { headers } = await hub.kiosk('kamishima-1');
    const { clinic, staff } = await hub.ask('sync.staff', {}, headers);
    expect(clinic.clinicId).toBe('kamishima');
    expect(staff.map(({ practitionerId }) => practitionerId)).toEqual(['nurse-kamishima']);
    expect(staff[0]!.secretHash).toMatch(/^scrypt\$/);
  });
});

describe('pushing', () => {
  it('keeps what fits, once, and lets the clinic’s other kiosk pull it', async () => {
    const kiosk = await hub.kiosk('kamishima-1');
    const operations = [
      patientOperation(kiosk, 'patient-1'),
      observationOperation(kiosk, 'patient-1', clock.nowMs()),
    ];
    expect(outcomes((await push(kiosk, ...operations)).results)).toEqual(['applied', 'applied']);
    expect(outcomes((await push(kiosk, ...operations)).results)).toEqual(['duplicate', 'duplicate']);

    const other = await hub.kiosk('kamishima-2');
    const cursor = { epoch: null, sequence: 0 };
    const page = await hub.ask('sync.pull', { cursor, limit: 500 }, other.headers);
    expect(page.versions.map(version => version.operation)).toEqual(operations);
    expect(page.more).toBe(false);

    const next = { epoch: page.epoch, sequence: page.nextSequence };
    const after = await hub.ask('sync.pull', { cursor: next, limit: 500 }, other.headers);
    expect(after.versions).toEqual([]);
  });

  it('never lets a kiosk read another clinic', async () => {
    const kamishima = await hub.kiosk('kamishima-1');
    await push(kamishima, patientOperation(kamishima, 'patient-1'));
    const sakate = await hub.kiosk('sakate-1');
    const page = await hub.ask(
      'sync.pull',
      { cursor: { epoch: null, sequence: 0 }, limit: 500 },
      sakate.headers,
    );
    expect(page.versions).toEqual([]);
  });

  it('takes gzip, and gives it to who accepts it', async () => {
    const kiosk = await hub.kiosk('kamishima-1');
    const operations = [1, 2, 3].map(n => patientOperation(kiosk, `patient-${n}`));
    const { result } = await hub.post('sync.push', gzipSync(JSON.stringify({ operations })), {
      ...kiosk.headers,
      'content-encoding': 'gzip',
    });
    expect(result.ok).toBe(true);
    const pulled = await hub.post(
      'sync.pull',
      { cursor: { epoch: null, sequence: 0 }, limit: 500 },
      kiosk.headers,
    );
    expect(pulled.headers.get('content-encoding')).toBe('gzip');
    expect(pulled.result).toMatchObject({ ok: true, body: { versions: { length: 3 } } });
  });

  it('says that it takes Brotli, and does', async () => {
    const kiosk = await hub.kiosk('kamishima-1');
    const operations = [patientOperation(kiosk, 'patient-1')];
    const { headers, result } = await hub.post(
      'sync.push',
      brotliCompressSync(JSON.stringify({ operations })),
      { ...kiosk.headers, 'content-encoding': 'br' },
    );
    expect(headers.get('accept-encoding')).toBe('br, gzip');
    expect(result).toMatchObject({ ok: true, body: { results: [{ outcome: 'applied' }] } });
  });

  it('refuses alone what does not fit, and says why', async () => {
    const kiosk = await hub.kiosk('kamishima-1');
    const sakate = await hub.kiosk('sakate-1');
    await push(sakate, patientOperation(sakate, 'patient-sakate'));
    await push(kiosk, patientOperation(kiosk, 'patient-1'), patientOperation(kiosk, 'patient-2'));
    const good = observationOperation(kiosk, 'patient-1', clock.nowMs());
    const bad = (change: object) => ({ ...observationOperation(kiosk, 'patient-1', 0), ...change });
    // Deeper than any stack; V8's JSON.parse takes it, what walks it does not.
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

    const cases: [string, unknown][] = [
      ['BAD_REQUEST', bad({ surplus: true })],
      ['BAD_REQUEST', bad({ resource: { resourceType: 'observation', id: 'x' } })],
      ['FORBIDDEN', bad({ deviceId: sakate.deviceId })],
      ['FORBIDDEN', bad({ clinicId: 'sakate' })],
      ['FORBIDDEN', bad({ authorId: 'nurse-sakate' })],
      ['FORBIDDEN', observationOperation(kiosk, 'patient-sakate', 0)],
      ['FORBIDDEN', patientOperation(kiosk, 'patient-sakate')],
      ['RESOURCE_INVALID', bad({ patientId: 'patient-2' })],
      ['RESOURCE_INVALID', bad({ patientId: null })],
      ['RESOURCE_INVALID', bad({ resource: { ...good.resource, status: 7 } })],
      ['RESOURCE_INVALID', operationOf(kiosk, { ...good.resource, resourceType: 'Condition' }, 'patient-1')],
      ['RESOURCE_INVALID', bad({ resource: { ...good.resource, note: 'DEEP' } })],
    ];
    const body = JSON.stringify({ operations: [good, ...cases.map(([, operation]) => operation)] });
    const { results } = await hub.ask('sync.push', body.replace('"DEEP"', deep), kiosk.headers);
    const byId = new Map(results.map(result => [result.operationId, result]));
    expect(byId.get(good.operationId)).toMatchObject({ outcome: 'applied' });
    const codes = cases.map(([, operation]) => byId.get((operation as typeof good).operationId));
    expect(codes).toEqual(
      cases.map(([code]) => expect.objectContaining({ outcome: 'rejected', code }) as unknown),
    );
  });

  it('does not let one batch move a record to another patient', async () => {
    const kiosk = await hub.kiosk('kamishima-1');
    const first = observationOperation(kiosk, 'patient-1', 0);
    const moved = observationOperation(kiosk, 'patient-2', 0);
    const second = { ...moved, resource: { ...moved.resource, id: first.resource.id } };
    const { results } = await push(kiosk, first, second);
    expect(outcomes(results)).toEqual(['applied', 'RESOURCE_INVALID']);
  });

  it('shows two changes of one version as a conflict, to the doctor too', async () => {
    const kiosk = await hub.kiosk('kamishima-1');
    const patient = patientOperation(kiosk, 'patient-1');
    const changes = ['2', '3'].map(suffix => ({
      ...patientOperation(kiosk, 'patient-1'),
      baseVersionId: patient.operationId,
      resource: { ...patient.resource, language: `ja-${suffix}` },
    }));
    const { results } = await push(kiosk, patient, ...changes);
    expect(outcomes(results)).toEqual(['applied', 'applied', 'conflict']);
    const doctor = await hub.doctor();
    const { patient: head, resources } = await hub.ask('patients.get', { patientId: 'patient-1' }, doctor);
    const versionIds = [head.versionId, ...resources.map(({ versionId }) => versionId)];
    expect(versionIds.toSorted()).toEqual(changes.map(({ operationId }) => operationId).toSorted());
  });
});

describe('reading', () => {
  it('gives a doctor the patients of their clinics, and no others', async () => {
    const kamishima = await hub.kiosk('kamishima-1');
    const sakate = await hub.kiosk('sakate-1');
    const observation = observationOperation(kamishima, 'patient-1', clock.nowMs());
    await push(kamishima, patientOperation(kamishima, 'patient-1'), observation);
    await push(sakate, patientOperation(sakate, 'patient-2'));

    const both = await hub.doctor();
    const one = await hub.doctor('doctor-sakate', 'shima kara shima e');
    const list = async (doctor: typeof both) =>
      (await hub.ask('patients.list', {}, doctor)).patients.map(({ patient }) => patient.id).toSorted();
    expect(await list(both)).toEqual(['patient-1', 'patient-2']);
    expect(await list(one)).toEqual(['patient-2']);

    const patientId = 'patient-1';
    const query = { patientId, parameters: ['SpO2'], fromMs: 0, limit: 10 };
    const { entries } = await hub.ask('observations.list', query, both);
    expect(entries.map(({ versionId }) => versionId)).toEqual([observation.operationId]);
    expect(entries[0]).toMatchObject({ place: 'at-hospital', authorId: 'nurse-kamishima' });
    expect(await codeOf(hub.post('patients.get', { patientId }, one))).toBe('NOT_FOUND');
    expect(await codeOf(hub.post('observations.list', query, one))).toBe('NOT_FOUND');
  });

  it('says how many patients a clinic has and when it last changed', async () => {
    const kiosk = await hub.kiosk('kamishima-1');
    const doctor = await hub.doctor();
    expect((await hub.ask('clinics.list', {}, doctor)).clinics[0]).toMatchObject({
      patientCount: 0,
      lastChangeAtMs: null,
    });
    await push(kiosk, patientOperation(kiosk, 'patient-1'));
    const { clinics, staff } = await hub.ask('clinics.list', {}, doctor);
    expect(clinics[0]).toMatchObject({ patientCount: 1, lastChangeAtMs: clock.nowMs() });
    expect(staff?.map(({ practitionerId }) => practitionerId)).toContain('nurse-sakate');
  });
});

describe('starting', () => {
  async function failure(
    options: Parameters<typeof startTestHub>[0],
  ): Promise<{ code: string; message: string }> {
    const outcome = await startTestHub(options).then(
      () => new Error('it started'),
      (error: unknown) => error,
    );
    expect(outcome).toBeInstanceOf(AppError);
    return outcome as AppError;
  }

  it.each([
    ['HUB_SEED_FILE', { seedFile: '/does/not/exist.json' }],
    ['HUB_CONSOLE_DIR', { consoleDir: '/does/not/exist' }],
    ['HUB_KEY_FILE', { keyFile: '/dev/null/chart.key' }],
    ['HUB_TLS_CERT_FILE', { tls: { certFile: '/does/not/exist', keyFile: '/does/not/exist' } }],
  ])('names %s when it leads nowhere', async (name, config) => {
    const { code, message } = await failure({ config });
    expect([code, message.split(':', 1)[0]]).toEqual(['CONFIG_INVALID', name]);
  });

  it('says that its port is taken', async () => {
    expect((await failure({ config: { port: hub.port } })).message).toBe('HUB_PORT: is in use');
  });

  it('names what is wrong in a seed, without its content', async () => {
    const [doctor] = SEED.staff;
    const seed = { ...SEED, staff: [{ ...doctor!, secret: 'short' }] };
    const { message } = await failure({ seed });
    expect(message).toBe('HUB_SEED_FILE: staff.0.secret: a passphrase has at least 12 characters');
  });

  it('refuses a key that does not fit, or a database without its key', async () => {
    const { dataDir } = hub;
    await hub.stop();
    writeFileSync(join(dataDir, 'chart.key'), 'a'.repeat(64));
    expect((await failure({ dataDir })).code).toBe('STORE_KEY_WRONG');
    writeFileSync(join(dataDir, 'chart.key'), 'no key');
    expect((await failure({ dataDir })).code).toBe('STORE_KEY_WRONG');
    rmSync(join(dataDir, 'chart.key'));
    expect((await failure({ dataDir })).code).toBe('STORE_KEY_WRONG');
    hub = await startTestHub({ clock });
  });

  it('locks its folder against a second hub', async () => {
    await expect(startTestHub({ dataDir: hub.dataDir })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});

describe('observing', () => {
  it('says that it lives and is ready', async () => {
    const statuses = await Promise.all(
      ['healthz', 'readyz'].map(async path => (await fetch(`${hub.origin}/${path}`)).status),
    );
    expect(statuses).toEqual([200, 200]);
  });

  it('counts, without a name, and not for who comes through a proxy', async () => {
    const kiosk = await hub.kiosk('kamishima-1');
    await push(kiosk, patientOperation(kiosk, 'patient-1'));
    const text = await (await fetch(`${hub.origin}/metrics`)).text();
    expect(text).toContain('shimabashi_operations_total{outcome="applied"} 1');
    expect(text).not.toContain('patient-1');
    const proxied = await fetch(`${hub.origin}/metrics`, { headers: { 'x-forwarded-for': '192.0.2.1' } });
    expect(proxied.status).toBe(403);
  });
});

describe('the console’s pages', () => {
  let withConsole: TestHub;

  beforeEach(async () => {
    const consoleDir = join(hub.dataDir, 'console');
    mkdirSync(join(consoleDir, 'assets'), { recursive: true });
    writeFileSync(join(consoleDir, 'index.html'), '<!doctype html><title>console</title>');
    writeFileSync(join(consoleDir, 'assets', 'main-1a2b.js'), `'${'x'.repeat(5_000)}'`);
    withConsole = await startTestHub({ config: { consoleDir } });
  });
  afterEach(() => withConsole.remove());

  const get = (path: string, accept: string) =>
    fetch(`${withConsole.origin}${path}`, { headers: { accept } });

  it.each(['/', '/patients/patient-1'])('gives the page at %s, never from a cache', async path => {
    const response = await get(path, 'text/html,*/*');
    expect(await response.text()).toContain('<title>console</title>');
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(response.headers.get('content-security-policy')).toContain(`default-src 'self'`);
    expect(response.headers.get('content-security-policy')).not.toContain('unsafe-eval');
  });

  it('lets browsers keep what is named by its content, and compresses it', async () => {
    const response = await get('/assets/main-1a2b.js', '*/*');
    expect(response.headers.get('cache-control')).toContain('immutable');
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(await response.text()).toHaveLength(5_002);
  });

  it.each(['/assets/gone.js', '/api/nothing', '/../seed.json', '/..%2fseed.json'])(
    'gives no page for %s',
    async path => {
      const response = await get(path, 'text/html');
      expect(await response.text()).not.toContain('<title>');
      expect(response.status).toBeGreaterThanOrEqual(400);
    },
  );
});
