import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NURSE, type System, waitForPatients } from '@shimabashi/tooling/system';
import { startTestSystem } from './test-system.ts';

const script = join(import.meta.dirname, '../../docs/examples/kiosk-with-curl.sh');
let system: System;
beforeAll(async () => {
  system = await startTestSystem({ islands: 1 });
  await waitForPatients(system.kiosks[0]!);
});
afterAll(() => system.stop());

const curl = (...words: string[]) =>
  spawnSync('curl', ['--silent', '--max-time', '5', ...words], { encoding: 'utf8' });

describe('a kiosk and a shell', () => {
  it('finds a patient, saves an observation and reads it back', () => {
    const kiosk = system.kiosks[0]!;
    const done = spawnSync('bash', [script, 'シマダ'], {
      encoding: 'utf8',
      env: {
        ...process.env,
        KIOSK_PORT: String(kiosk.port),
        KIOSK_DATA_DIR: kiosk.dataDir,
        NURSE: NURSE.practitionerId,
        PIN: NURSE.secret,
      },
    });
    expect(done.stderr).not.toContain('"ok":false');
    expect(done).toMatchObject({ status: 0, stderr: '' });
    const readBack = JSON.parse(done.stdout.trim().split('\n').at(-1)!) as {
      body: { entries: { resource: { valueQuantity: unknown; note: unknown } }[] };
    };
    expect(readBack.body.entries[0]?.resource.valueQuantity).toMatchObject({ value: 18, code: '/min' });
    expect(readBack.body.entries[0]?.resource.note).toEqual([{ text: '60秒数えた' }]);
  });

  it.each([
    ['without a cookie', [], 'DOOR_CLOSED', 401],
    ['with a wrong Host', ['--header', 'Host: clinic.example'], 'FORBIDDEN', 403],
    ['with a wrong Origin', ['--header', 'Origin: https://clinic.example'], 'FORBIDDEN', 403],
  ] as const)('is refused %s', (_case, words, code, status) => {
    const url = `http://127.0.0.1:${system.kiosks[0]!.port}/api/patients.find`;
    const answer = curl(
      '--write-out',
      '\n%{http_code}',
      '--header',
      'content-type: application/json',
      '--data',
      '{"text":"シマダ","limit":1}',
      ...words,
      url,
    );
    const [body, httpStatus] = answer.stdout.split('\n');
    expect(JSON.parse(body!)).toMatchObject({ ok: false, error: { code } });
    expect(httpStatus).toBe(String(status));
  });
});
