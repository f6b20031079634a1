import { CONTEC_V7 } from '../decoders/contec-v7.ts';
import { V7_PACKET, v7Packet } from '../framing/contec-v7-shape.ts';
import { type CompletedValue, type EncodedFrame, type Encoder } from './encoder.ts';
import { type SimulatedPatient } from './patient.ts';
import { type Target } from './scenarios.ts';

const FRAMES_PER_SECOND = 60;
const FRAMES_PER_NUMBERS = 20;
const MISSING = { pulseRate: 0xff, spO2: 0x7f } as const;
/** Probe error and "searching too long", as a device without a finger was seen to send them. */
const FINGER_OUT = CONTEC_V7.probeError | CONTEC_V7.searchingTooLong;
/** Perfusion indexes of a warm and of a cold finger, in hundredths of a per cent. */
const PERFUSION_INDEX = { warm: 320, cold: 35 } as const;

/** Encodes live packets of Contec's protocol 7. Packet table: `docs/devices/contec-v7.md`. */
export class ContecV7Encoder implements Encoder {
  readonly framesPerSecond = FRAMES_PER_SECOND;
  #frame = 0;
  #numbers: Target | null = null;

  nextFrame(patient: SimulatedPatient): EncodedFrame {
    const takesNumbers = this.#frame % FRAMES_PER_NUMBERS === 0;
    this.#frame += 1;
    if (takesNumbers) this.#numbers = patient.nextNumbers();
    const { pleth, atBeat, sensorOn } = patient.advance(1 / FRAMES_PER_SECOND);
    const index = patient.condition.lowPerfusion ? PERFUSION_INDEX.cold : PERFUSION_INDEX.warm;
    const pi = sensorOn ? index : CONTEC_V7.missingPi;
    const bytes = v7Packet(V7_PACKET.realtime, [
      sensorOn ? 0x05 | (atBeat ? CONTEC_V7.beep : 0) : FINGER_OUT,
      sensorOn ? Math.round(pleth * CONTEC_V7.plethFullScale) : 0,
      sensorOn ? Math.round(pleth * 15) : 0,
      this.#numbers?.heartRatePerMin ?? MISSING.pulseRate,
      this.#numbers?.spO2Percent ?? MISSING.spO2,
      pi & 0xff,
      pi >> 8,
    ]);
    return { bytes, completed: takesNumbers ? completedOf(this.#numbers) : [] };
  }
}

/** Encodes a recording of ten minutes, 20 packets a second, and then nothing. */
export class ContecV7StoredEncoder implements Encoder {
  readonly framesPerSecond = 20;
  #packetsLeft = 200;

  nextFrame(patient: SimulatedPatient): EncodedFrame {
    if (this.#packetsLeft === 0) return { bytes: new Uint8Array(), completed: [] };
    this.#packetsLeft -= 1;
    const seconds = [0, 1, 2].map(() => {
      patient.advance(1);
      return patient.nextNumbers();
    });
    const payload = seconds.flatMap(numbers => [numbers?.spO2Percent ?? 0, numbers?.heartRatePerMin ?? 0]);
    return { bytes: v7Packet(V7_PACKET.stored, payload), completed: seconds.flatMap(completedOf) };
  }
}

export function completedOf(numbers: Target | null): CompletedValue[] {
  return [
    { parameter: 'pulse-rate', value: numbers?.heartRatePerMin ?? null },
    { parameter: 'SpO2', value: numbers?.spO2Percent ?? null },
  ];
}
