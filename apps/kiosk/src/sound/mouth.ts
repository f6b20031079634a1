import { type SoundName, SOUNDS } from '@shimabashi/clinical';
import { BYTES_PER_SAMPLE, renderFigure } from './pcm.ts';

/** An alarm of high priority is never quieter than this, whatever the volume is set to. */
const HIGH_LEVEL_MIN = 0.5;

/** Gives the stream of samples that is to be heard, whatever that is at the moment. */
export class Mouth {
  readonly #rendered: Readonly<Record<SoundName, Int16Array>>;
  #sound: SoundName | undefined;
  #position = 0;

  constructor(volume: number) {
    this.#rendered = {
      high: renderFigure(SOUNDS.high, Math.max(HIGH_LEVEL_MIN, volume)),
      medium: renderFigure(SOUNDS.medium, volume),
      low: renderFigure(SOUNDS.low, volume),
      ring: renderFigure(SOUNDS.ring, volume),
    };
  }

  get isSounding(): boolean {
    return this.#sound !== undefined;
  }

  /** A new sound begins at its beginning; the same one goes on. */
  sound(sound: SoundName | undefined): void {
    if (sound === this.#sound) return;
    this.#sound = sound;
    this.#position = 0;
  }

  /** The next samples, little-endian, as a player takes them. They stay the next until `advance`. */
  peek(count: number): Uint8Array {
    const bytes = new Uint8Array(count * BYTES_PER_SAMPLE);
    if (this.#sound === undefined) return bytes;
    const round = this.#rendered[this.#sound];
    const view = new DataView(bytes.buffer);
    for (let index = 0; index < count; index += 1) {
      view.setInt16(index * BYTES_PER_SAMPLE, round[(this.#position + index) % round.length] ?? 0, true);
    }
    return bytes;
  }

  /** So many of them have been taken. */
  advance(count: number): void {
    if (this.#sound === undefined) return;
    this.#position = (this.#position + count) % this.#rendered[this.#sound].length;
  }
}
