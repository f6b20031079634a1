import { type Body, bodyAt, rampNumbers, type Scenario, type Target, targetAt } from './scenarios.ts';
import { seededRandom } from './random.ts';

/** A finger at one moment. */
export interface Moment {
  /** Height of the pulse wave, 0 to 1. */
  readonly pleth: number;
  /** The first 160 ms of a beat, in which an oximeter tells the perfusion. */
  readonly atBeat: boolean;
  readonly sensorOn: boolean;
  /** Lead II, in mV; its beats are those of the pulse wave, which follows them. */
  readonly ecgMillivolt: number;
}

/** What a device notices beside the numbers, where its protocol can say so. */
export interface Condition {
  readonly motion: boolean;
  readonly lowPerfusion: boolean;
  readonly batteryLow: boolean;
  readonly wrongClock: boolean;
}

/** The body's own wandering around its target: spread and how slowly it forgets, per packet. */
const HEART_RATE_SPREAD = 1.6;
const SPO2_SPREAD = 0.35;
const WANDER_MEMORY = 0.97;
/** The share of the way to the target that the numbers go with each packet (4-beat average). */
const FOLLOW = 0.12;
const BEAT_MARK_S = 0.16;
const BREATHS_PER_S = 0.25;
/** Of the arrhythmia: how much shorter or longer than the mean a beat may be. */
const BEAT_SPREAD = 0.45;
const MOTION_NOISE = 0.35;
const COLD_HAND = 0.12;
/** The clock of a device when the simulation begins, and that of one that has lost it. */
const CLOCK_START_MS = Date.UTC(2026, 10, 22, 9, 30, 0);
const WRONG_CLOCK_START_MS = Date.UTC(2001, 0, 1, 0, 0, 0);

/**
 * A simulated patient. Physiology only; bytes are the encoder's work.
 *
 * Numbers and pulse wave come from the same beats, and everything from the seed: two with the same
 * seed and scenario are alike. Plausible to the eye, and good for nothing else.
 */
export class SimulatedPatient {
  readonly #random: () => number;
  /** Chance for what came later than the first scenarios, whose streams stay as they were. */
  readonly #moreRandom: () => number;
  #beatFactor = 1;
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
    this.#moreRandom = seededRandom(seed ^ 0x5bd1e995);
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
    const phase = this.#beatPhase + (this.#heartRate / 60) * stepS * this.#beatFactor;
    this.#beatPhase = phase % 1;
    if (phase >= 1) this.#beatFactor = this.#nextBeatFactor();
    const ecgMillivolt = heartWave(this.#beatPhase);
    if (this.#scenario === 'probe-off') {
      return { pleth: 0.5, atBeat: false, sensorOn: false, ecgMillivolt };
    }
    const breath = 0.03 * Math.sin(2 * Math.PI * BREATHS_PER_S * this.#elapsedS);
    return {
      pleth: Math.min(1, Math.max(0, this.#seen(pulseWave(this.#beatPhase)) + breath)),
      atBeat: this.#beatPhase < BEAT_MARK_S * (this.#heartRate / 60),
      sensorOn: true,
      ecgMillivolt,
    };
  }

  get condition(): Condition {
    return {
      motion: this.#scenario === 'motion',
      lowPerfusion: this.#scenario === 'low-perfusion',
      batteryLow: this.#scenario === 'battery-low',
      wrongClock: this.#scenario === 'wrong-clock',
    };
  }

  /** The rest of the body at this moment, with its own small wandering. */
  body(): Body {
    const target = bodyAt(this.#scenario, this.#scenarioS);
    const wander = (spread: number) => (this.#moreRandom() * 2 - 1) * spread;
    return {
      respiratoryRatePerMin: Math.round(target.respiratoryRatePerMin + wander(1)),
      systolic: Math.round(target.systolic + wander(3)),
      diastolic: Math.round(target.diastolic + wander(2)),
      temperatureCel: Math.round((target.temperatureCel + wander(0.05)) * 10) / 10,
    };
  }

  /** What the device's clock says, as if it were UTC. */
  clock(): Date {
    const startMs = this.condition.wrongClock ? WRONG_CLOCK_START_MS : CLOCK_START_MS;
    return new Date(startMs + Math.floor(this.#elapsedS + 1e-6) * 1_000);
  }

  #nextBeatFactor(): number {
    if (this.#scenario !== 'arrhythmia') return 1;
    return 1 / (1 + (this.#moreRandom() * 2 - 1) * BEAT_SPREAD);
  }

  /** What of the pulse reaches the sensor. */
  #seen(pulse: number): number {
    if (this.#scenario === 'motion') return pulse + (this.#moreRandom() * 2 - 1) * MOTION_NOISE;
    return this.#scenario === 'low-perfusion' ? 0.5 + COLD_HAND * (pulse - 0.5) : pulse;
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

/** One beat of lead II in mV: P before the R that begins the beat, Q and S around it, T after it. */
function heartWave(phase: number): number {
  return (
    0.12 * bell(phase, 0.86, 0.025) -
    0.12 * bell(phase, 0.975, 0.008) +
    1.1 * (bell(phase, 0, 0.01) + bell(phase, 1, 0.01)) -
    0.22 * bell(phase, 0.025, 0.01) +
    0.3 * bell(phase, 0.28, 0.045)
  );
}

function bell(at: number, middle: number, width: number): number {
  return Math.exp(-((at - middle) ** 2) / (2 * width ** 2));
}
