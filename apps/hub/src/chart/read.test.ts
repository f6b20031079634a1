import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildEncounter } from '@shimabashi/clinical';
import { ManualClock } from '../testing/manual-clock.ts';
import { operationOf, patientOperation, startTestHub, type TestHub } from '../testing/test-hub.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
const PATIENT = 'patient-1';
let clock: ManualClock;
let hub: TestHub;
let kiosk: Awaited<ReturnType<TestHub['kiosk']>>;

beforeEach(async () => {
  clock = new ManualClock();
  hub = await startTestHub({ clock });
  kiosk = await hub.kiosk('kamishima-1');
  await hub.ask('sync.push', { operations: [patientOperation(kiosk, PATIENT)] }, kiosk.headers);
});
afterEach(() => hub.remove());

async function visit(encounterId: string, status: 'planned' | 'in-progress', atMs: number): Promise<void> {
  const resource = buildEncounter({
    encounterId,
    patientId: PATIENT,
    clinicId: 'kamishima',
    status,
    plannedAtMs: status === 'planned' ? atMs : null,
    arrivedAtMs: null,
    startedAtMs: status === 'planned' ? null : atMs,
    finishedAtMs: null,
    reason: null,
  });
  const operations = [operationOf(kiosk, resource, PATIENT)];
  await hub.ask('sync.push', { operations }, kiosk.headers);
}

async function shownVisit(): Promise<string | undefined> {
  const { patients } = await hub.ask('patients.list', {}, await hub.doctor());
  return patients[0]?.encounter?.id;
}

describe('the visit on the doctor’s list', () => {
  it('is today’s, even where yesterday’s came later and was never ended', async () => {
    await visit('today', 'planned', clock.nowMs());
    await visit('yesterday', 'in-progress', clock.nowMs() - DAY_MS);
    expect(await shownVisit()).toBe('today');
  });

  it('is the one that was never ended when today has none', async () => {
    expect(await shownVisit()).toBeUndefined();
    await visit('yesterday', 'in-progress', clock.nowMs() - DAY_MS);
    expect(await shownVisit()).toBe('yesterday');
  });
});
