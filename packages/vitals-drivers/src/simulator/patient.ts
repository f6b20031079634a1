import { type Scenario, rampNumbers, type Target, targetAt } from './scenarios.ts';
import { seededRandom } from './random.ts';

/** A finger at one moment. */
export interface Moment {
  /** Height of the pulse wave, 0 to 1. */
  readonly pleth: number;
  /** The first 160 ms of a beat, in which an oximeter tells the perfusion. */
  readonly atBeat: boolean;
  readonly sensorOn: boolean;
}

/** The body's own wandering around its target: spread and how slowly it forgets, per packet. */
const HEART_RATE_SPREAD = 1.6;
const SPO2_SPREAD = 0.35;
const WANDER_MEMORY = 0.97;
/** The share of the way to the target that the numbers go with each packet (4-beat average). */
const FOLLOW = 0.12;
const BEAT_MARK_S = 0.16;
const BREATHS_PER_S = 0.25;

/**
 * A simulated patient. Physiology only; bytes are the encoder's work.
 *
 * Numbers and pulse wave come from the same beats, and everything from the seed: two with the same
 * seed and scenario are alike. Plausible to the eye, and good for nothing else.
 */
export class SimulatedPatient {
  readonly #random: () => number;
  #scenario: Scenario;
  #scenarioS = 0;
  #elapsedS = 0;
  #packet = 0;
  #beatPhase = 0;
  #heartRate = 72;
  #spO2 = 97;
  #heartRateWander = 0;
  #spO2Wander = 0;

  constructor(seed: number, scenario: Scenario) {
    this.#random = seededRandom(seed);
    this.#scenario = scenario;
  }

  setScenario(scenario: Scenario): void {
    this.#scenario = scenario;
    this.#scenarioS = 0;
  }

  /** Goes on by `stepS` seconds, and gives what the sensor then sees. */
  advance(stepS: number): Moment {
    this.#elapsedS += stepS;
    this.#scenarioS += stepS;
    this.#beatPhase = (this.#beatPhase + (this.#heartRate / 60) * stepS) % 1;
    if (this.#scenario === 'probe-off') return { pleth: 0.5, atBeat: false, sensorOn: false };
    const breath = 0.03 * Math.sin(2 * Math.PI * BREATHS_PER_S * this.#elapsedS);
    return {
      pleth: Math.min(1, Math.max(0, pulseWave(this.#beatPhase) + breath)),
      atBeat: this.#beatPhase < BEAT_MARK_S * (this.#heartRate / 60),
      sensorOn: true,
    };
  }

  /** The numbers of the next packet as an oximeter averages them, or null without a finger. */
  nextNumbers(): Target | null {
    this.#packet += 1;
    if (this.#scenario === 'probe-off') return null;
    if (this.#scenario === 'ramp') {
      const numbers = rampNumbers(this.#packet);
      this.#heartRate = numbers.heartRatePerMin;
      this.#spO2 = numbers.spO2Percent;
      return numbers;
    }
    const target = targetAt(this.#scenario, this.#scenarioS);
    this.#heartRateWander = WANDER_MEMORY * this.#heartRateWander + this.#noise(HEART_RATE_SPREAD);
    this.#spO2Wander = WANDER_MEMORY * this.#spO2Wander + this.#noise(SPO2_SPREAD);
    this.#heartRate += FOLLOW * (target.heartRatePerMin + this.#heartRateWander - this.#heartRate);
    this.#spO2 += FOLLOW * (target.spO2Percent + this.#spO2Wander - this.#spO2);
    return {
      heartRatePerMin: Math.round(this.#heartRate),
      spO2Percent: Math.min(100, Math.round(this.#spO2)),
    };
  }

  #noise(spread: number): number {
    return (this.#random() * 2 - 1) * spread * Math.sqrt(1 - WANDER_MEMORY ** 2) * Math.sqrt(3);
  }
}

/** One beat of a finger's pulse wave: a systolic peak and, after the notch, a smaller one. */
function pulseWave(phase: number): number {
  return 0.12 + 0.78 * bell(phase, 0.2, 0.085) + 0.3 * bell(phase, 0.48, 0.11);
}

function bell(at: number, middle: number, width: number): number {
  return Math.exp(-((at - middle) ** 2) / (2 * width ** 2));
}
