import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { PUSH_BODY_BYTES_MAX, ROW_BODY_BYTES_MAX, SOCKET_MESSAGE_BYTES_MAX } from '@shimabashi/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestHub, type TestHub } from '../testing/test-hub.ts';

/** Stands for a patient in what is sent: no log may show it. */
const SECRET = 'Hamaguchi-Misawo';

let consoleDir: string;
let hub: TestHub;
let doctor: Record<string, string>;
let kiosk: Awaited<ReturnType<TestHub['kiosk']>>;

beforeAll(async () => {
  // With a console, as in a clinic: its pages must not change what the other doors say.
  consoleDir = mkdtempSync(join(tmpdir(), 'hub-console-'));
  writeFileSync(join(consoleDir, 'index.html'), '<!doctype html>');
  hub = await startTestHub({ config: { consoleDir } });
  doctor = await hub.doctor();
  kiosk = await hub.kiosk('kamishima-1');
});
afterAll(async () => {
  await hub.remove();
  rmSync(consoleDir, { recursive: true });
});

/** Everything still works, for everybody. */
async function expectUnharmed(): Promise<void> {
  const [current, staff] = [
    await hub.post('session.current', {}, doctor),
    await hub.post('sync.staff', {}, kiosk.headers),
  ];
  expect([current.status, staff.status]).toEqual([200, 200]);
  expect(hub.lines.join('')).not.toContain(SECRET);
  expect(hub.lines.join('')).not.toContain('unexpected');
}

const gzip = { 'content-encoding': 'gzip' };
const brotli = { 'content-encoding': 'br' };

const HTTP_CASES: readonly (readonly [
  name: string,
  row: string,
  body: string | Uint8Array,
  headers: Record<string, string>,
  code: string,
  status: number,
])[] = [
  ['an unknown row', `patients.${SECRET}`, '{}', {}, 'UNKNOWN_ROW', 404],
  ['a path outside the contract', `../${SECRET}?name=${SECRET}`, '{}', {}, 'UNKNOWN_ROW', 404],
  ['a property of Object', 'constructor', '{}', {}, 'UNKNOWN_ROW', 404],
  ['a cut JSON', 'sync.pull', `{"${SECRET}":`, {}, 'BAD_REQUEST', 400],
  ['no body', 'sync.pull', '', {}, 'BAD_REQUEST', 400],
  ['another shape', 'sync.pull', JSON.stringify({ [SECRET]: 1 }), {}, 'BAD_REQUEST', 400],
  ['a poisoned prototype', 'sync.pull', `{"__proto__":{"${SECRET}":1}}`, {}, 'BAD_REQUEST', 400],
  ['another content type', 'sync.pull', '{}', { 'content-type': 'text/plain' }, 'BAD_REQUEST', 400],
  ['broken gzip', 'sync.pull', SECRET, gzip, 'BAD_REQUEST', 400],
  ['cut gzip', 'sync.pull', gzipSync('{"a":1}').subarray(0, 12), gzip, 'BAD_REQUEST', 400],
  ['another encoding', 'sync.pull', '{}', { 'content-encoding': 'zstd' }, 'BAD_REQUEST', 400],
  ['broken Brotli', 'sync.pull', SECRET, brotli, 'BAD_REQUEST', 400],
  [
    'a Brotli bomb',
    'sync.push',
    brotliCompressSync(Buffer.alloc(4 * PUSH_BODY_BYTES_MAX)),
    brotli,
    'TOO_LARGE',
    413,
  ],
  ['a large body', 'sync.pull', `"${'x'.repeat(ROW_BODY_BYTES_MAX)}"`, {}, 'TOO_LARGE', 413],
  ['a large push', 'sync.push', `"${'x'.repeat(PUSH_BODY_BYTES_MAX)}"`, {}, 'TOO_LARGE', 413],
  ['a gzip bomb', 'sync.push', gzipSync(Buffer.alloc(4 * PUSH_BODY_BYTES_MAX)), gzip, 'TOO_LARGE', 413],
  ['operations without ids', 'sync.push', JSON.stringify({ operations: [SECRET] }), {}, 'BAD_REQUEST', 400],
  ['no operations', 'sync.push', '{"operations":[]}', {}, 'BAD_REQUEST', 400],
];

describe('bad requests over HTTP', () => {
  it.each(HTTP_CASES)('%s', async (_name, row, body, headers, code, status) => {
    const response = await hub.post(row, body, { ...kiosk.headers, ...headers });
    expect(response.result).toMatchObject({ ok: false, error: { code } });
    expect(response.status).toBe(status);
    expect(JSON.stringify(response.result)).not.toContain(SECRET);
    await expectUnharmed();
  });

  it('answers only POST', async () => {
    const response = await fetch(`${hub.origin}/api/session.current`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ ok: false, error: { code: 'UNKNOWN_ROW' } });
  });
});

const SOCKET_CASES: readonly (readonly [name: string, message: string | Buffer, closeCode: number])[] = [
  ['no JSON', SECRET, 4400],
  ['an unknown type', JSON.stringify({ type: SECRET }), 4400],
  ['a field too many', JSON.stringify({ type: 'echo', askedAtMs: 1, otherAtMs: 1, [SECRET]: 1 }), 4400],
  ['another shape', JSON.stringify({ type: 'watch', patientId: [SECRET] }), 4400],
  ['bytes', Buffer.from([0xff, 0xfe]), 4400],
  ['too much', 'x'.repeat(SOCKET_MESSAGE_BYTES_MAX + 1), 1009],
];
const DOORS = ['/link', '/live'] as const;

describe('bad messages over sockets', () => {
  it.each(DOORS.flatMap(door => SOCKET_CASES.map(([name, ...rest]) => [door, name, ...rest] as const)))(
    '%s: %s',
    async (door, _name, message, closeCode) => {
      const client = hub.socket(door, door === '/link' ? kiosk.headers : doctor);
      const first = door === '/link' ? 'ask' : 'clinic';
      await client.next(first);
      client.socket.send(message);
      await expect(client.closed()).resolves.toBe(closeCode);
      await expectUnharmed();
    },
  );

  it.each([
    ['/link', 'nobody', 4401],
    ['/link', 'doctor', 4403],
    ['/live', 'nobody', 4401],
    ['/live', 'kiosk', 4403],
    ['/live', 'stranger', 4403],
  ] as const)('%s is closed to %s', async (door, caller, closeCode) => {
    const headers = {
      nobody: { origin: hub.origin },
      doctor,
      kiosk: { ...kiosk.headers, origin: hub.origin },
      stranger: { ...doctor, origin: 'https://example.org' },
    };
    await expect(hub.socket(door, headers[caller]).closed()).resolves.toBe(closeCode);
  });
});
