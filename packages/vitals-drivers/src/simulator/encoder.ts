import { type Parameter } from '@shimabashi/contracts';
import { type SimulatedPatient } from './patient.ts';

/** A number whose last byte a frame brought; null where the device said that it has none. */
export interface CompletedValue {
  readonly parameter: Parameter;
  readonly value: number | null;
}

/** The next piece of what a device sends. */
export interface EncodedFrame {
  readonly bytes: Uint8Array;
  readonly completed: readonly CompletedValue[];
}

/** Turns a patient into a device's bytes, frame by frame, at `framesPerSecond`. */
export interface Encoder {
  readonly framesPerSecond: number;
  nextFrame(patient: SimulatedPatient): EncodedFrame;
}
