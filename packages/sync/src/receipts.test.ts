import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Operation, Receipt } from '@shimabashi/contracts';
import { createReceipts } from './receipts.ts';
import { operation } from './testing/index.ts';

const receipts = createReceipts(new Uint8Array(32).fill(1));

describe('a receipt', () => {
  it('is good for the version that it was made for, in whatever order its fields come', () => {
    const handedOut = operation({ reason: '受診時' });
    const receipt = receipts.of(handedOut);
    expect(Receipt.parse(receipt)).toBe(receipt);
    const turned = Object.fromEntries(Object.entries(handedOut).toReversed()) as Operation;
    expect(receipts.isOurs(turned, receipt)).toBe(true);
    expect(receipts.isOurs(JSON.parse(JSON.stringify(handedOut)) as Operation, receipt)).toBe(true);
  });

  it('is good for no other version, and of no other hub', () => {
    const handedOut = operation();
    const receipt = receipts.of(handedOut);
    const changes = fc.constantFrom<Partial<Operation>>(
      { authorId: 'doctor-9' },
      { deviceId: 'console' },
      { clinicId: 'elsewhere' },
      { patientId: 'patient-9' },
      { authoredAtMs: 1 },
      { reason: '' },
      { baseVersionId: handedOut.operationId },
      { mergedVersionId: handedOut.operationId },
      { resource: { ...handedOut.resource, status: 'entered-in-error' } },
    );
    fc.assert(fc.property(changes, change => !receipts.isOurs({ ...handedOut, ...change }, receipt)));
    const other = createReceipts(new Uint8Array(32).fill(2));
    expect(other.isOurs(handedOut, receipt)).toBe(false);
    expect(receipts.isOurs(handedOut, receipt.slice(1))).toBe(false);
    expect(receipts.isOurs(handedOut, '')).toBe(false);
  });
});
