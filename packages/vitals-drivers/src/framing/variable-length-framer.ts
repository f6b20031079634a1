import { assert } from '@shimabashi/contracts';
import { type Framed, type Framer } from './framer.ts';

/** How the frames of a protocol are told. */
export interface FrameShape {
  /** The longest frame, in bytes. Nothing more is ever kept. */
  readonly maxBytes: number;
  /**
   * How many bytes these first ones need to be a frame, or to tell how many: at least one. Undefined
   * as soon as no frame can begin with them.
   */
  bytesNeeded(first: Uint8Array): number | undefined;
  /** Whether that many bytes are a frame: checksum, last byte. */
  isFrame(bytes: Uint8Array): boolean;
}

/**
 * A framer for protocols whose frames tell their length themselves.
 *
 * What cannot begin a frame is dropped byte by byte, and what follows is looked at anew, so that a
 * wrong length costs no frame that came after it. Dropped bytes are given as `rejected`, at most
 * `maxBytes` at a time; the piece of a frame that a stream begins with is left out.
 */
export class VariableLengthFramer implements Framer {
  readonly #shape: FrameShape;
  #window: Uint8Array = new Uint8Array();
  #dropped: number[] = [];
  #inStep = false;
  #badFrames = 0;

  constructor(shape: FrameShape) {
    this.#shape = shape;
  }

  get badFrames(): number {
    return this.#badFrames;
  }

  push(chunk: Uint8Array): Framed[] {
    const framed: Framed[] = [];
    for (const byte of chunk) {
      this.#window = Uint8Array.of(...this.#window, byte);
      this.#takeWindow(framed);
    }
    return framed;
  }

  end(): Framed[] {
    const framed: Framed[] = [];
    while (this.#window.length > 0) {
      this.#dropOldest(framed);
      this.#takeWindow(framed);
    }
    this.#reject(framed);
    return framed;
  }

  #takeWindow(framed: Framed[]): void {
    while (this.#window.length > 0) {
      const needed = this.#shape.bytesNeeded(this.#window);
      if (needed !== undefined && needed <= this.#shape.maxBytes) {
        if (needed > this.#window.length) return;
        const frame = this.#window.slice(0, needed);
        if (this.#shape.isFrame(frame)) {
          this.#give(frame, framed);
          continue;
        }
      }
      this.#dropOldest(framed);
    }
  }

  #give(frame: Uint8Array, framed: Framed[]): void {
    if (this.#inStep) this.#reject(framed);
    this.#dropped = [];
    this.#inStep = true;
    framed.push({ kind: 'frame', bytes: frame });
    this.#window = this.#window.slice(frame.length);
  }

  #dropOldest(framed: Framed[]): void {
    const oldest = this.#window[0];
    assert(oldest !== undefined, 'there is a byte to drop');
    this.#window = this.#window.slice(1);
    this.#dropped.push(oldest);
    if (this.#dropped.length === this.#shape.maxBytes) this.#reject(framed);
  }

  #reject(framed: Framed[]): void {
    if (this.#dropped.length === 0) return;
    this.#inStep = true;
    this.#badFrames += 1;
    framed.push({ kind: 'rejected', bytes: Uint8Array.from(this.#dropped) });
    this.#dropped = [];
  }
}
