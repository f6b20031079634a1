import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  HUB_ACCESS,
  hubContract,
  kioskContract,
  OPERATIONS_PER_BATCH_MAX,
  PUSH_BODY_BYTES_MAX,
  type PushResponse,
  ROW_BODY_BYTES_MAX,
  SOCKET_CLOSE,
  SOCKET_MESSAGE_BYTES_MAX,
} from '@shimabashi/contracts';
import {
  Chance,
  DEVICE_ID,
  type HubClient,
  type KioskClient,
  NURSE,
  signInDoctor,
  until,
  waitForPatients,
} from '@shimabashi/tooling/system';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addEnrolmentCode,
  closeCodeOf,
  codeOf,
  codeOfTooMuch,
  endOf,
  enrolDevice,
  type Knock,
  playMonitor,
  type PlayedMonitor,
  post,
} from './knocking.ts';
import { startTestSystem } from './test-system.ts';
import { wrongSettings } from './wrong-settings.ts';

/** A name as a patient might have it, in everything that is sent. No log may hold it. */
const MARKER = '浜辺 Minato-7141';
const LOGGED = ['浜辺', 'Minato-7141'];
const ENROLMENT_CODE = 'knocking-at-doors';

const dir = mkdtempSync(join(tmpdir(), 'shimabashi-doors-'));
let system: Awaited<ReturnType<typeof startTestSystem>>;
let monitor: PlayedMonitor;
let nurse: KioskClient;
let doctor: HubClient;
let device: Awaited<ReturnType<typeof enrolDevice>>;
let said = '';

beforeAll(async () => {
  monitor = await playMonitor();
  system = await startTestSystem({ islands: 1, monitorPort: monitor.port });
  await addEnrolmentCode(system, ENROLMENT_CODE);
  nurse = await waitForPatients(system.kiosks[0]!);
  doctor = await signInDoctor(system);
  device = await enrolDevice(system, ENROLMENT_CODE);
});
afterAll(async () => {
  await system.stop();
  await monitor.close();
  rmSync(dir, { recursive: true, force: true });
});

/** The rest of the system does not notice: somebody is looked up on either side. */
async function stillAnswers(): Promise<void> {
  expect((await nurse.call('patients.find', { text: 'シマダ', limit: 1 })).patients).toHaveLength(1);
  expect((await doctor.call('clinics.list', {})).clinics).toHaveLength(1);
}

const knocks = (door: string, rows: readonly Knock[]): readonly (readonly [string, ...Knock])[] =>
  rows.map(row => [door, ...row]);

const tooLong = (bytes: number): string => JSON.stringify({ text: MARKER.repeat(bytes / 10) });
const endless = '['.repeat(100_000) + ']'.repeat(100_000);
const deep = `{"text":"${MARKER}","limit":${endless}}`;
const notOurs = JSON.stringify({ [MARKER]: MARKER });

// ── The kiosk's loopback door

const kioskUrl = (path: string): string => `http://127.0.0.1:${system.kiosks[0]!.port}${path}`;
const atKiosk = (path: string, body: string, headers: Record<string, string> = {}): Promise<string> =>
  codeOf(post(kioskUrl(path), body, { cookie: nurse.cookie, ...headers }));
const tooMuchAtKiosk = (path: string): Promise<string> =>
  codeOfTooMuch(
    kioskUrl(path),
    { cookie: nurse.cookie },
    { begin: tooLong(10_000), bytes: ROW_BODY_BYTES_MAX + 1 },
  );
const atEvents = (cookie: string, message?: string): Promise<number> =>
  closeCodeOf(kioskUrl('/events').replace('http', 'ws'), { cookie }, message);

const kioskDoor = [
  ...knocks(
    'kiosk, any row',
    Object.keys(kioskContract).map(
      row =>
        [`a field that ${row} does not have`, () => atKiosk(`/api/${row}`, notOurs), 'BAD_REQUEST'] as const,
    ),
  ),
  ...knocks('kiosk POST /api', [
    ['an unknown row', () => atKiosk(`/api/${encodeURIComponent(MARKER)}`, notOurs), 'UNKNOWN_ROW'],
    ['a row named as what every object has', () => atKiosk('/api/__proto__', notOurs), 'UNKNOWN_ROW'],
    ['half of a JSON text', () => atKiosk('/api/patients.find', notOurs.slice(0, -2)), 'BAD_REQUEST'],
    [
      'JSON that pollutes',
      () => atKiosk('/api/patients.find', `{"__proto__":{"a":"${MARKER}"}}`),
      'BAD_REQUEST',
    ],
    ['a nesting without end', () => atKiosk('/api/patients.find', deep), 'BAD_REQUEST'],
    ['no JSON', () => atKiosk('/api/patients.find', MARKER, { 'content-type': 'text/plain' }), 'BAD_REQUEST'],
    ['too much', () => tooMuchAtKiosk('/api/patients.find'), 'TOO_LARGE'],
    ['a cookie of nobody', () => atKiosk('/api/patients.find', notOurs, { cookie: 'a=b' }), 'DOOR_CLOSED'],
    [
      'a page of elsewhere',
      () => atKiosk('/api/patients.find', '{}', { origin: 'https://a.example' }),
      'FORBIDDEN',
    ],
  ]),
  ...knocks('kiosk POST /session', [
    [
      'a token of nobody',
      () => atKiosk('/session', JSON.stringify({ token: `${MARKER}${MARKER}` })),
      'DOOR_CLOSED',
    ],
    ['no token', () => atKiosk('/session', notOurs), 'BAD_REQUEST'],
    ['half of a JSON text', () => atKiosk('/session', notOurs.slice(0, -2)), 'BAD_REQUEST'],
    ['too much', () => tooMuchAtKiosk('/session'), 'TOO_LARGE'],
  ]),
  ...knocks('kiosk /events', [
    ['without a cookie', () => atEvents('a=b'), 1006],
    ['a screen that talks', () => atEvents(nurse.cookie, notOurs), SOCKET_CLOSE.badMessage],
    ['too much', () => atEvents(nurse.cookie, tooLong(2 * SOCKET_MESSAGE_BYTES_MAX)), SOCKET_CLOSE.tooLarge],
  ]),
];

// ── The hub's rows and sockets

type Caller = 'nobody' | 'doctor' | 'device';
const callerHeaders = (caller: Caller): Record<string, string> => ({
  ...(caller === 'device' ? { authorization: `Bearer ${device.token}` } : { origin: system.hub.origin }),
  ...(caller === 'doctor' ? { cookie: doctor.cookie } : {}),
});
const atHub = (
  row: string,
  caller: Caller,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<string> =>
  codeOf(post(`${system.hub.origin}/api/${row}`, body, { ...callerHeaders(caller), ...headers }));
const tooMuchAtHub = (row: string, caller: Caller, bytesMax: number): Promise<string> =>
  codeOfTooMuch(`${system.hub.origin}/api/${row}`, callerHeaders(caller), {
    begin: tooLong(10_000),
    bytes: bytesMax + 1,
  });
const atSocket = (
  path: '/link' | '/live',
  caller: Caller,
  message?: string | Uint8Array<ArrayBuffer>,
): Promise<number> =>
  closeCodeOf(system.hub.origin.replace('http', 'ws') + path, callerHeaders(caller), message);

/** What a message that does not fit gets from who may ask, and any message from who may not. */
function refusalOf(row: keyof typeof HUB_ACCESS, caller: Caller): string {
  const allowed: readonly string[] = HUB_ACCESS[row];
  // A page of the hub is expected where the doctor's cookie is: a kiosk is none.
  if (caller === 'device' && row === 'session.sign-in') return 'FORBIDDEN';
  if (allowed.includes('anyone') || allowed.includes(caller)) return 'BAD_REQUEST';
  return caller === 'nobody' ? 'SIGN_IN_REQUIRED' : 'FORBIDDEN';
}

const hubDoor = [
  ...knocks(
    'hub, any row',
    (Object.keys(hubContract) as (keyof typeof hubContract)[]).flatMap(row =>
      (['nobody', 'doctor', 'device'] as const).map(
        caller =>
          [
            `${row} that does not fit, by ${caller}`,
            () => atHub(row, caller, notOurs),
            refusalOf(row, caller),
          ] as const,
      ),
    ),
  ),
  ...knocks('hub POST /api', [
    ['an unknown row', () => atHub(encodeURIComponent(MARKER), 'device', notOurs), 'UNKNOWN_ROW'],
    ['half of a JSON text', () => atHub('patients.get', 'doctor', notOurs.slice(0, -2)), 'BAD_REQUEST'],
    [
      'no JSON',
      () => atHub('patients.get', 'doctor', MARKER, { 'content-type': 'text/plain' }),
      'BAD_REQUEST',
    ],
    ['a nesting without end', () => atHub('patients.get', 'doctor', deep), 'BAD_REQUEST'],
    ['too much', () => tooMuchAtHub('patients.get', 'doctor', ROW_BODY_BYTES_MAX), 'TOO_LARGE'],
    [
      'a page of elsewhere',
      () => atHub('patients.list', 'doctor', '{}', { origin: 'https://a.example' }),
      'FORBIDDEN',
    ],
    [
      'a token of nobody',
      () => atHub('sync.pull', 'device', '{}', { authorization: `Bearer a` }),
      'SIGN_IN_REQUIRED',
    ],
  ]),
  ...knocks('hub sync.push', [
    ['an operation without an id', () => push([{ resource: MARKER }]), 'BAD_REQUEST'],
    [
      'too many',
      () => push(Array.from({ length: OPERATIONS_PER_BATCH_MAX + 1 }, () => newPatient())),
      'BAD_REQUEST',
    ],
    ['too much', () => tooMuchAtHub('sync.push', 'device', PUSH_BODY_BYTES_MAX), 'TOO_LARGE'],
    [
      'little that grows to too much',
      () =>
        atHub('sync.push', 'device', gzipSync(tooLong(2 * PUSH_BODY_BYTES_MAX)), {
          'content-encoding': 'gzip',
        }),
      'TOO_LARGE',
    ],
    [
      'what only says that it is compressed',
      () => atHub('sync.push', 'device', MARKER, { 'content-encoding': 'gzip' }),
      'BAD_REQUEST',
    ],
    [
      'poison among what is good',
      async () => {
        const operations = [
          newPatient(),
          { ...newPatient(), [MARKER]: MARKER },
          newPatient({ birthDate: MARKER }),
          newPatient({ extension: 'WITHOUT END' }),
          { ...newPatient(), authorId: 'D-9999' },
          newPatient(),
        ];
        const answer = await post(
          `${system.hub.origin}/api/sync.push`,
          JSON.stringify({ operations }).replace('"WITHOUT END"', endless),
          callerHeaders('device'),
        );
        const { results } = ((await answer.json()) as { body: PushResponse }).body;
        return operations.map(({ operationId }) => {
          const result = results.find(each => each.operationId === operationId);
          return result?.outcome === 'rejected' ? result.code : result?.outcome;
        });
      },
      ['applied', 'BAD_REQUEST', 'RESOURCE_INVALID', 'RESOURCE_INVALID', 'FORBIDDEN', 'applied'],
    ],
  ]),
  ...knocks('hub /link', [
    ['by nobody', () => atSocket('/link', 'nobody'), SOCKET_CLOSE.signInRequired],
    ['by a doctor', () => atSocket('/link', 'doctor'), SOCKET_CLOSE.forbidden],
    ...socketKnocks('/link', 'device'),
  ]),
  ...knocks('hub /live', [
    ['by nobody', () => atSocket('/live', 'nobody'), SOCKET_CLOSE.signInRequired],
    ['by a kiosk', () => atSocket('/live', 'device'), SOCKET_CLOSE.forbidden],
    ...socketKnocks('/live', 'doctor'),
  ]),
];

function socketKnocks(path: '/link' | '/live', caller: Caller): Knock[] {
  const { badMessage, tooLarge } = SOCKET_CLOSE;
  return [
    ['no JSON', () => atSocket(path, caller, MARKER), badMessage],
    ['bytes', () => atSocket(path, caller, new TextEncoder().encode(notOurs)), badMessage],
    ['an unknown type', () => atSocket(path, caller, JSON.stringify({ type: MARKER })), badMessage],
    ['a nesting without end', () => atSocket(path, caller, deep.slice(0, 100_000)), badMessage],
    ['too much', () => atSocket(path, caller, tooLong(2 * SOCKET_MESSAGE_BYTES_MAX)), tooLarge],
  ];
}

const push = (operations: readonly unknown[]): Promise<string> =>
  atHub('sync.push', 'device', JSON.stringify({ operations }));

/** A patient as our own kiosk would send one. */
function newPatient(resource: object = {}): { readonly operationId: string } {
  const patientId = randomUUID();
  return {
    operationId: randomUUID(),
    baseVersionId: null,
    resource: { resourceType: 'Patient', id: patientId, gender: 'female', ...resource },
    patientId,
    clinicId: system.kiosks[0]!.clinicId,
    authorId: NURSE.practitionerId,
    deviceId: device.deviceId,
    reason: null,
    authoredAtMs: Date.now(),
  } as { readonly operationId: string };
}

// ── The monitor's port

const chance = new Chance('doors');
const noise = (length: number): Buffer => Buffer.from(Array.from({ length }, () => chance.whole(256)));

/** Says something, then measures: a number must come, later than anything before. */
async function afterSaying(bytes: Uint8Array): Promise<unknown> {
  await monitor.say(bytes);
  const beganAtMs = Date.now();
  const stop = monitor.measure();
  try {
    return await until(
      async () => {
        const { samples } = await nurse.call('vitals.latest', {});
        const fresh = samples.find(
          sample =>
            sample.deviceId === DEVICE_ID && sample.parameter === 'SpO2' && sample.receivedAtMs > beganAtMs,
        );
        const value = fresh?.measured.status === 'measured' ? fresh.measured.value : 0;
        return Math.abs(value - 97) <= 2 ? 'a value at rest' : undefined;
      },
      { limitMs: 20_000, what: 'a value of the monitor' },
    );
  } finally {
    stop();
  }
}

const monitorPort = knocks('monitor', [
  ['a flood of anything', () => afterSaying(noise(1_000_000)), 'a value at rest'],
  ['a flood of beginnings', () => afterSaying(Buffer.alloc(1_000_000, 1)), 'a value at rest'],
  ['a flood of text', () => afterSaying(Buffer.from(MARKER.repeat(50_000))), 'a value at rest'],
  ['half of a frame', () => afterSaying(Uint8Array.of(1, 0x81)), 'a value at rest'],
]);

// ── Settings and files

const settingsDoor = knocks(
  'settings',
  wrongSettings({ dir, marker: MARKER, onSaid: text => (said += text) }),
);

const file = (content: string): string => {
  const path = join(mkdtempSync(join(dir, 'file-')), 'file');
  writeFileSync(path, content);
  return path;
};

/** What the import says of each line, and how it ends. */
async function importOf(words: readonly string[]): Promise<string> {
  const seed = join(system.dir, 'seed.json');
  const data = mkdtempSync(join(dir, 'import-'));
  const { exitCode, stdout, stderr } = await endOf(
    'apps/hub/src/import.ts',
    { HUB_DATA_DIR: data, HUB_SEED_FILE: seed },
    words,
  );
  said += stdout + stderr;
  return `${stderr}${stdout}${String(exitCode)}`;
}
const imported = (): string => JSON.stringify({ ...newPatient(), deviceId: 'import' });

const imports = knocks('import', [
  [
    'lines that do not fit among one that does',
    () =>
      importOf([
        file(
          [
            imported(),
            MARKER,
            notOurs,
            JSON.stringify({ ...newPatient({ birthDate: MARKER }), deviceId: 'import' }),
            tooLong(2 * PUSH_BODY_BYTES_MAX),
          ].join('\n'),
        ),
      ]),
    'line 2: BAD_REQUEST\nline 3: BAD_REQUEST\nline 5: BAD_REQUEST\nline 4: RESOURCE_INVALID\n1 kept, 4 refused\n65',
  ],
  ['no file', () => importOf([join(dir, MARKER)]), 'The file cannot be read.\n78'],
]);

describe('every door of a running system', () => {
  it.each([...kioskDoor, ...hubDoor, ...monitorPort, ...settingsDoor, ...imports])(
    '%s: %s',
    async (_door, _what, knock, answer) => {
      expect(await knock()).toEqual(answer);
      await stillAnswers();
    },
  );

  it('has written nothing of all this into a log', () => {
    const logs = readdirSync(system.dir)
      .filter(name => name.endsWith('.log'))
      .map(name => readFileSync(join(system.dir, name), 'utf8'));
    expect(logs.length).toBe(2);
    const lines = [...logs, said].join('\n').split('\n');
    expect(lines.filter(line => LOGGED.some(piece => line.includes(piece)))).toEqual([]);
    expect(logs.join('')).toContain('BAD_REQUEST');
  });
});
