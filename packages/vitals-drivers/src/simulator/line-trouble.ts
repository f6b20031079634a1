import { seededRandom } from './random.ts';
import { type Scenario } from './scenarios.ts';

/** One byte in so many is damaged. */
const DAMAGED_ONE_IN = 200;
/** Of a line that fails again and again: so long it works, and so long it does not, in seconds. */
const PAUSES: Readonly<Partial<Record<Scenario, { readonly worksS: number; readonly failsS: number }>>> = {
  reconnect: { worksS: 15, failsS: 4 },
  stall: { worksS: 15, failsS: 5 },
};
const BURST_EVERY_S = 8;

/** What becomes of a frame on its way. */
export interface Carried {
  readonly bytes: Uint8Array;
  /** The line is hung up now. */
  readonly hangUp: boolean;
}

/** The line between device and driver, with what a scenario does to it. */
export class LineTrouble {
  readonly #scenario: Scenario;
  readonly #framesPerSecond: number;
  readonly #random: () => number;
  #frames = 0;
  #held: Uint8Array[] = [];

  constructor(scenario: Scenario, seed: number, framesPerSecond: number) {
    this.#scenario = scenario;
    this.#framesPerSecond = framesPerSecond;
    this.#random = seededRandom(seed ^ 0x2545f491);
  }

  /** To be called with every frame, also with an empty one: it counts the time. */
  carry(bytes: Uint8Array): Carried {
    const beforeS = this.#frames / this.#framesPerSecond;
    this.#frames += 1;
    const afterS = this.#frames / this.#framesPerSecond;
    if (this.#scenario === 'stored-burst')
      return { bytes: this.#burst(bytes, beforeS, afterS), hangUp: false };
    const pause = PAUSES[this.#scenario];
    if (pause === undefined) return { bytes: this.#damaged(bytes), hangUp: false };
    const failsAt = (atS: number) => atS % (pause.worksS + pause.failsS) >= pause.worksS;
    if (!failsAt(afterS)) return { bytes, hangUp: false };
    return { bytes: NOTHING, hangUp: this.#scenario === 'reconnect' && !failsAt(beforeS) };
  }

  #burst(bytes: Uint8Array, beforeS: number, afterS: number): Uint8Array {
    this.#held.push(bytes);
    if (Math.floor(beforeS / BURST_EVERY_S) === Math.floor(afterS / BURST_EVERY_S)) return NOTHING;
    const burst = Buffer.concat(this.#held);
    this.#held = [];
    return burst;
  }

  #damaged(bytes: Uint8Array): Uint8Array {
    if (this.#scenario === 'bit-flips') {
      return bytes.map(byte => (this.#isHit() ? byte ^ (1 << Math.floor(this.#random() * 8)) : byte));
    }
    if (this.#scenario === 'dropped-bytes') return bytes.filter(() => !this.#isHit());
    if (this.#scenario === 'duplicated-bytes') {
      return Uint8Array.from([...bytes].flatMap(byte => (this.#isHit() ? [byte, byte] : [byte])));
    }
    return bytes;
  }

  #isHit(): boolean {
    return this.#random() < 1 / DAMAGED_ONE_IN;
  }
}

const NOTHING = new Uint8Array();
