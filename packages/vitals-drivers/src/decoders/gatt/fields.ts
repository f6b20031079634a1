import { type Measured, type Parameter, type QualityFlag } from '@shimabashi/contracts';
import { type ByteReader } from '../../byte-reader.ts';
import { type Details, type NumericReading, type Stated, type StatementReading } from '../../decoder.ts';
import { decodeFloat, decodeSfloat } from '../ieee11073.ts';
import { ifPossible } from '../possible.ts';

/** What all readings of one frame share. */
export interface FrameFacts {
  readonly quality: readonly QualityFlag[];
  readonly origin: 'live' | 'stored';
  readonly deviceTime: string | null;
  readonly rawHex: string;
  readonly recordNumber?: number;
  readonly details: Details;
}

/** A reading of a patient. A number that no patient can have becomes `invalid`. */
export function numeric(parameter: Parameter, measured: Measured, facts: FrameFacts): NumericReading {
  return { kind: 'numeric', parameter, measured: ifPossible(parameter, measured), ...facts };
}

export function statement(
  about: StatementReading['about'],
  stated: Stated | null,
  unit: string,
  facts: Omit<FrameFacts, 'origin'>,
): StatementReading {
  return {
    kind: 'statement',
    about,
    stated,
    unit,
    quality: facts.quality,
    deviceTime: facts.deviceTime,
    rawHex: facts.rawHex,
    ...(facts.recordNumber === undefined ? {} : { recordNumber: facts.recordNumber }),
    details: facts.details,
  };
}

export function readSfloat(reader: ByteReader): Measured {
  return decodeSfloat(reader.uint16());
}

export function readFloat(reader: ByteReader): Measured {
  return decodeFloat(reader.uint32());
}

/** The names of the bits that are set, in the order of the table. Bits without a name are left out. */
export function bitNames<Name extends string>(
  bits: number,
  table: readonly (readonly [bit: number, name: Name])[],
): Name[] {
  return table.filter(([bit]) => (bits & bit) !== 0).map(([, name]) => name);
}

/** A number for the details, or the reason for its absence. */
export function detailOf(measured: Measured): number | string {
  return measured.status === 'measured' ? measured.value : measured.reason;
}

/** The word for a code; one that is reserved is given as it came. */
export function wordOf(code: number, words: Readonly<Record<number, string>>): string {
  return words[code] ?? `reserved (${code})`;
}

/** The flags without repetition. */
export function union(...flags: readonly (readonly QualityFlag[])[]): QualityFlag[] {
  return [...new Set(flags.flat())];
}
