import { type Parameter, type QualityFlag } from '@shimabashi/contracts';
import { type Decoder, type NumericReading, type Reading } from '../decoder.ts';
import { type Framed } from '../framing/framer.ts';

/** Successive frames that must give the same numbers before they are believed. */
const AGREEING_FRAMES = 3;

/**
 * For devices that repeat their numbers in every frame of the wave, and protect them with no checksum.
 *
 * A number is given when three frames in a row agree in it (50 ms at 60 frames a second), so that no
 * single damaged frame ever makes one; unchanged numbers are given again every `repeatFrames`.
 * The wave passes through at once. After bytes that were no frame everything has to agree anew.
 */
export class SteadyDecoder implements Decoder {
  readonly #frames: Decoder;
  readonly #repeatFrames: number;
  /** What each number was last, and how many frames in a row said so. */
  #agreeing = new Map<Parameter, { readonly said: string; readonly frames: number }>();
  #sinceTold = 0;
  #qualitySeen = new Set<QualityFlag>();

  /** `frames` says what each single frame says. */
  constructor(frames: Decoder, repeatFrames: number) {
    this.#frames = frames;
    this.#repeatFrames = repeatFrames;
  }

  decode(framed: Framed): Reading[] {
    const readings = this.#frames.decode(framed);
    if (framed.kind === 'rejected') this.#agreeing.clear();
    const numbers = readings.filter(reading => reading.kind === 'numeric');
    if (numbers.length === 0) return readings;
    const others = readings.filter(reading => reading.kind !== 'numeric');
    return [...others, ...this.#believed(numbers)];
  }

  #believed(numbers: readonly NumericReading[]): NumericReading[] {
    for (const { quality } of numbers) for (const flag of quality) this.#qualitySeen.add(flag);
    const frames = numbers.map(number => this.#framesAgreeing(number));
    const believed = numbers.filter((_, at) => (frames[at] ?? 0) >= AGREEING_FRAMES);
    this.#sinceTold += 1;
    const isDue = this.#sinceTold >= this.#repeatFrames;
    if (believed.length === 0 || !(isDue || frames.includes(AGREEING_FRAMES))) return [];
    // A flag that came and went between two numbers is told with the second.
    const quality = [...this.#qualitySeen];
    this.#qualitySeen.clear();
    this.#sinceTold = 0;
    return believed.map(number => ({ ...number, quality }));
  }

  #framesAgreeing({ parameter, measured }: NumericReading): number {
    const said = JSON.stringify(measured);
    const before = this.#agreeing.get(parameter);
    const frames = before?.said === said ? before.frames + 1 : 1;
    this.#agreeing.set(parameter, { said, frames });
    return frames;
  }
}
