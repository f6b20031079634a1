import {
  type AbsentReason,
  type Measured,
  type Parameter,
  type QualityFlag,
  type WaveformName,
} from '@shimabashi/contracts';
import { type Framed } from './framing/framer.ts';

/** What else a frame says, for engineers. Never shown to a nurse. */
export type Details = Readonly<
  Record<string, string | number | boolean | readonly string[] | readonly number[]>
>;

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
  /** The number that the device itself gave to the record; left out where it gives none. */
  readonly recordNumber?: number;
  readonly details: Details;
}

/**
 * What a frame says that is no measurement of a patient: a clock, an answer, the circumstances of
 * another frame. It never becomes a sample.
 */
export interface StatementReading {
  readonly kind: 'statement';
  readonly about:
    | 'number'
    | 'cuff-pressure'
    | 'device-clock'
    | 'record-access'
    | 'glucose-context'
    | 'message'
    | 'observation'
    | 'alert'
    | 'device';
  /** What it states in one word or number; null where all of it is in the details. */
  readonly stated: Stated | null;
  /** UCUM; `1` where there is none. */
  readonly unit: string;
  readonly quality: readonly QualityFlag[];
  readonly deviceTime: string | null;
  readonly rawHex: string;
  readonly recordNumber?: number;
  readonly details: Details;
}

export type Stated =
  | { readonly status: 'measured'; readonly value: string | number }
  | { readonly status: 'absent'; readonly reason: AbsentReason };

/** The next sample of a waveform; null where the device says that it has none. */
export interface WaveformReading {
  readonly kind: 'waveform';
  readonly waveform: WaveformName;
  readonly value: number | null;
  /** Where the protocol tells it with the samples; else the driver does. */
  readonly sampleRateHz?: number;
}

/** Bytes that failed a check. Nothing of them is used. */
export interface RejectedFrame {
  readonly kind: 'rejected';
  readonly reason: 'not-a-frame' | 'out-of-sequence';
  readonly rawHex: string;
  /** How many samples of each waveform went with it, as far as can be told: drawn as a gap. */
  readonly lostWaveformSamples: number;
}

export type Reading = NumericReading | StatementReading | WaveformReading | RejectedFrame;

/**
 * Gives frames their meaning. Pure: no I/O and no clock, so that recorded bytes are a whole test.
 *
 * What failed a check is passed on as `rejected`, and never gives a value.
 */
export interface Decoder {
  decode(framed: Framed): Reading[];
}
