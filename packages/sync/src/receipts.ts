import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { type Operation, type Receipt } from '@shimabashi/contracts';
import { canonical } from './merge/json-value.ts';

/** Makes and checks the proofs that this hub has handed out a version. */
export interface Receipts {
  of(operation: Operation): Receipt;
  isOurs(operation: Operation, receipt: Receipt): boolean;
}

/**
 * The receipts of the hub whose databases have this key (ADR 13). Their own key follows from it
 * (HKDF, RFC 5869): whoever can restore a backup of the hub can check what it handed out afterwards,
 * and there is no second secret to lose.
 */
export function createReceipts(databaseKey: Uint8Array): Receipts {
  const key = new Uint8Array(hkdfSync('sha256', databaseKey, '', 'shimabashi receipt 1', KEY_BYTES));
  // Over all of a version, in whatever order its fields are: who, where, when and for whom count too.
  const hmac = (operation: Operation): Buffer =>
    createHmac('sha256', key).update(canonical(operation), 'utf8').digest().subarray(0, RECEIPT_BYTES);
  return {
    of: operation => hmac(operation).toString('base64url'),
    isOurs: (operation, receipt) => {
      const given = Buffer.from(receipt, 'base64url');
      return given.length === RECEIPT_BYTES && timingSafeEqual(given, hmac(operation));
    },
  };
}

const KEY_BYTES = 32;
/** Half of the hash: the least that RFC 2104, section 5 recommends. Every version carries one. */
const RECEIPT_BYTES = 16;
