import { type AbsentReason, assert } from '@shimabashi/contracts';
import { type Decoder, type Reading } from '../decoder.ts';
import { type Framed } from '../framing/framer.ts';
import { hexOf } from '../hex.ts';
import { BYTE_PULSE_RATE, BYTE_SPO2, measuredBy, rejectedBytes } from './oximeter.ts';

/**
 * The five-byte frame that Contec's and Berry's oximeters share. Tables and sources:
 * `docs/devices/contec-5byte.md`, `docs/devices/bci-5byte.md`.
 */
export const FIVE_BYTE = {
  frameBytes: 5,
  /** The wave has seven bits. */
  plethFullScale: 127,
  /** Bit 7 of the pulse rate, in the third byte. */
  pulseRateBit7: 0x40,
  beep: 0x40,
} as const;

/** A status bit of the first or the third byte, counted from zero. */
interface StatusBit {
  readonly byte: 0 | 2;
  readonly mask: number;
}

/** What a maker means by the status bits. The frames of two makers look the same. */
export interface FiveByteDialect {
  /** Bits that say that there is no number, the weightiest first. */
  readonly absent: readonly (StatusBit & { readonly reason: AbsentReason; readonly noWave: boolean })[];
  /** Bits that are told in `details`. */
  readonly notes: readonly (StatusBit & { readonly name: string })[];
  /** A value of the wave that means that there is none. */
  readonly missingPleth: number | null;
}

/**
 * Contec CMS50D+ with five-byte frames. Of byte 0 bit 4, atbrask's code says "finger out" and the
 * maker's text (as translated) "searching too long": there is no number in either reading.
 */
export const CONTEC_DIALECT: FiveByteDialect = {
  absent: [
    { byte: 2, mask: 0x10, reason: 'sensor-off', noWave: true },
    { byte: 0, mask: 0x10, reason: 'searching', noWave: false },
    { byte: 2, mask: 0x20, reason: 'searching', noWave: false },
  ],
  notes: [{ byte: 0, mask: 0x20, name: 'spO2Dropping' }],
  missingPleth: null,
};

/** Berry's "BCI" protocol: the bit that tells of a falling SpO2 at Contec means an unplugged probe. */
export const BCI_DIALECT: FiveByteDialect = {
  absent: [
    { byte: 0, mask: 0x20, reason: 'sensor-disconnected', noWave: true },
    { byte: 2, mask: 0x10, reason: 'sensor-off', noWave: true },
    { byte: 0, mask: 0x10, reason: 'invalid', noWave: true },
    { byte: 2, mask: 0x20, reason: 'searching', noWave: false },
  ],
  notes: [],
  missingPleth: 0,
};

/** Only the first of the five bytes has bit 7 set. There is no checksum. */
export function isFiveByteFrame(bytes: Uint8Array): boolean {
  return (
    bytes.length === FIVE_BYTE.frameBytes && bytes.every((byte, at) => ((byte & 0x80) !== 0) === (at === 0))
  );
}

/** Says what each frame says: for live use inside a `SteadyDecoder`. */
export class FiveByteDecoder implements Decoder {
  readonly #dialect: FiveByteDialect;

  constructor(dialect: FiveByteDialect) {
    this.#dialect = dialect;
  }

  decode(framed: Framed): Reading[] {
    if (framed.kind === 'rejected') return [rejectedBytes(framed.bytes, 1)];
    const [status, pleth, bar, pulseRateLow, spO2] = framed.bytes;
    assert(
      status !== undefined &&
        pleth !== undefined &&
        bar !== undefined &&
        pulseRateLow !== undefined &&
        spO2 !== undefined,
      'the framer gave a whole frame',
    );
    const isSet = (bit: StatusBit) => ((bit.byte === 0 ? status : bar) & bit.mask) !== 0;
    const absent = this.#dialect.absent.find(isSet);
    const pulseRate = ((bar & FIVE_BYTE.pulseRateBit7) << 1) | pulseRateLow;
    const common = {
      kind: 'numeric',
      quality: [],
      origin: 'live',
      deviceTime: null,
      rawHex: hexOf(framed.bytes),
      details: {
        signalStrength: status & 0x0f,
        bar: bar & 0x0f,
        beep: (status & FIVE_BYTE.beep) !== 0,
        ...Object.fromEntries(this.#dialect.notes.map(note => [note.name, isSet(note)])),
      },
    } as const;
    const noWave = absent?.noWave === true || pleth === this.#dialect.missingPleth;
    return [
      { kind: 'waveform', waveform: 'pleth', value: noWave ? null : pleth },
      {
        ...common,
        parameter: 'pulse-rate',
        measured: measuredBy(BYTE_PULSE_RATE, pulseRate, absent?.reason),
      },
      { ...common, parameter: 'SpO2', measured: measuredBy(BYTE_SPO2, spO2, absent?.reason) },
    ];
  }
}
