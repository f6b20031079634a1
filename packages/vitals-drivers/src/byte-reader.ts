import { AppError } from '@shimabashi/contracts';

/**
 * Reads little-endian fields of one frame, one after the other.
 *
 * Reading past the end is an error and never a zero.
 *
 * @throws AppError `DEVICE_FRAME_INVALID` where the frame ends before the field does.
 */
export class ByteReader {
  readonly #view: DataView;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.#view.byteLength - this.#offset;
  }

  uint8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  int16(): number {
    return this.#view.getInt16(this.#take(2), true);
  }

  uint24(): number {
    const at = this.#take(3);
    return this.#view.getUint16(at, true) | (this.#view.getUint8(at + 2) << 16);
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  /** For values of a fixed length: a longer one is another value. */
  expectEnd(): void {
    if (this.remaining > 0) throw frameInvalid('longer than its kind');
  }

  #take(byteCount: number): number {
    if (this.remaining < byteCount) throw frameInvalid('shorter than it says');
    const at = this.#offset;
    this.#offset += byteCount;
    return at;
  }
}

/** What a decoder throws at a frame that it refuses. The text names no content. */
export function frameInvalid(problem: string): AppError {
  return new AppError('DEVICE_FRAME_INVALID', `The frame is ${problem}.`);
}
