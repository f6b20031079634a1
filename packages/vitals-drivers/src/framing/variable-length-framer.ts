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
  readonly #buffer: Uint8Array;
  readonly #dropped: Uint8Array;
  #from = 0;
  #to = 0;
  #droppedBytes = 0;
  #inStep = false;
  #badFrames = 0;

  constructor(shape: FrameShape) {
    this.#shape = shape;
    this.#buffer = new Uint8Array(shape.maxBytes * 2);
    this.#dropped = new Uint8Array(shape.maxBytes);
  }

  get badFrames(): number {
    return this.#badFrames;
  }

  push(chunk: Uint8Array): Framed[] {
    const framed: Framed[] = [];
    for (const byte of chunk) {
      if (this.#to === this.#buffer.length) {
        this.#buffer.copyWithin(0, this.#from, this.#to);
        this.#to -= this.#from;
        this.#from = 0;
      }
      this.#buffer[this.#to] = byte;
      this.#to += 1;
      this.#takeWindow(framed);
    }
    return framed;
  }

  end(): Framed[] {
    const framed: Framed[] = [];
    while (this.#to > this.#from) {
      this.#dropOldest(framed);
      this.#takeWindow(framed);
    }
    this.#reject(framed);
    return framed;
  }

  #takeWindow(framed: Framed[]): void {
    while (this.#to > this.#from) {
      const window = this.#buffer.subarray(this.#from, this.#to);
      const needed = this.#shape.bytesNeeded(window);
      if (needed !== undefined && needed <= this.#shape.maxBytes) {
        if (needed > window.length) return;
        const frame = window.slice(0, needed);
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
    this.#droppedBytes = 0;
    this.#inStep = true;
    framed.push({ kind: 'frame', bytes: frame });
    this.#from += frame.length;
  }

  #dropOldest(framed: Framed[]): void {
    const oldest = this.#buffer[this.#from];
    assert(oldest !== undefined, 'there is a byte to drop');
    this.#from += 1;
    this.#dropped[this.#droppedBytes] = oldest;
    this.#droppedBytes += 1;
    if (this.#droppedBytes === this.#shape.maxBytes) this.#reject(framed);
  }

  #reject(framed: Framed[]): void {
    if (this.#droppedBytes === 0) return;
    this.#inStep = true;
    this.#badFrames += 1;
    framed.push({ kind: 'rejected', bytes: this.#dropped.slice(0, this.#droppedBytes) });
    this.#droppedBytes = 0;
  }
}
