import { expect, it } from 'vitest';
import { APP_ERRORS, toWireError, WireError } from './errors.ts';
import { contractOf, kioskContract, ROW_OWNER } from './kiosk.ts';
import { PARAMETERS } from './vitals.ts';

it('gives every row to exactly one owner', () => {
  const owned = (['store', 'devices', 'kiosk'] as const).flatMap(owner => Object.keys(contractOf(owner)));
  expect(owned.toSorted()).toEqual(Object.keys(kioskContract).toSorted());
  expect(Object.keys(ROW_OWNER).toSorted()).toEqual(Object.keys(kioskContract).toSorted());
});

it('names rows so that they are paths', () => {
  for (const row of Object.keys(kioskContract)) expect(row).toMatch(/^[a-z]+\.[a-z-]+$/);
});

it('lets no text of an unexpected error out', () => {
  const wire = WireError.parse(toWireError(new TypeError('島田 ハル is not a function')));
  expect(wire.code).toBe('INTERNAL');
  expect(JSON.stringify(wire)).not.toContain('島田');
});

it('has an HTTP status for every code', () => {
  for (const row of Object.values(APP_ERRORS)) expect(row.httpStatus).toBeGreaterThanOrEqual(400);
});

it('computes codes of IEEE 11073 as partition 2 and term', () => {
  for (const { mdc } of Object.values(PARAMETERS)) expect(mdc >> 16).toBe(2);
});
