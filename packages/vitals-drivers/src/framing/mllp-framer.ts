import { type Framed, type Framer } from './framer.ts';

/** The bytes around a message. Source: HL7 "Transport Specification: MLLP, Release 1", section 2. */
export const MLLP = { start: 0x0b, end: 0x1c, carriageReturn: 0x0d } as const;
const LINE_FEED = 0x0a;

/** A message of one second with twelve ECG leads has 40 kB; what is longer is none. */
const MESSAGE_BYTES_MAX = 262_144;
/** A message begins so: `MSH`. */
const HEADER: readonly number[] = [0x4d, 0x53, 0x48];

/**
 * Cuts MLLP blocks out of a stream: `0B`, a message without `0B` and `1C`, `1C 0D`.
 *
 * A block that another one interrupts, or that grows beyond all messages, is rejected, and the next
 * begins at its `0B`. With `bare`, messages that come without their block are taken too (files, and
 * monitors that leave it out): from a line that begins with MSH up to the next such line.
 */
export class MllpFramer implements Framer {
  readonly #bare: boolean;
  #bytes = new Uint8Array(1_024);
  #length = 0;
  #inBlock = false;
  #inStep = false;
  #badFrames = 0;

  constructor(how: { bare: boolean }) {
    this.#bare = how.bare;
  }

  get badFrames(): number {
    return this.#badFrames;
  }

  push(chunk: Uint8Array): Framed[] {
    const framed: Framed[] = [];
    for (const byte of chunk) this.#take(byte, framed);
    return framed;
  }

  end(): Framed[] {
    const framed: Framed[] = [];
    this.#flush(framed);
    return framed;
  }

  #take(byte: number, framed: Framed[]): void {
    if (byte === MLLP.start) {
      this.#flush(framed);
      this.#inBlock = true;
    }
    this.#append(byte);
    if (this.#inBlock) {
      if (byte === MLLP.carriageReturn && this.#at(-2) === MLLP.end) this.#give(framed);
      else if (this.#length > 1 && this.#at(-2) === MLLP.end) this.#reject(framed);
    } else if (this.#bare && this.#length > HEADER.length && this.#endsWithHeader()) {
      this.#length -= HEADER.length;
      this.#flush(framed);
      HEADER.forEach(letter => this.#append(letter));
    }
    if (this.#length === MESSAGE_BYTES_MAX) this.#reject(framed);
  }

  /** What has come so far will not go on: outside of a block it may be a bare message. */
  #flush(framed: Framed[]): void {
    if (this.#length === 0) return;
    const isBare = this.#bare && !this.#inBlock && HEADER.every((letter, at) => this.#bytes[at] === letter);
    if (isBare) this.#give(framed);
    else this.#reject(framed);
  }

  #give(framed: Framed[]): void {
    framed.push({ kind: 'frame', bytes: this.#bytes.slice(0, this.#length) });
    this.#inStep = true;
    this.#reset();
  }

  /** The rest of a block that the stream began with, and blank lines between blocks, are no bad frames. */
  #reject(framed: Framed[]): void {
    const bytes = this.#bytes.slice(0, this.#length);
    const isRest = !this.#inStep && !this.#inBlock && bytes.length < MESSAGE_BYTES_MAX;
    if (!isRest) {
      this.#badFrames += 1;
      framed.push({ kind: 'rejected', bytes });
    }
    this.#inStep = true;
    this.#reset();
  }

  #reset(): void {
    this.#length = 0;
    this.#inBlock = false;
  }

  #endsWithHeader(): boolean {
    const before = this.#at(-HEADER.length - 1);
    const isLine = before === MLLP.carriageReturn || before === LINE_FEED;
    return isLine && HEADER.every((letter, at) => this.#at(at - HEADER.length) === letter);
  }

  #at(index: number): number | undefined {
    return this.#bytes[this.#length + index];
  }

  #append(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length] = byte;
    this.#length += 1;
  }
}

/** A message in its block. */
export function mllpBlock(message: Uint8Array): Uint8Array {
  return Uint8Array.of(MLLP.start, ...message, MLLP.end, MLLP.carriageReturn);
}

/** What stands in the block, or the bytes as they are where there is none. */
export function mllpMessage(frame: Uint8Array): Uint8Array {
  return frame[0] === MLLP.start ? frame.subarray(1, -2) : frame;
}
