import { createHash } from 'node:crypto';

/** Seeded randomness: sha256 in counter mode. Slow, simple, and the same everywhere. */
export class Chance {
  readonly #seed: string;
  #counter = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** 0 ≤ x < 1. */
  unit(): number {
    return this.#bytes().readUInt32BE() / 2 ** 32;
  }

  /** A whole number from 0 up to, not including, `below`. */
  whole(below: number): number {
    return Math.floor(this.unit() * below);
  }

  /** Mean 0, deviation 1 (Box and Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.unit())) * Math.cos(2 * Math.PI * this.unit());
  }

  /** A version 4 UUID (RFC 9562, section 5.4). */
  uuid(): string {
    const bytes = this.#bytes();
    bytes[6] = (bytes[6]! & 0x0f) | 0x40;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    const hex = bytes.toString('hex', 0, 16);
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  }

  #bytes(): Buffer {
    this.#counter += 1;
    return createHash('sha256').update(`${this.#seed}/${this.#counter}`).digest();
  }
}
