import { assert } from '@shimabashi/contracts';
import { type Decoder, type Reading } from '../decoder.ts';
import { type Framed } from '../framing/framer.ts';
import { hexOf } from '../hex.ts';
import { BYTE_PULSE_RATE, BYTE_SPO2, measuredBy, rejectedBytes } from './oximeter.ts';

/** The recording of Contec's older oximeters. Tables and sources: `docs/devices/contec-v46-stored.md`. */
export const V46_STORED = {
  tripletBytes: 3,
  /** First byte of a header; of a second, with bit 7 of the pulse rate as its lowest bit. */
  header: 0xf2,
  second: 0xf0,
} as const;

/** Three bytes of which the last has bit 7 clear: header, length and seconds alike. No checksum. */
export function isV46Triplet(bytes: Uint8Array): boolean {
  const [first = 0, middle = 0, last = 0xff] = bytes;
  return bytes.length === V46_STORED.tripletBytes && (first & middle & 0x80) !== 0 && (last & 0x80) === 0;
}

/** Decodes a recording: headers, its length, and one triplet a second. */
export class ContecV46StoredDecoder implements Decoder {
  #second = 0;
  /** Seconds that the header announced; without a header as many as come. */
  #seconds = Number.POSITIVE_INFINITY;
  #lengthIsNext = false;

  decode(framed: Framed): Reading[] {
    if (framed.kind === 'rejected') return [rejectedBytes(framed.bytes, 0)];
    const [kind, middle, last] = framed.bytes;
    assert(kind !== undefined && middle !== undefined && last !== undefined, 'the framer gave a whole frame');
    if (kind === V46_STORED.header) return this.#begin();
    if ((kind & 0xfe) === V46_STORED.second && this.#second < this.#seconds) {
      this.#lengthIsNext = false;
      return this.#readingsOf(framed.bytes, ((kind & 1) << 7) | (middle & 0x7f), last);
    }
    if (!this.#lengthIsNext) {
      return [{ ...rejectedBytes(framed.bytes, 0), reason: 'out-of-sequence' }];
    }
    this.#lengthIsNext = false;
    const bytes = (((kind & 0x7f) << 14) | ((middle & 0x7f) << 7) | last) + 1;
    this.#seconds = Math.floor(bytes / V46_STORED.tripletBytes);
    return [];
  }

  #begin(): Reading[] {
    this.#second = 0;
    this.#seconds = Number.POSITIVE_INFINITY;
    this.#lengthIsNext = true;
    return [];
  }

  #readingsOf(triplet: Uint8Array, pulseRate: number, spO2: number): Reading[] {
    const common = {
      kind: 'numeric',
      quality: [],
      origin: 'stored',
      deviceTime: null,
      rawHex: hexOf(triplet),
      details: { second: this.#second },
    } as const;
    this.#second += 1;
    return [
      { ...common, parameter: 'pulse-rate', measured: measuredBy(BYTE_PULSE_RATE, pulseRate, undefined) },
      { ...common, parameter: 'SpO2', measured: measuredBy(BYTE_SPO2, spO2, undefined) },
    ];
  }
}
