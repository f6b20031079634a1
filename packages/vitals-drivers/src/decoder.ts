import { type Measured, type Parameter, type QualityFlag, type WaveformName } from '@shimabashi/contracts';
import { type Framed } from './framing/framer.ts';

/** One number, or the reason for its absence, as the frames say it. Its unit is `PARAMETERS`'. */
export interface NumericReading {
  readonly kind: 'numeric';
  readonly parameter: Parameter;
  readonly measured: Measured;
  readonly quality: readonly QualityFlag[];
  readonly origin: 'live' | 'stored';
  /** What the device's own clock said, local and without zone; null when it has none. */
  readonly deviceTime: string | null;
  /** The frames that carried it, in lower-case hex. */
  readonly rawHex: string;
  /** What else the frames say about it, for engineers. Never shown to a nurse. */
  readonly details: Readonly<Record<string, string | number | boolean>>;
}

/** The next sample of a waveform; null where the device says that it has none. */
export interface WaveformReading {
  readonly kind: 'waveform';
  readonly waveform: WaveformName;
  readonly value: number | null;
}

/** Bytes that failed a check. Nothing of them is used. */
export interface RejectedFrame {
  readonly kind: 'rejected';
  readonly reason: 'not-a-frame' | 'out-of-sequence';
  readonly rawHex: string;
  /** How many samples of each waveform went with it, as far as can be told: drawn as a gap. */
  readonly lostWaveformSamples: number;
}

export type Reading = NumericReading | WaveformReading | RejectedFrame;

/**
 * Gives frames their meaning. Pure: no I/O and no clock, so that recorded bytes are a whole test.
 *
 * What failed a check is passed on as `rejected`, and never gives a value.
 */
export interface Decoder {
  decode(framed: Framed): Reading[];
}
