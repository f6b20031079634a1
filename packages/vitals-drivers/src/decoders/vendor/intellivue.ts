import { type Measured, type Parameter, type QualityFlag } from '@shimabashi/contracts';
import { type Decoder, type Reading } from '../../decoder.ts';
import { type Framed } from '../../framing/framer.ts';
import { intellivueData } from '../../framing/intellivue-shape.ts';
import { hexOf } from '../../hex.ts';
import { numeric, statement } from '../gatt/fields.ts';
import { fromMdcUnit, parameterOfMdc } from '../hl7/codes.ts';
import { decodeFloat } from '../ieee11073.ts';
import { rejectedBytes } from '../oximeter.ts';
import { converted } from '../possible.ts';

/**
 * Frames of Philips IntelliVue monitors on their serial interface. Tables and sources:
 * `docs/devices/intellivue-frame.md`.
 */
const HEADER = { protocolAt: 0, typeAt: 1, lengthAt: 2, bytes: 4, dataExport: 0x11 } as const;
const SESSION: Readonly<Record<number, string>> = {
  0x0d: 'association-request',
  0x0e: 'association-accepted',
  0x0c: 'association-refused',
  0x09: 'release-request',
  0x0a: 'released',
  0x19: 'abort',
};
const DATA_EXPORT = 0xe100;
const OPERATION = { result: 2, linkedResult: 5 } as const;
const CONFIRMED_ACTION = 7;
const POLL = 3_094;
const POLL_EXTENDED = 61_755;
const ATTRIBUTE = { number: 0x0950, compound: 0x094b } as const;
const OBSERVED_BYTES = 10;

/** Bits of the measurement's state. Source: part-cw/LNhealth masks these five; three have names. */
const STATE = { unusable: 0xf800, questionable: 0x4000, notAvailable: 0x2000, invalid: 0x8000 } as const;
/** The pulse of the oximeter has a code of Philips' own. */
const OWN_PULSE_RATE = 0x4822;
const CUFF: readonly Parameter[] = ['systolic-pressure', 'diastolic-pressure', 'mean-arterial-pressure'];
/** `Sample.rawHex` holds so many bytes. */
const RAW_BYTES_MAX = 1_024;
const PARTITION = { metrics: 0x2_0000, units: 0x4_0000 } as const;

/** Decodes the numbers in answers to polls. Sessions, and frames without a header, are statements. */
export class IntellivueDecoder implements Decoder {
  decode(framed: Framed): Reading[] {
    if (framed.kind === 'rejected') return [rejectedBytes(framed.bytes, 0)];
    const data = intellivueData(framed.bytes);
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const hasHeader =
      data.length > HEADER.bytes &&
      view.getUint8(HEADER.protocolAt) === HEADER.dataExport &&
      view.getUint16(HEADER.lengthAt) === data.length - HEADER.bytes;
    if (!hasHeader) return [said('frame', framed.bytes)];
    const message = new DataView(data.buffer, data.byteOffset + HEADER.bytes, data.length - HEADER.bytes);
    const session = SESSION[message.getUint8(0)];
    if (session !== undefined) return [said(session, framed.bytes)];
    try {
      return pollOf(new Cursor(message), framed.bytes);
    } catch (error) {
      // A length that points outside of its frame: nothing of the frame is used.
      if (!(error instanceof RangeError)) throw error;
      return [rejectedBytes(framed.bytes, 0)];
    }
  }
}

function said(value: string, bytes: Uint8Array): Reading {
  return statement('message', { status: 'measured', value }, '1', {
    quality: [],
    deviceTime: null,
    rawHex: hexOf(bytes),
    details: {},
  });
}

/** Reads big-endian fields. Past the end it throws a RangeError, as a DataView does. */
class Cursor {
  readonly #view: DataView;
  at = 0;

  constructor(view: DataView) {
    this.#view = view;
  }

  uint8(): number {
    this.at += 1;
    return this.#view.getUint8(this.at - 1);
  }

  uint16(): number {
    this.at += 2;
    return this.#view.getUint16(this.at - 2);
  }

  uint32(): number {
    this.at += 4;
    return this.#view.getUint32(this.at - 4);
  }

  skip(byteCount: number): void {
    this.at += byteCount;
  }
}

function pollOf(cursor: Cursor, bytes: Uint8Array): Reading[] {
  if (cursor.uint16() !== DATA_EXPORT) return [said('other', bytes)];
  cursor.skip(2); // presentation context
  const operation = cursor.uint16();
  cursor.skip(2); // length
  if (operation !== OPERATION.result && operation !== OPERATION.linkedResult) {
    return [said('operation', bytes)];
  }
  if (operation === OPERATION.linkedResult) cursor.skip(2);
  cursor.skip(2); // invoke id
  const command = cursor.uint16();
  cursor.skip(2 + 6); // length, managed object
  const action = command === CONFIRMED_ACTION ? cursor.uint16() : 0;
  cursor.skip(2);
  if (action !== POLL && action !== POLL_EXTENDED) return [said('operation', bytes)];
  // Poll number (and sequence), two times, type of the objects, group of the attributes.
  cursor.skip((action === POLL_EXTENDED ? 4 : 2) + 4 + 8 + 4 + 2);
  const readings: Reading[] = [];
  const contexts = cursor.uint16();
  cursor.skip(2);
  for (let context = 0; context < contexts; context += 1) {
    cursor.skip(2);
    const objects = cursor.uint16();
    cursor.skip(2);
    for (let object = 0; object < objects; object += 1) readings.push(...attributesOf(cursor, bytes));
  }
  return readings;
}

function attributesOf(cursor: Cursor, bytes: Uint8Array): Reading[] {
  const handle = cursor.uint16();
  const count = cursor.uint16();
  const listEnd = cursor.uint16() + cursor.at;
  const readings: Reading[] = [];
  for (let attribute = 0; attribute < count; attribute += 1) {
    const id = cursor.uint16();
    const length = cursor.uint16();
    const end = cursor.at + length;
    if (id === ATTRIBUTE.number) readings.push(...observedOf(cursor, handle, bytes));
    else if (id === ATTRIBUTE.compound) {
      const values = cursor.uint16();
      cursor.skip(2);
      if (values * OBSERVED_BYTES + 4 !== length) throw new RangeError('a number of another length');
      for (let value = 0; value < values; value += 1) readings.push(...observedOf(cursor, handle, bytes));
    }
    if (isObserved(id) && cursor.at !== end) throw new RangeError('a number of another length');
    cursor.at = end;
  }
  if (cursor.at !== listEnd) throw new RangeError('a list of another length');
  return readings;
}

function isObserved(id: number): boolean {
  return id === ATTRIBUTE.number || id === ATTRIBUTE.compound;
}

function observedOf(cursor: Cursor, handle: number, bytes: Uint8Array): Reading[] {
  const physiological = cursor.uint16();
  const state = cursor.uint16();
  const unit = cursor.uint16();
  const value = decodeFloat(cursor.uint32());
  const parameter: Parameter | undefined =
    physiological === OWN_PULSE_RATE ? 'pulse-rate' : parameterOfMdc(PARTITION.metrics + physiological);
  if (parameter === undefined) return [];
  const convert = fromMdcUnit(PARTITION.units + unit, parameter);
  const measured: Measured =
    convert === undefined ? { status: 'absent', reason: 'invalid' } : converted(value, convert);
  const quality: QualityFlag[] = (state & STATE.questionable) === 0 ? [] : ['questionable'];
  return [
    numeric(parameter, stateOf(state) ?? measured, {
      quality,
      // A monitor repeats the last pressures of its cuff, and does not tell their age here.
      origin: CUFF.includes(parameter) ? 'stored' : 'live',
      deviceTime: null,
      rawHex: hexOf(bytes.subarray(0, RAW_BYTES_MAX)),
      details: { handle, state },
    }),
  ];
}

function stateOf(state: number): Measured | undefined {
  if ((state & STATE.unusable) === 0) return undefined;
  const isOnlyMissing = (state & STATE.unusable) === STATE.notAvailable;
  return { status: 'absent', reason: isOnlyMissing ? 'not-available' : 'invalid' };
}
