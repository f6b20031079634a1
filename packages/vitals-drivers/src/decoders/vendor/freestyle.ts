import { type AbsentReason, type Measured } from '@shimabashi/contracts';
import { type Decoder, type Reading } from '../../decoder.ts';
import { type DelimitedShape } from '../../framing/delimited-framer.ts';
import { type Framed } from '../../framing/framer.ts';
import { hexOf } from '../../hex.ts';
import { localTimeOf } from '../calendar.ts';
import { numeric, statement } from '../gatt/fields.ts';
import { rejectedBytes } from '../oximeter.ts';

const TRAILER = /CKSM:([0-9A-Fa-f]{8})\r\nCMD (OK|Fail!)\r\n$/;
const RECORD_TYPE = { glucose: '7', ketone: '9', insulin: '10' } as const;

/** Text answers of Abbott's FreeStyle meters. Table and sources: `docs/devices/freestyle-text.md`. */
export const FREESTYLE_SHAPE: DelimitedShape = {
  maxBytes: 131_072,
  ends: [Buffer.from('CMD OK\r\n'), Buffer.from('CMD Fail!\r\n')],
  isFrame(bytes) {
    const text = Buffer.from(bytes).toString('latin1');
    const trailer = TRAILER.exec(text);
    if (trailer === null) return false;
    const [, checksum = '', status] = trailer;
    const expected = status === 'OK' ? sumOf(text.slice(0, trailer.index)) : 0;
    return Number.parseInt(checksum, 16) === expected;
  },
};

/** An answer with its checksum. */
export function freestyleAnswer(message: string): Uint8Array {
  const checksum = hex32(sumOf(message));
  return Buffer.from(`${message}CKSM:${checksum}\r\nCMD OK\r\n`, 'latin1');
}

/** A list of records with its count and its own checksum. */
export function freestyleRecords(records: readonly string[]): string {
  if (records.length === 0) return 'Log Empty\r\n';
  const lines = records.map(record => `${record}\r\n`).join('');
  return `${lines}${records.length},${hex32(sumOf(lines))}\r\n`;
}

/** Decodes `$result?`: glucose of the blood. Ketones and insulin are statements, as all other answers. */
export class FreestyleDecoder implements Decoder {
  decode(framed: Framed): Reading[] {
    if (framed.kind === 'rejected') return [rejectedBytes(framed.bytes, 0)];
    const text = Buffer.from(framed.bytes).toString('latin1');
    const [message = ''] = text.split(TRAILER);
    const lines = message.split('\r\n').filter(line => line !== '');
    const records = lines.slice(0, -1);
    const summary = /^(\d+),([0-9A-Fa-f]{8})$/.exec(lines.at(-1) ?? '');
    if (summary === null) return [answerOf(message, text.endsWith('OK\r\n'), framed.bytes)];
    const [, count, checksum = ''] = summary;
    const sum = sumOf(records.map(record => `${record}\r\n`).join(''));
    if (Number(count) !== records.length || Number.parseInt(checksum, 16) !== sum) {
      return [rejectedBytes(framed.bytes, 0)];
    }
    return records.map(recordOf);
  }
}

function recordOf(line: string): Reading {
  const fields = line.split(',');
  const [type = '', id = ''] = fields;
  const [month = 0, day = 0, year = 0, hour = 0, minute = 0] = fields.slice(2, 7).map(wholeOf);
  const deviceTime = localTimeOf({ year: 2_000 + year, month, day, hour, minute });
  const recordNumber = wholeOf(id);
  const facts = {
    quality: deviceTime === null ? (['clock-wrong'] as const) : [],
    deviceTime,
    rawHex: hexOf(Buffer.from(line, 'latin1')),
    ...(recordNumber < 0 ? {} : { recordNumber }),
  };
  if (type === RECORD_TYPE.glucose) {
    return numeric('glucose', glucoseOf(fields[8]), { ...facts, origin: 'stored', details: {} });
  }
  const what =
    type === RECORD_TYPE.ketone ? 'ketone' : type === RECORD_TYPE.insulin ? 'insulin' : `type ${type}`;
  return statement('observation', null, '1', { ...facts, details: { what } });
}

function glucoseOf(text: string | undefined): Measured {
  const value = wholeOf(text ?? '');
  if (value >= 0) return { status: 'measured', value };
  const reason: AbsentReason = text === 'HI' ? 'above-range' : text === 'LO' ? 'below-range' : 'invalid';
  return { status: 'absent', reason };
}

/** A whole number of at most six digits; -1 for anything else, which no field can be. */
function wholeOf(text: string): number {
  return /^\d{1,6}$/.test(text) ? Number(text) : -1;
}

function answerOf(message: string, isOk: boolean, bytes: Uint8Array): Reading {
  const value = isOk ? message.trimEnd() : 'failed';
  return statement('message', { status: 'measured', value }, '1', {
    quality: [],
    deviceTime: null,
    rawHex: hexOf(bytes),
    details: {},
  });
}

function sumOf(text: string): number {
  return Buffer.from(text, 'latin1').reduce((sum, byte) => (sum + byte) >>> 0, 0);
}

function hex32(value: number): string {
  return value.toString(16).toUpperCase().padStart(8, '0');
}
