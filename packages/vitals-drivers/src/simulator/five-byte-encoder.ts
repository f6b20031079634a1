import { FIVE_BYTE } from '../decoders/five-byte.ts';
import { type CompletedValue, type EncodedFrame, type Encoder } from './encoder.ts';
import { type SimulatedPatient } from './patient.ts';

/** New numbers come about this often, in Hz. */
const NUMBERS_PER_SECOND = 3;
const MISSING = { pulseRate: 0xff, spO2: 0x7f } as const;

/** Encodes five-byte frames. Packet tables: `docs/devices/contec-5byte.md` and `bci-5byte.md`. */
class FiveByteEncoder implements Encoder {
  readonly framesPerSecond: number;
  /** Status bits of a sensor without a finger. */
  readonly #fingerOut: { readonly status: number; readonly bar: number };
  #frame = 0;
  #pulseRate: number = MISSING.pulseRate;
  #spO2: number = MISSING.spO2;

  constructor(framesPerSecond: number, fingerOut: { status: number; bar: number }) {
    this.framesPerSecond = framesPerSecond;
    this.#fingerOut = fingerOut;
  }

  nextFrame(patient: SimulatedPatient): EncodedFrame {
    const takesNumbers = this.#frame % Math.round(this.framesPerSecond / NUMBERS_PER_SECOND) === 0;
    this.#frame += 1;
    if (takesNumbers) {
      const numbers = patient.nextNumbers();
      this.#pulseRate = numbers?.heartRatePerMin ?? MISSING.pulseRate;
      this.#spO2 = numbers?.spO2Percent ?? MISSING.spO2;
    }
    const { pleth, atBeat, sensorOn } = patient.advance(1 / this.framesPerSecond);
    const bytes = encodeFiveByteFrame({
      status: sensorOn ? 0x07 | (atBeat ? FIVE_BYTE.beep : 0) : this.#fingerOut.status,
      pleth: sensorOn ? Math.round(pleth * FIVE_BYTE.plethFullScale) : 0,
      bar: sensorOn ? Math.round(pleth * 15) : this.#fingerOut.bar,
      pulseRate: this.#pulseRate,
      spO2: this.#spO2,
    });
    return { bytes, completed: takesNumbers ? this.#completed() : [] };
  }

  #completed(): CompletedValue[] {
    return [
      { parameter: 'pulse-rate', value: this.#pulseRate === MISSING.pulseRate ? null : this.#pulseRate },
      { parameter: 'SpO2', value: this.#spO2 === MISSING.spO2 ? null : this.#spO2 },
    ];
  }
}

export const contec5ByteEncoder = (): Encoder => new FiveByteEncoder(60, { status: 0, bar: 0x10 });
export const bci5ByteEncoder = (): Encoder => new FiveByteEncoder(100, { status: 0x10, bar: 0x10 });

/** One frame; of `status` and `bar` the lower seven bits without the pulse rate's. */
export function encodeFiveByteFrame(fields: {
  status: number;
  pleth: number;
  bar: number;
  pulseRate: number;
  spO2: number;
}): Uint8Array {
  const { status, pleth, bar, pulseRate, spO2 } = fields;
  const pulseRateBit7 = (pulseRate & 0x80) >> 1;
  return Uint8Array.of(0x80 | status, pleth, (bar & 0x3f) | pulseRateBit7, pulseRate & 0x7f, spO2);
}
