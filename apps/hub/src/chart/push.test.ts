import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { createReceipts } from '@shimabashi/sync';
import { openChartLog } from '@shimabashi/sync/sqlite';
import { type IdentityStore } from '../db/identity-store.ts';
import { patientOperation } from '../testing/test-hub.ts';
import { type ChartNews, pushOperations } from './push.ts';

it('tells the others of what is in the chart, whatever else has no room on the disk', () => {
  const log = openChartLog({ path: ':memory:', key: new Uint8Array(32), newId: randomUUID });
  const told: ChartNews[] = [];
  const pushed: unknown[] = [];
  const unexpected: unknown[] = [];
  const full = new Error('full');
  const kiosk = { deviceId: 'kiosk-1', clinicId: 'kamishima' };
  const operation = patientOperation(kiosk, 'patient-1');
  const store: Pick<IdentityStore, 'staffOfClinic' | 'clinicChanged'> = {
    staffOfClinic: () => [
      {
        practitionerId: operation.authorId,
        name: '山本 誠',
        nameLatin: '',
        role: 'nurse',
        clinicIds: ['kamishima'],
        secretHash: '',
      },
    ],
    clinicChanged: () => {
      throw full;
    },
  };
  const { results } = pushOperations(
    {
      log,
      store: store as IdentityStore,
      receipts: createReceipts(new Uint8Array(32)),
      validateResource: () => {},
      nowMs: () => 1,
      onAccepted: news => void told.push(news),
      onPushed: (_device, operations) => void pushed.push(...operations),
      reportUnexpected: error => void unexpected.push(error),
    },
    kiosk,
    [operation],
  );
  expect(results).toMatchObject([{ outcome: 'applied' }]);
  expect(told).toMatchObject([{ ...kiosk, patientIds: new Set(['patient-1']) }]);
  expect(pushed).toEqual([operation]);
  expect(unexpected).toEqual([full]);
  log.close();
});
