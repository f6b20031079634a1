import { type QualityFlag } from '@shimabashi/contracts';
import { type Decoder, type NumericReading, type Reading } from '../decoder.ts';
import { type Framed } from '../framing/framer.ts';

/** Successive frames that must give the same numbers before they are believed. */
const AGREEING_FRAMES = 3;

/**
 * For devices that repeat their numbers in every frame of the wave, and protect them with no checksum.
 *
 * Numbers are given when three frames in a row agree in all of them (50 ms at 60 frames a second), so
 * that no single damaged frame ever makes one; unchanged numbers are given again every `repeatFrames`.
 * The wave passes through at once. After bytes that were no frame everything has to agree anew.
 */
export class SteadyDecoder implements Decoder {
  readonly #frames: Decoder;
  readonly #repeatFrames: number;
  #candidate = '';
  #agreed = 0;
  #sinceTold = 0;
  #qualitySeen = new Set<QualityFlag>();

  /** `frames` says what each single frame says. */
  constructor(frames: Decoder, repeatFrames: number) {
    this.#frames = frames;
    this.#repeatFrames = repeatFrames;
  }

  decode(framed: Framed): Reading[] {
    const readings = this.#frames.decode(framed);
    if (framed.kind === 'rejected') this.#agreed = 0;
    const numbers = readings.filter(reading => reading.kind === 'numeric');
    if (numbers.length === 0) return readings;
    const others = readings.filter(reading => reading.kind !== 'numeric');
    return [...others, ...this.#believed(numbers)];
  }

  #believed(numbers: readonly NumericReading[]): NumericReading[] {
    for (const { quality } of numbers) for (const flag of quality) this.#qualitySeen.add(flag);
    const candidate = JSON.stringify(numbers.map(({ parameter, measured }) => [parameter, measured]));
    this.#agreed = candidate === this.#candidate && this.#agreed > 0 ? this.#agreed + 1 : 1;
    this.#candidate = candidate;
    this.#sinceTold += 1;
    const isNew = this.#agreed === AGREEING_FRAMES;
    const isDue = this.#agreed > AGREEING_FRAMES && this.#sinceTold >= this.#repeatFrames;
    if (!isNew && !isDue) return [];
    // A flag that came and went between two numbers is told with the second.
    const quality = [...this.#qualitySeen];
    this.#qualitySeen.clear();
    this.#sinceTold = 0;
    return numbers.map(number => ({ ...number, quality }));
  }
}
