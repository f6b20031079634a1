import { type Framed, type Framer } from './framer.ts';

/** How messages that only their end tells are found. */
export interface DelimitedShape {
  /** The longest message, in bytes. What grows beyond it is none. */
  readonly maxBytes: number;
  /** The last bytes of a message: any of these. */
  readonly ends: readonly Uint8Array[];
  /** Whether bytes up to an end are a message: its checksum. */
  isFrame(bytes: Uint8Array): boolean;
}

const LINE_FEED = 0x0a;
/** A cut end is a line or two. */
const LINES_TRIED = 4;

/**
 * A framer for texts that begin with nothing of their own, and end with a known line.
 *
 * What does not pass is rejected with its end, so that one damaged message costs no other.
 */
export class DelimitedFramer implements Framer {
  readonly #shape: DelimitedShape;
  #bytes = new Uint8Array(256);
  #length = 0;
  #inStep = false;
  #badFrames = 0;

  constructor(shape: DelimitedShape) {
    this.#shape = shape;
  }

  get badFrames(): number {
    return this.#badFrames;
  }

  push(chunk: Uint8Array): Framed[] {
    const framed: Framed[] = [];
    for (const byte of chunk) {
      this.#append(byte);
      if (this.#isAtEnd()) this.#take(framed);
      else if (this.#length === this.#shape.maxBytes) this.#reject(framed);
    }
    return framed;
  }

  end(): Framed[] {
    const framed: Framed[] = [];
    if (this.#length > 0) this.#reject(framed);
    return framed;
  }

  #isAtEnd(): boolean {
    return this.#shape.ends.some(
      end =>
        end.length <= this.#length &&
        end.every((byte, at) => this.#bytes[this.#length - end.length + at] === byte),
    );
  }

  #take(framed: Framed[]): void {
    const bytes = this.#bytes.slice(0, this.#length);
    const from = this.#beginOf(bytes);
    // The rest of a message that the stream began with is not an error.
    if (from > 0 && this.#inStep) {
      this.#badFrames += 1;
      framed.push({ kind: 'rejected', bytes: bytes.subarray(0, from) });
    }
    if (from < bytes.length) framed.push({ kind: 'frame', bytes: bytes.slice(from) });
    this.#inStep = true;
    this.#length = 0;
  }

  /** Where the message begins: a cut end of another may stand before it. Its length when it is none. */
  #beginOf(bytes: Uint8Array): number {
    let from = 0;
    for (let line = 0; line < LINES_TRIED && from < bytes.length; line += 1) {
      if (this.#shape.isFrame(bytes.subarray(from))) return from;
      const end = bytes.indexOf(LINE_FEED, from);
      if (end < 0) break;
      from = end + 1;
    }
    return bytes.length;
  }

  #reject(framed: Framed[]): void {
    this.#badFrames += 1;
    this.#inStep = true;
    framed.push({ kind: 'rejected', bytes: this.#bytes.slice(0, this.#length) });
    this.#length = 0;
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
