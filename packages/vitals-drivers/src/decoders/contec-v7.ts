import { type AbsentReason, assert } from '@shimabashi/contracts';
import { type Decoder, type NumericReading, type Reading } from '../decoder.ts';
import { V7_PACKET, v7Payload } from '../framing/contec-v7-shape.ts';
import { type Framed } from '../framing/framer.ts';
import { hexOf } from '../hex.ts';
import { BYTE_PULSE_RATE, BYTE_SPO2, measuredBy, type NumberRule, rejectedBytes } from './oximeter.ts';

/** Contec's protocol version 7. Tables and sources: `docs/devices/contec-v7.md`. */
export const CONTEC_V7 = {
  plethFullScale: 127,
  /** Bits of the first payload byte of a real-time packet. */
  probeError: 0x80,
  beep: 0x40,
  spO2Low: 0x20,
  searchingTooLong: 0x10,
  /** Bit of the second. */
  searching: 0x80,
  missingPi: 0xffff,
  /** The perfusion index comes in hundredths of a per cent. */
  piPerPercent: 100,
} as const;

/** In hundredths of a per cent. Oximeters show up to 20 %; more is not believed. */
const PERFUSION_INDEX: NumberRule = { missing: [0, CONTEC_V7.missingPi], range: [1, 2_000] };

/** What all numbers of one frame share. */
type Common = Pick<NumericReading, 'kind' | 'quality' | 'origin' | 'deviceTime' | 'rawHex' | 'details'>;

/** The live packets, each for itself: for live use inside a `SteadyDecoder`. Other packets give nothing. */
export class ContecV7Decoder implements Decoder {
  decode(framed: Framed): Reading[] {
    if (framed.kind === 'rejected') return [rejectedBytes(framed.bytes, 1)];
    if (framed.bytes[0] !== V7_PACKET.realtime) return [];
    const [status, pleth, bar, pulseRate, spO2, piLow, piHigh] = v7Payload(framed.bytes);
    assert(
      status !== undefined && pleth !== undefined && bar !== undefined && piHigh !== undefined,
      'the framer gave a whole frame',
    );
    const reason = absentReasonOf(status, pleth);
    const common: Common = {
      kind: 'numeric',
      quality: [],
      origin: 'live',
      deviceTime: null,
      rawHex: hexOf(framed.bytes),
      details: {
        signalStrength: status & 0x0f,
        bar: bar & 0x0f,
        beep: (status & CONTEC_V7.beep) !== 0,
        spO2Low: (status & CONTEC_V7.spO2Low) !== 0,
      },
    };
    return [
      {
        kind: 'waveform',
        waveform: 'pleth',
        value: reason === 'sensor-off' ? null : pleth & CONTEC_V7.plethFullScale,
      },
      ...oximeterNumbers(common, pulseRate, spO2, reason),
      ...perfusionIndex(common, piLow, piHigh, reason),
    ];
  }
}

function absentReasonOf(status: number, pleth: number): AbsentReason | undefined {
  if ((status & CONTEC_V7.probeError) !== 0) return 'sensor-off';
  const searching = (status & CONTEC_V7.searchingTooLong) !== 0 || (pleth & CONTEC_V7.searching) !== 0;
  return searching ? 'searching' : undefined;
}

/** The recording that a device keeps: one reading a second, without a date. */
export class ContecV7StoredDecoder implements Decoder {
  /** Seconds since the recording began. */
  #second = 0;

  decode(framed: Framed): Reading[] {
    if (framed.kind === 'rejected') return [rejectedBytes(framed.bytes, 0)];
    const payload = v7Payload(framed.bytes);
    if (framed.bytes[0] === V7_PACKET.storedWithPi) {
      const [spO2, pulseRate, piLow, piHigh] = payload;
      const common = this.#nextSecond(framed.bytes);
      return [
        ...oximeterNumbers(common, pulseRate, spO2, undefined),
        ...perfusionIndex(common, piLow, piHigh, undefined),
      ];
    }
    if (framed.bytes[0] !== V7_PACKET.stored) return [];
    return [0, 2, 4].flatMap(at =>
      oximeterNumbers(this.#nextSecond(framed.bytes), payload[at + 1], payload[at], undefined),
    );
  }

  #nextSecond(packet: Uint8Array): Common {
    const second = this.#second;
    this.#second += 1;
    return {
      kind: 'numeric',
      quality: [],
      origin: 'stored',
      deviceTime: null,
      rawHex: hexOf(packet),
      details: { second },
    };
  }
}

function oximeterNumbers(
  common: Common,
  pulseRate: number | undefined,
  spO2: number | undefined,
  reason: AbsentReason | undefined,
): NumericReading[] {
  assert(pulseRate !== undefined && spO2 !== undefined, 'the framer gave a whole frame');
  return [
    { ...common, parameter: 'pulse-rate', measured: measuredBy(BYTE_PULSE_RATE, pulseRate, reason) },
    { ...common, parameter: 'SpO2', measured: measuredBy(BYTE_SPO2, spO2, reason) },
  ];
}

/** Nothing at all when it is missing: most devices of the family do not measure it. */
function perfusionIndex(
  common: Common,
  low: number | undefined,
  high: number | undefined,
  reason: AbsentReason | undefined,
): NumericReading[] {
  assert(low !== undefined && high !== undefined, 'the framer gave a whole frame');
  const raw = (high << 8) | low;
  if (raw === CONTEC_V7.missingPi) return [];
  const hundredths = measuredBy(PERFUSION_INDEX, raw, reason);
  const measured =
    hundredths.status === 'measured'
      ? { ...hundredths, value: hundredths.value / CONTEC_V7.piPerPercent }
      : hundredths;
  return [{ ...common, parameter: 'perfusion-index', measured }];
}
