import { assert } from '@shimabashi/contracts';
import { type Framed, type Framer } from './framer.ts';

/**
 * A framer for protocols whose frames all have the same length.
 *
 * It slides a window of one frame over the stream: what fits is a frame, else the oldest byte is
 * dropped and the next position is tried. Dropped bytes are given as `rejected`, at most one frame's
 * length at a time. A stream that begins in the middle of a frame is not an error: the piece before
 * the first frame is left out when it is shorter than a frame.
 */
export class FixedLengthFramer implements Framer {
  readonly #frameBytes: number;
  readonly #isFrame: (bytes: Uint8Array) => boolean;
  readonly #window: Uint8Array;
  readonly #dropped: Uint8Array;
  #windowBytes = 0;
  #droppedBytes = 0;
  #inStep = false;
  #badFrames = 0;

  constructor(frameBytes: number, isFrame: (bytes: Uint8Array) => boolean) {
    assert(Number.isInteger(frameBytes) && frameBytes > 0, 'a frame has a length');
    this.#frameBytes = frameBytes;
    this.#isFrame = isFrame;
    this.#window = new Uint8Array(frameBytes);
    this.#dropped = new Uint8Array(frameBytes);
  }

  get badFrames(): number {
    return this.#badFrames;
  }

  push(chunk: Uint8Array): Framed[] {
    const framed: Framed[] = [];
    for (const byte of chunk) {
      this.#window[this.#windowBytes] = byte;
      this.#windowBytes += 1;
      if (this.#windowBytes === this.#frameBytes) this.#takeWindow(framed);
    }
    return framed;
  }

  end(): Framed[] {
    const framed: Framed[] = [];
    for (const byte of this.#window.slice(0, this.#windowBytes)) this.#drop(byte, framed);
    this.#windowBytes = 0;
    this.#reject(framed);
    return framed;
  }

  #takeWindow(framed: Framed[]): void {
    if (this.#isFrame(this.#window)) {
      if (this.#inStep) this.#reject(framed);
      this.#droppedBytes = 0;
      this.#inStep = true;
      framed.push({ kind: 'frame', bytes: this.#window.slice() });
      this.#windowBytes = 0;
      return;
    }
    const oldest = this.#window[0];
    assert(oldest !== undefined, 'a full window has a first byte');
    this.#drop(oldest, framed);
    this.#window.copyWithin(0, 1);
    this.#windowBytes -= 1;
  }

  #drop(byte: number, framed: Framed[]): void {
    this.#dropped[this.#droppedBytes] = byte;
    this.#droppedBytes += 1;
    if (this.#droppedBytes === this.#frameBytes) this.#reject(framed);
  }

  #reject(framed: Framed[]): void {
    if (this.#droppedBytes === 0) return;
    this.#inStep = true;
    this.#badFrames += 1;
    framed.push({ kind: 'rejected', bytes: this.#dropped.slice(0, this.#droppedBytes) });
    this.#droppedBytes = 0;
  }
}
