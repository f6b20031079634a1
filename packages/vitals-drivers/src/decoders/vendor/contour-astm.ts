import { type AbsentReason, type Measured } from '@shimabashi/contracts';
import { type Decoder, type Reading } from '../../decoder.ts';
import { type Framed } from '../../framing/framer.ts';
import { hexOf } from '../../hex.ts';
import { localTimeOf } from '../calendar.ts';
import { numeric, statement } from '../gatt/fields.ts';
import { converted } from '../possible.ts';
import { rejectedBytes } from '../oximeter.ts';

/** Control characters of ASTM E1381. */
export const ASTM = { stx: 0x02, etx: 0x03, eot: 0x04, enq: 0x05, ack: 0x06, nak: 0x15, etb: 0x17 } as const;

const MG_PER_DL_OF_MMOL_PER_L = 18.0156;
/** A result field holds at most this much text. */
const RESULT =
  /^R\|(\d{1,5})\|\^\^\^Glucose\|(\d{1,4}(?:\.\d{1,2})?)?\|(mg\/dL|mmol\/L)(?:\^([BPD]))?\|\|([^|]{0,24})\|\|(\d{12}|\d{14})/;

const REFERENCE: Readonly<Record<string, string>> = {
  B: 'whole blood',
  P: 'plasma',
  D: 'deproteinized blood',
};

/**
 * Decodes the records of an Ascensia (Bayer) Contour: results of glucose, and the header as a statement.
 * Table and sources: `docs/devices/contour-astm.md`.
 */
export class ContourAstmDecoder implements Decoder {
  decode(framed: Framed): Reading[] {
    if (framed.kind === 'rejected') return [rejectedBytes(framed.bytes, 0)];
    const text = astmText(framed.bytes);
    const rawHex = hexOf(framed.bytes);
    const result = RESULT.exec(text);
    if (result !== null) return [resultOf(result, rawHex)];
    // A result that we cannot read must not look as if there were none.
    if (text.startsWith('R|')) return [rejectedBytes(framed.bytes, 0)];
    if (text.startsWith('H|')) return [headerOf(text, rawHex)];
    return [];
  }
}

/** The record in a frame: without frame number, end and checksum. */
function astmText(frame: Uint8Array): string {
  return Buffer.from(frame).toString('latin1').slice(2, -5).replace(/\r$/, '');
}

function resultOf(result: RegExpExecArray, rawHex: string): Reading {
  const [, sequence, value, unit = '', reference = '', markers = '', when = ''] = result;
  const deviceTime = timeOf(when);
  const reason = absentOf(markers, value);
  const sent: Measured =
    reason === undefined ? { status: 'measured', value: Number(value) } : { status: 'absent', reason };
  const inMgPerDl = converted(sent, mmol => (unit === 'mmol/L' ? mmol * MG_PER_DL_OF_MMOL_PER_L : mmol));
  return numeric('glucose', inMgPerDl, {
    quality: deviceTime === null ? ['clock-wrong'] : [],
    origin: 'stored',
    deviceTime,
    rawHex,
    recordNumber: Number(sequence),
    details: {
      deviceUnit: unit,
      markers: markers.split('/').filter(marker => marker !== ''),
      ...(value === undefined ? {} : { deviceValue: Number(value) }),
      ...(REFERENCE[reference] === undefined ? {} : { reference: REFERENCE[reference] }),
    },
  });
}

function absentOf(markers: string, value: string | undefined): AbsentReason | undefined {
  const marks = markers.split('/');
  if (marks.includes('C')) return 'not-of-a-patient'; // control solution
  if (marks.includes('>')) return 'above-range';
  if (marks.includes('<')) return 'below-range';
  return value === undefined ? 'not-available' : undefined;
}

function headerOf(text: string, rawHex: string): Reading {
  const fields = text.split('|');
  const [product = '', , serial = ''] = (fields[4] ?? '').split('^');
  return statement('device', { status: 'measured', value: product }, '1', {
    quality: [],
    deviceTime: timeOf(fields[13] ?? ''),
    rawHex,
    details: { serialNumber: serial, records: Number(fields[6] ?? 0) || 0 },
  });
}

/** `YYYYMMDDHHMM`, and the seconds where a meter has them. */
function timeOf(text: string): string | null {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?$/.exec(text);
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return localTimeOf({ year, month, day, hour, minute, second: Number.isNaN(second) ? 0 : second });
}
