import { MLLP, mllpMessage } from '../../framing/mllp-framer.ts';

/** One line of a message. Fields are counted as HL7 counts them: from 1, and MSH-1 is the separator. */
export class Hl7Segment {
  readonly id: string;
  /** The line as it came, one character a byte. */
  readonly text: string;
  readonly #fields: readonly string[];
  readonly #componentSeparator: string;

  constructor(text: string, separators: Separators) {
    this.text = text;
    this.id = text.slice(0, 3);
    const fields = text.split(separators.field);
    this.#fields = this.id === 'MSH' ? ['MSH', separators.field, ...fields.slice(1)] : fields;
    this.#componentSeparator = separators.component;
  }

  /** A field as it came; the empty text where there is none. */
  field(at: number): string {
    return this.#fields[at] ?? '';
  }

  /** A component of a field, counted from 1. */
  component(at: number, component: number): string {
    return this.components(at)[component - 1] ?? '';
  }

  components(at: number): string[] {
    return this.field(at).split(this.#componentSeparator);
  }
}

interface Separators {
  readonly field: string;
  readonly component: string;
}

/** A message of HL7 version 2, as far as its separators go. */
export interface Hl7Message {
  readonly header: Hl7Segment;
  /** In order, the header first. */
  readonly segments: readonly Hl7Segment[];
}

/**
 * Cuts a message into segments and fields. Undefined when it does not begin with a header.
 *
 * Each byte is one character: what is read here (numbers, codes, times) is ASCII in every character set,
 * and names of patients are not read at all. Sources: HL7 v2.6, chapter 2, sections 2.5 and 2.14.9.
 */
export function parseHl7(frame: Uint8Array): Hl7Message | undefined {
  const text = Buffer.from(mllpMessage(frame)).toString('latin1');
  const field = text[3];
  const component = text[4];
  if (!text.startsWith('MSH') || field === undefined || component === undefined) return undefined;
  if (/[A-Za-z0-9\s]/.test(field + component) || field === component) return undefined;
  const segments = text
    .split(/[\r\n]+/)
    .filter(line => line !== '')
    .map(line => new Hl7Segment(line, { field, component }));
  const [header] = segments;
  return header === undefined ? undefined : { header, segments };
}

/** The time of an HL7 field (`YYYYMMDDHHMM[SS[.s]][±ZZZZ]`), local as written, with its zone apart. */
export function readHl7Time(text: string): Hl7Time | undefined {
  // Mindray writes the milliseconds without the point.
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(?:(\d\d)(?:\.?\d{1,6})?)?([+-]\d{4})?$/.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, zone] = match;
  return {
    moment: {
      year: Number(year),
      month: Number(month),
      day: Number(day),
      hour: Number(hour),
      minute: Number(minute),
      second: Number(second ?? 0),
    },
    zone: zone ?? null,
  };
}

export interface Hl7Time {
  readonly moment: {
    readonly year: number;
    readonly month: number;
    readonly day: number;
    readonly hour: number;
    readonly minute: number;
    readonly second: number;
  };
  /** As `+0900`; null where the sender gave none. */
  readonly zone: string | null;
}

/** A message of these segments, as bytes in an MLLP block. */
export function hl7Block(segments: readonly string[]): Uint8Array {
  const text = segments.map(segment => `${segment}\r`).join('');
  return Buffer.concat([
    Buffer.of(MLLP.start),
    Buffer.from(text, 'latin1'),
    Buffer.of(MLLP.end, MLLP.carriageReturn),
  ]);
}
