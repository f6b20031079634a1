import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEMO_STAFF } from '@shimabashi/tooling/system';
import { root } from '../../tooling/paths.ts';
import { startOnFreePort } from '../../tooling/system/process.ts';
import { bound } from '../figures.ts';

const KIOSKS = 50;
const CLINICS = 10;
const OPERATIONS_EACH = 400;

/** Fifty kiosks that come back at once, each with a day's work, and one hub. */
export async function bench(): Promise<boolean> {
  const dir = mkdtempSync(join(tmpdir(), 'shimabashi-bench-'));
  const hubDir = join(dir, 'hub');
  mkdirSync(hubDir);
  const codes = Array.from({ length: KIOSKS }, (_, index) => `bench-code-${index}`);
  writeFileSync(join(dir, 'seed.json'), JSON.stringify(seedOf(codes)));
  const { program: hub, port } = await startOnFreePort(undefined, free => ({
    name: 'hub',
    entry: join(root, 'apps/hub/src/main.ts'),
    environment: {
      HUB_DATA_DIR: hubDir,
      HUB_SEED_FILE: join(dir, 'seed.json'),
      HUB_PORT: String(free),
      HUB_MEDIA_WORKERS: '0',
    },
    logFile: join(dir, 'hub.log'),
  }));
  const kiosks = fork(
    join(import.meta.dirname, 'kiosks-program.ts'),
    [
      `http://127.0.0.1:${port}`,
      dir,
      codes.join(','),
      String(OPERATIONS_EACH),
      DEMO_STAFF[0]!.practitionerId,
    ],
    { execPath: process.execPath },
  );
  const next = (type: string) =>
    new Promise<{ parked?: number }>((resolve, reject) => {
      kiosks.on('message', (message: { type: string; parked?: number }) => {
        if (message.type === type) resolve(message);
      });
      kiosks.once('exit', code => reject(new Error(`The kiosks ended with ${String(code)}.`)));
    });
  try {
    await next('ready');
    const done = next('done');
    const fromMs = performance.now();
    kiosks.send('go');
    const { parked } = await done;
    const tookS = (performance.now() - fromMs) / 1_000;
    if (parked !== 0) throw new Error(`The hub has refused ${String(parked)} operations.`);
    return bound(
      `operations that the hub accepts from ${KIOSKS} kiosks`,
      (KIOSKS * OPERATIONS_EACH) / tookS,
      { least: 2_000, unit: 'a second', also: `${KIOSKS * OPERATIONS_EACH} in ${tookS.toFixed(1)} s` },
    );
  } finally {
    kiosks.kill('SIGKILL');
    await hub.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

function seedOf(codes: readonly string[]): object {
  const clinics = Array.from({ length: CLINICS }, (_, index) => ({
    clinicId: `bench-${index}`,
    name: `診療所 ${index}`,
    nameLatin: `Clinic ${index}`,
    telephones: [],
  }));
  const nurse = { ...DEMO_STAFF[0]!, clinicIds: clinics.map(({ clinicId }) => clinicId) };
  return {
    practice: { name: '測定', nameLatin: 'Bench' },
    clinics,
    staff: [nurse],
    enrolmentCodes: codes.map((code, index) => ({
      code,
      clinicId: clinics[index % CLINICS]!.clinicId,
      name: code,
    })),
  };
}
