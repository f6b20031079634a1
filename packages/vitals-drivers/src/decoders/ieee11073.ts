import { type AbsentReason, assert, type Measured } from '@shimabashi/contracts';

/**
 * Decodes the 16-bit float of medical devices: 4 bits of exponent and 12 of mantissa, both in two's
 * complement, base ten.
 *
 * Source: IEEE 11073-20601, SFLOAT-Type; reserved values as in Antidote, `src/util/bytelib.c`.
 *
 * @example
 * decodeSfloat(0xf4b5); // { status: 'measured', value: 120.5 }
 * decodeSfloat(0x07fe); // { status: 'absent', reason: 'above-range' }
 */
export function decodeSfloat(raw: number): Measured {
  assert(Number.isInteger(raw) && raw >= 0 && raw <= 0xffff, 'an SFLOAT is 16 bits');
  return decimalOf(raw >>> 12, raw & 0x0fff, SFLOAT);
}

/**
 * Decodes the 32-bit float of medical devices: 8 bits of exponent and 24 of mantissa, as above.
 *
 * Source: IEEE 11073-20601, FLOAT-Type; reserved values as in Antidote, `src/util/bytelib.c`.
 *
 * @example
 * decodeFloat(0xff000173); // { status: 'measured', value: 37.1 }
 */
export function decodeFloat(raw: number): Measured {
  assert(Number.isInteger(raw) && raw >= 0 && raw <= 0xffff_ffff, 'a FLOAT is 32 bits');
  return decimalOf(raw >>> 24, raw & 0xff_ffff, FLOAT);
}

interface Format {
  readonly exponentBits: number;
  readonly mantissaBits: number;
}
const SFLOAT: Format = { exponentBits: 4, mantissaBits: 12 };
const FLOAT: Format = { exponentBits: 8, mantissaBits: 24 };

/** Mantissas that stand for no number, counted from the largest positive one. Exponent 0 only. */
const RESERVED: readonly (readonly [place: number, reason: AbsentReason])[] = [
  [-1, 'above-range'], // +infinity
  [0, 'not-available'], // not a number
  [1, 'not-available'], // not at this resolution
  [2, 'invalid'], // reserved for future use
  [3, 'below-range'], // -infinity
];

function decimalOf(exponentRaw: number, mantissaRaw: number, format: Format): Measured {
  const largest = 2 ** (format.mantissaBits - 1) - 1;
  const exponent = signed(exponentRaw, format.exponentBits);
  const reserved = RESERVED.find(([place]) => exponent === 0 && mantissaRaw === largest + place);
  if (reserved !== undefined) return { status: 'absent', reason: reserved[1] };
  // Through the decimal notation, so that the result is the double nearest to what was sent:
  // 1205e-1 is 120.5, but 1205 * 0.1 is not.
  return { status: 'measured', value: Number(`${signed(mantissaRaw, format.mantissaBits)}e${exponent}`) };
}

function signed(bits: number, width: number): number {
  return bits < 2 ** (width - 1) ? bits : bits - 2 ** width;
}
