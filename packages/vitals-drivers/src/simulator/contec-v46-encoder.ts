import { V46_STORED } from '../decoders/contec-v46-stored.ts';
import { completedOf } from './contec-v7-encoder.ts';
import { type EncodedFrame, type Encoder } from './encoder.ts';
import { type SimulatedPatient } from './patient.ts';

const SECONDS = 600;
const HEADERS = 3;

/** Encodes a recording of ten minutes, at the speed of the line, and then nothing. */
export class ContecV46StoredEncoder implements Encoder {
  /** 19,200 baud of eleven bits a byte, three bytes a triplet. */
  readonly framesPerSecond = 580;
  #place = 0;

  nextFrame(patient: SimulatedPatient): EncodedFrame {
    const place = this.#place;
    this.#place += 1;
    if (place < HEADERS) return { bytes: Uint8Array.of(V46_STORED.header, 0x80, 0x00), completed: [] };
    if (place === HEADERS) return { bytes: encodeV46Length(SECONDS), completed: [] };
    if (place > HEADERS + SECONDS) return { bytes: new Uint8Array(), completed: [] };
    patient.advance(1);
    const numbers = patient.nextNumbers();
    const bytes = encodeV46Second(numbers?.heartRatePerMin ?? 0, numbers?.spO2Percent ?? 0);
    return { bytes, completed: completedOf(numbers) };
  }
}

/** The length of so many seconds, as the device tells it: bytes less one, seven bits at a time. */
export function encodeV46Length(seconds: number): Uint8Array {
  const bytes = seconds * V46_STORED.tripletBytes - 1;
  return Uint8Array.of(0x80 | (bytes >> 14), 0x80 | ((bytes >> 7) & 0x7f), bytes & 0x7f);
}

export function encodeV46Second(pulseRate: number, spO2: number): Uint8Array {
  return Uint8Array.of(V46_STORED.second | (pulseRate >> 7), 0x80 | (pulseRate & 0x7f), spO2);
}
