import { assert } from '@shimabashi/contracts';

/** The Bluetooth base UUID, in which the numbers of the SIG stand. Source: Core Specification, Vol 3 Part B 2.5.1. */
const BASE = '-0000-1000-8000-00805f9b34fb';

/** A UUID in its long form, lower case with hyphens. */
export type Uuid = string;

/** The long form of a number that the Bluetooth SIG assigned. */
export function sigUuid(assigned: number): Uuid {
  return `0000${assigned.toString(16).padStart(4, '0')}${BASE}`;
}

/** Any way to write a UUID (`1810`, `00001810`, with or without hyphens) in its long form. */
export function longUuid(text: string): Uuid {
  const digits = text.toLowerCase().replaceAll('-', '');
  if (digits.length <= 8) return `${digits.padStart(8, '0')}${BASE}`;
  return [8, 12, 16, 20, 32]
    .map((end, at) => digits.slice([0, 8, 12, 16, 20][at], end))
    .filter(part => part !== '')
    .join('-');
}

/** Its 16 bytes, most significant first. */
export function uuidBytes(uuid: Uuid): Uint8Array {
  const bytes = Uint8Array.from(Buffer.from(uuid.replaceAll('-', ''), 'hex'));
  assert(bytes.length === 16, 'a UUID is 16 bytes');
  return bytes;
}

export function uuidOfBytes(bytes: Uint8Array): Uuid {
  return longUuid(Buffer.from(bytes).toString('hex'));
}

const TWO_LETTERS = /^([0-9a-f]{2}[:-]?){5}[0-9a-f]{2}$/;

/** A device address as we keep it: lower case, with colons. What is none (an id of macOS) is only lowered. */
export function tidyAddress(text: string): string {
  const lower = text.toLowerCase();
  if (!TWO_LETTERS.test(lower)) return lower;
  return (lower.replaceAll(/[:-]/g, '').match(/../g) ?? []).join(':');
}
