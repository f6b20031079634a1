import { type Measured, type Parameter } from '@shimabashi/contracts';
import { type Decoder, type Reading } from '../../decoder.ts';
import { type Framed } from '../../framing/framer.ts';
import { type FrameShape } from '../../framing/variable-length-framer.ts';
import { hexOf } from '../../hex.ts';
import { localTimeOf } from '../calendar.ts';
import { numeric, statement } from '../gatt/fields.ts';
import { decodeFloat, decodeSfloat } from '../ieee11073.ts';
import { rejectedBytes } from '../oximeter.ts';

/** APDUs of IEEE 11073-20601 personal health devices. Sources: `docs/devices/ieee11073-20601.md`. */
const APDU: Readonly<Record<number, { name: string; bytes?: number }>> = {
  0xe200: { name: 'association-request', bytes: 54 },
  0xe300: { name: 'association-response', bytes: 48 },
  0xe400: { name: 'release-request', bytes: 6 },
  0xe500: { name: 'release-response', bytes: 6 },
  0xe600: { name: 'abort', bytes: 6 },
  0xe700: { name: 'data' },
};
const ASSOCIATION = 0xe200;
const DATA = 0xe700;
const HEADER_BYTES = 4;
const BYTES_MAX = 9_216;
const CONFIGURATION_AT = 44;
const EVENT = { unconfirmed: 0x0100, confirmed: 0x0101, fixedScan: 0x0d1d } as const;
const REPORT_AT = { choice: 8, eventType: 18, observations: 26, first: 30 } as const;
const TIME_BYTES = 8;

export const PHD_SHAPE: FrameShape = {
  maxBytes: BYTES_MAX,
  bytesNeeded(first) {
    if ((first[0] ?? 0) < 0xe2 || (first[0] ?? 0) > 0xe7) return undefined;
    if (first.length > 1 && first[1] !== 0) return undefined;
    if (first.length < HEADER_BYTES) return HEADER_BYTES;
    return HEADER_BYTES + word(first, 2);
  },
  isFrame(bytes) {
    const kind = word(bytes, 0);
    const expected = APDU[kind]?.bytes;
    if (kind !== DATA) return expected === bytes.length;
    return bytes.length >= 12 && word(bytes, 4) === bytes.length - 6 && word(bytes, 10) === bytes.length - 12;
  },
};

interface Metric {
  readonly parameter: Parameter;
  readonly numberBytes: 2 | 4;
}

/** Objects of standard configurations, by handle. Each report has a number and a time of eight digits pairs. */
const CONFIGURATIONS: Readonly<Record<number, Readonly<Record<number, Metric>>>> = {
  // 10404, pulse oximeter
  0x0190: {
    1: { parameter: 'SpO2', numberBytes: 2 },
    10: { parameter: 'pulse-rate', numberBytes: 2 },
  },
  // 10415, weighing scale
  0x05dc: { 1: { parameter: 'body-weight', numberBytes: 4 } },
};

/**
 * Decodes fixed scan reports. What an object is stands in the configuration that the device named when
 * it associated: without it, or with one that is not standard, its numbers are nobody's.
 */
export class PhdDecoder implements Decoder {
  #configuration: number | undefined;

  decode(framed: Framed): Reading[] {
    const { kind, bytes } = framed;
    if (kind === 'rejected') return [rejectedBytes(bytes, 0)];
    const type = word(bytes, 0);
    if (type === ASSOCIATION) this.#configuration = word(bytes, CONFIGURATION_AT);
    const choice = word(bytes, REPORT_AT.choice);
    const isReport =
      type === DATA &&
      (choice === EVENT.confirmed || choice === EVENT.unconfirmed) &&
      bytes.length >= REPORT_AT.first &&
      word(bytes, REPORT_AT.eventType) === EVENT.fixedScan;
    return isReport ? this.#reportOf(bytes) : [said(bytes, APDU[type]?.name ?? 'other', {})];
  }

  #reportOf(bytes: Uint8Array): Reading[] {
    const count = word(bytes, REPORT_AT.observations);
    const readings: Reading[] = [];
    let at: number = REPORT_AT.first;
    for (let index = 0; index < count; index += 1) {
      const length = word(bytes, at + 2);
      const end = at + 4 + length;
      if (at + 4 > bytes.length || end > bytes.length) return [rejectedBytes(bytes, 0)];
      readings.push(this.#observationOf(word(bytes, at), bytes.subarray(at + 4, end), bytes));
      at = end;
    }
    return at === bytes.length ? readings : [rejectedBytes(bytes, 0)];
  }

  #observationOf(handle: number, observed: Uint8Array, bytes: Uint8Array): Reading {
    const metric = CONFIGURATIONS[this.#configuration ?? -1]?.[handle];
    if (metric?.numberBytes === undefined || observed.length !== metric.numberBytes + TIME_BYTES) {
      return said(bytes, 'observation', { handle, data: hexOf(observed) });
    }
    const deviceTime = timeOf(observed.subarray(metric.numberBytes));
    const view = new DataView(observed.buffer, observed.byteOffset, observed.byteLength);
    const measured: Measured =
      metric.numberBytes === 2 ? decodeSfloat(view.getUint16(0)) : decodeFloat(view.getUint32(0));
    return numeric(metric.parameter, measured, {
      quality: deviceTime === null ? ['clock-wrong'] : [],
      origin: 'stored',
      deviceTime,
      rawHex: hexOf(bytes.subarray(0, 1_024)),
      details: { handle },
    });
  }
}

function said(bytes: Uint8Array, value: string, details: Readonly<Record<string, number | string>>): Reading {
  return statement('message', { status: 'measured', value }, '1', {
    quality: [],
    deviceTime: null,
    rawHex: hexOf(bytes.subarray(0, 1_024)),
    details,
  });
}

/** Century, year, month, day, hour, minute, second and hundredths, two decimal digits a byte. */
function timeOf(bytes: Uint8Array): string | null {
  const text = hexOf(bytes);
  if (!/^\d{16}$/.test(text)) return null;
  const [century = 0, year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = (
    text.match(/\d\d/g) ?? []
  ).map(Number);
  return localTimeOf({ year: century * 100 + year, month, day, hour, minute, second });
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
