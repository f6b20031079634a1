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
const EVENT = { unconfirmed: 0x0100, confirmed: 0x0101, fixedScan: 0x0d1d, personScan: 0x0d1f } as const;
const REPORT_AT = { choice: 8, eventType: 18, list: 26, first: 30 } as const;
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

/** Content of an object's report: numbers, each of so many bytes, and then a time. */
interface Content {
  /** What stands before the numbers: count and length of a compound. */
  readonly headerBytes: 0 | 4;
  readonly numberBytes: 2 | 4;
  readonly parameters: readonly Parameter[];
}

const one = (parameter: Parameter, numberBytes: 2 | 4): Content => ({
  headerBytes: 0,
  numberBytes,
  parameters: [parameter],
});

/** Objects of standard configurations, by handle. */
const CONFIGURATIONS: Readonly<Record<number, Readonly<Record<number, Content>>>> = {
  // 10404, pulse oximeter
  0x0190: { 1: one('SpO2', 2), 10: one('pulse-rate', 2) },
  // 10407, cuff
  0x02bc: {
    1: {
      headerBytes: 4,
      numberBytes: 2,
      parameters: ['systolic-pressure', 'diastolic-pressure', 'mean-arterial-pressure'],
    },
    2: one('pulse-rate', 2),
  },
  // 10415, weighing scale
  0x05dc: { 1: one('body-weight', 4) },
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
      bytes.length >= REPORT_AT.first;
    const event = isReport ? word(bytes, REPORT_AT.eventType) : 0;
    if (event === EVENT.fixedScan) {
      const list = this.#listOf(bytes, REPORT_AT.list, {});
      return list?.end === bytes.length ? list.readings : [rejectedBytes(bytes, 0)];
    }
    if (event === EVENT.personScan) return this.#personsOf(bytes);
    return [said(bytes, APDU[type]?.name ?? 'other', {})];
  }

  /** A list for each slot of the device: a slot is no patient, and stays in the details. */
  #personsOf(bytes: Uint8Array): Reading[] {
    const persons = word(bytes, REPORT_AT.list);
    const readings: Reading[] = [];
    let at: number = REPORT_AT.first;
    for (let index = 0; index < persons; index += 1) {
      const list = this.#listOf(bytes, at + 2, { person: word(bytes, at) });
      if (list === undefined) return [rejectedBytes(bytes, 0)];
      readings.push(...list.readings);
      at = list.end;
    }
    return at === bytes.length ? readings : [rejectedBytes(bytes, 0)];
  }

  /** Count, length, and so many objects. Undefined when they do not fit. */
  #listOf(
    bytes: Uint8Array,
    listAt: number,
    details: Readonly<Record<string, number>>,
  ): { readings: Reading[]; end: number } | undefined {
    const count = word(bytes, listAt);
    const readings: Reading[] = [];
    let at = listAt + 4;
    for (let index = 0; index < count; index += 1) {
      const end = at + 4 + word(bytes, at + 2);
      if (at + 4 > bytes.length || end > bytes.length) return undefined;
      readings.push(...this.#objectOf(bytes, at, end, details));
      at = end;
    }
    return at === listAt + 4 + word(bytes, listAt + 2) ? { readings, end: at } : undefined;
  }

  #objectOf(
    bytes: Uint8Array,
    at: number,
    end: number,
    details: Readonly<Record<string, number>>,
  ): Reading[] {
    const handle = word(bytes, at);
    const observed = bytes.subarray(at + 4, end);
    const content = CONFIGURATIONS[this.#configuration ?? -1]?.[handle];
    if (content === undefined || observed.length !== bytesOf(content)) {
      return [said(bytes, 'observation', { handle, data: hexOf(observed) })];
    }
    const deviceTime = timeOf(observed.subarray(-TIME_BYTES));
    const view = new DataView(observed.buffer, observed.byteOffset, observed.byteLength);
    return content.parameters.map((parameter, index) => {
      const place = content.headerBytes + index * content.numberBytes;
      const measured: Measured =
        content.numberBytes === 2 ? decodeSfloat(view.getUint16(place)) : decodeFloat(view.getUint32(place));
      return numeric(parameter, measured, {
        quality: deviceTime === null ? ['clock-wrong'] : [],
        origin: 'stored',
        deviceTime,
        rawHex: hexOf(bytes.subarray(at, end)),
        details: { handle, ...details },
      });
    });
  }
}

function bytesOf({ headerBytes, numberBytes, parameters }: Content): number {
  return headerBytes + numberBytes * parameters.length + TIME_BYTES;
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
