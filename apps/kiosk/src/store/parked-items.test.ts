import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningTestStore, TestKiosk } from './testing/kiosk.ts';
import { PATIENT, PLANNED } from './testing/people.ts';

let kiosk: TestKiosk;
let store: RunningTestStore;
let operationId: string;
beforeEach(async () => {
  kiosk = new TestKiosk().seed();
  store = kiosk.start();
  await store.signIn();
  await store.get('visits.open', {
    operationId: randomUUID(),
    patientId: PATIENT.id,
    encounterId: PLANNED.id,
  });
  operationId = randomUUID();
  await store.get('observations.save', {
    encounterId: PLANNED.id,
    entries: [
      {
        operationId,
        source: { kind: 'by-hand', parameter: 'respiratory-rate', value: 18, unit: '/min', reason: '数えた' },
      },
    ],
  });
  kiosk.crash();
  kiosk.withChart(chart => chart.settle([{ operationId, outcome: 'rejected', code: 'RESOURCE_INVALID' }]));
  store = kiosk.start();
});
afterEach(() => kiosk.end());

const entries = async () =>
  (await store.get('observations.list', { patientId: PATIENT.id, limit: 9 })).entries;
const status = () => store.get('sync.status', {});

describe('what the hub refused', () => {
  it('is listed with its reason', async () => {
    expect((await store.get('outbox.parked', {})).items).toMatchObject([
      {
        itemId: operationId,
        kind: 'operation',
        code: 'RESOURCE_INVALID',
        dependants: 0,
        isReturned: false,
        entry: { versionId: operationId, place: 'parked', parkedCode: 'RESOURCE_INVALID' },
      },
    ]);
    expect((await status()).parked).toBe(1);
  });

  it('is sent once more when a nurse says so', async () => {
    await store.get('outbox.retry', { itemId: operationId });
    expect(await status()).toMatchObject({ parked: 0, waiting: { vitals: 1 } });
    expect(await entries()).toMatchObject([{ place: 'here', parkedCode: null }]);
    expect(store.events).toContainEqual({ event: 'chart-changed', patientId: PATIENT.id });
    expect(await store.refusal('outbox.retry', { itemId: operationId })).toBe('NOT_FOUND');
  });

  it('is out of the chart when a nurse withdraws it, and kept', async () => {
    await store.get('outbox.withdraw', { itemId: operationId });
    expect(await status()).toMatchObject({ parked: 0, waiting: { vitals: 0 } });
    expect(await entries()).toEqual([]);
    expect((await store.get('outbox.parked', {})).items).toEqual([]);
    expect(await store.refusal('outbox.withdraw', { itemId: operationId })).toBe('NOT_FOUND');
    kiosk.crash();
    expect(kiosk.withChart(chart => chart.operationIds())).toContain(operationId);
  });
});
