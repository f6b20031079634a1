import { assert, type WaveformBlock } from '@shimabashi/contracts';

/**
 * The last samples of one channel, addressed by their sequence number.
 *
 * A trace is drawn from here on each animation frame; samples never pass through React state. What
 * was lost on the way, or was no value, is `NaN`, and is drawn as a gap.
 */
export class WaveformBuffer {
  readonly #samples: Float32Array;
  #deviceId = '';
  #sampleRateHz = 0;
  #fullScale: number | undefined;
  /** Sequence number after the newest sample. */
  #end = 0;
  #start = 0;

  constructor(capacity: number) {
    assert(Number.isInteger(capacity) && capacity > 0, 'a buffer holds at least one sample');
    this.#samples = new Float32Array(capacity);
  }

  /** Samples a second, 0 before the first block. */
  get sampleRateHz(): number {
    return this.#sampleRateHz;
  }

  /** The largest value that a sample may have, if the device's blocks say it. */
  get fullScale(): number | undefined {
    return this.#fullScale;
  }

  /** Sequence number of the oldest sample held. */
  get start(): number {
    return this.#start;
  }

  /** Sequence number after the newest sample. */
  get end(): number {
    return this.#end;
  }

  /** Takes the next block. Another device, rate or range, or a sequence that went back, begins anew. */
  append(block: WaveformBlock): void {
    const another =
      block.deviceId !== this.#deviceId ||
      block.sampleRateHz !== this.#sampleRateHz ||
      block.fullScale !== this.#fullScale;
    if (another || block.firstSequence < this.#end || this.#end === 0) {
      this.#begin(block);
    }
    // A gap longer than all we hold leaves nothing to draw before it.
    if (block.firstSequence - this.#end > this.#samples.length) this.#begin(block);
    while (this.#end < block.firstSequence) this.#push(Number.NaN);
    for (const sample of block.samples) this.#push(sample ?? Number.NaN);
  }

  /** The sample of this sequence number; `NaN` for a gap and for what is not held. */
  at(sequence: number): number {
    if (sequence < this.#start || sequence >= this.#end) return Number.NaN;
    return this.#samples[sequence % this.#samples.length] ?? Number.NaN;
  }

  /** Forgets everything: the device is gone, or another patient is in front of us. */
  clear(): void {
    this.#deviceId = '';
    this.#start = 0;
    this.#end = 0;
  }

  #begin(block: WaveformBlock): void {
    this.#deviceId = block.deviceId;
    this.#sampleRateHz = block.sampleRateHz;
    this.#fullScale = block.fullScale;
    this.#start = block.firstSequence;
    this.#end = block.firstSequence;
  }

  #push(sample: number): void {
    this.#samples[this.#end % this.#samples.length] = sample;
    this.#end += 1;
    this.#start = Math.max(this.#start, this.#end - this.#samples.length);
  }
}
