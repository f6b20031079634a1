import { mkdtempSync, rmSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  MERGED_VERSIONS_FEATURE,
  type NumberedVersion,
  RECEIPTS_FEATURE,
  SYNC_FEATURES_HEADER,
} from '@shimabashi/contracts';
import { makeBackup, restoreBackup } from '../backup/backup.ts';
import { readOrCreateKey } from '../db/encryption-key.ts';
import { observationOperation, patientOperation, startTestHub, type TestHub } from '../testing/test-hub.ts';

const PATIENT = 'patient-1';
const FEATURES = { [SYNC_FEATURES_HEADER]: `${MERGED_VERSIONS_FEATURE}, ${RECEIPTS_FEATURE}` };
const NOW_MS = 1_800_000_000_000;
let dir: string;
let hub: TestHub;
let kiosk: Awaited<ReturnType<TestHub['kiosk']>>;
let firstEpoch: string;
/** What a kiosk has heard of the hub, before its disk was lost. */
let heard: NumberedVersion[];
/** The observation of the second kiosk, which is gone too, and the doctor's decision. */
let lost: NumberedVersion[];

const pull = async (sequence = 0, features: Record<string, string> = FEATURES) => {
  const cursor = { epoch: null, sequence };
  return hub.ask('sync.pull', { cursor, limit: 100 }, { ...kiosk.headers, ...features });
};
const push = async (...operations: unknown[]) =>
  hub.ask('sync.push', { operations }, { ...kiosk.headers, ...FEATURES });
const returnedOf = ({ operation, receipt }: NumberedVersion) => ({
  operationId: operation.operationId,
  returned: operation,
  receipt,
});

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'hub-returned-'));
  hub = await startTestHub({ dataDir: dir });
  kiosk = await hub.kiosk('kamishima-1');
  const other = await hub.kiosk('kamishima-2');
  const doctor = await hub.doctor();
  const patient = patientOperation(kiosk, PATIENT);
  await push(patient);
  const place = { dataDir: dir, key: readOrCreateKey(join(dir, 'chart.key'), true) };
  makeBackup(place, join(dir, 'backup'), NOW_MS);

  const observation = observationOperation(other, PATIENT, NOW_MS);
  await hub.ask('sync.push', { operations: [observation] }, other.headers);
  const edits = ['male', 'other'].map(gender => ({
    ...patientOperation(kiosk, PATIENT),
    baseVersionId: patient.operationId,
    resource: { ...patient.resource, gender },
  }));
  await push(...edits);
  await hub.ask(
    'conflicts.resolve',
    {
      operationId: randomUUID(),
      patientId: PATIENT,
      versionIds: [edits[0]!.operationId, edits[1]!.operationId],
      resource: edits[0]!.resource,
      reason: '本人に確認',
    },
    doctor,
  );
  const page = await pull();
  firstEpoch = page.epoch;
  heard = page.versions;
  lost = heard.slice(1);
  await hub.stop();
  restoreBackup(place, join(dir, 'backup'), NOW_MS);
  hub = await startTestHub({ dataDir: dir });
  kiosk = { ...kiosk, ...(await hub.signIn(kiosk)) };
});
afterEach(async () => {
  await hub.stop();
  rmSync(dir, { recursive: true, force: true });
});

describe('a hub that was restored from a backup', () => {
  it('says how far it goes, to kiosks that understand it', async () => {
    expect(await pull()).toMatchObject({ continues: [{ epoch: firstEpoch, sequence: 1 }] });
    expect((await push(heard[0]!.operation)).continues).toEqual([{ epoch: firstEpoch, sequence: 1 }]);
    const old = await pull(0, {});
    expect(old).not.toHaveProperty('continues');
    expect(old.versions[0]).not.toHaveProperty('receipt');
  });

  it('takes back what it had handed out, with its author, device, time and both parents', async () => {
    expect(lost.map(({ operation }) => operation.authorId)).toEqual([
      'nurse-kamishima',
      'nurse-kamishima',
      'nurse-kamishima',
      'doctor-both',
    ]);
    const { results } = await push(...lost.map(returnedOf));
    expect(results.map(({ outcome }) => outcome)).not.toContain('rejected');
    const { versions } = await pull();
    expect(versions.map(({ operation, receipt }) => ({ operation, receipt }))).toEqual(
      heard.map(({ operation, receipt }) => ({ operation, receipt })),
    );
    const { patient } = await hub.ask('patients.get', { patientId: PATIENT }, await hub.doctor());
    expect(patient).toMatchObject({ authorId: 'doctor-both', resource: { gender: 'male' } });
    const again = await push(...lost.map(returnedOf));
    expect(again.results.map(({ outcome }) => outcome)).toEqual(lost.map(() => 'duplicate'));
  });

  it('takes nothing that was changed, nor without a receipt', async () => {
    const decision = returnedOf(lost.at(-1)!);
    const forged = [
      { ...decision, returned: { ...decision.returned, authoredAtMs: 1 } },
      { ...decision, receipt: 'A'.repeat(22) },
      decision.returned,
      { ...decision, receipt: undefined },
    ];
    for (const candidate of forged) {
      // oxlint-disable-next-line no-await-in-loop -- each alone
      expect((await push(candidate)).results).toMatchObject([{ outcome: 'rejected' }]);
    }
    await expect(push({ ...decision, operationId: 'x' })).rejects.toThrow('BAD_REQUEST');
    expect((await pull()).versions).toHaveLength(1);
  });

  it('takes it from whoever has it: what it says is proven', async () => {
    const sakate = await hub.kiosk('sakate-1');
    const operations = [returnedOf(lost[0]!)];
    const { results } = await hub.ask('sync.push', { operations }, sakate.headers);
    expect(results).toMatchObject([{ outcome: 'applied' }]);
    expect(
      (await hub.ask('sync.pull', { cursor: { epoch: null, sequence: 0 }, limit: 9 }, sakate.headers))
        .versions,
    ).toEqual([]);
  });

  it("takes the kiosk's own word without a receipt, or with one that is not good any more", async () => {
    const [mine] = lost.slice(1);
    const { operationId } = mine!.operation;
    const stale = { operationId, returned: mine!.operation, receipt: 'A'.repeat(22) };
    expect((await push(stale)).results).toMatchObject([{ outcome: 'applied' }]);
  });
});
