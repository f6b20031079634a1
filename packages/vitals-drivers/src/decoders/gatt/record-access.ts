import { ByteReader, frameInvalid } from '../../byte-reader.ts';
import { type Details, type Reading, type Stated } from '../../decoder.ts';
import { hexOf } from '../../hex.ts';
import { statement, wordOf } from './fields.ts';

const OPERATION: Readonly<Record<number, string>> = {
  1: 'report-records',
  2: 'delete-records',
  3: 'abort',
  4: 'count-records',
  5: 'number-of-records',
  6: 'response',
};
const OPERATOR: Readonly<Record<number, string>> = {
  0: 'none',
  1: 'all',
  2: 'less-or-equal',
  3: 'greater-or-equal',
  4: 'within-range',
  5: 'first',
  6: 'last',
};
/** `no-records` is a normal answer and no failure. */
const RESPONSE: Readonly<Record<number, string>> = {
  1: 'success',
  2: 'operation-not-supported',
  3: 'invalid-operator',
  4: 'operator-not-supported',
  5: 'invalid-operand',
  6: 'no-records',
  7: 'abort-unsuccessful',
  8: 'not-completed',
  9: 'operand-not-supported',
};
const NUMBER_OF_RECORDS = 5;
const RESPONSE_CODE = 6;

/**
 * Reads a Record Access Control Point (0x2A52): both what is asked of a device and what it answers.
 *
 * Source: Bluetooth SIG, `org.bluetooth.characteristic.record_access_control_point`. The size of a count
 * is the service's own: one, two or four bytes are taken, as in Nordic's library.
 *
 * @throws AppError `DEVICE_FRAME_INVALID`
 */
export function parseRecordAccess(frame: Uint8Array): Reading[] {
  const reader = new ByteReader(frame);
  const operation = reader.uint8();
  const operator = reader.uint8();
  if (OPERATION[operation] === undefined) throw frameInvalid('no operation that is known');
  const answered = operation === NUMBER_OF_RECORDS || operation === RESPONSE_CODE;
  if (answered && operator !== 0) throw frameInvalid('an answer with an operator');
  const { stated, details } = contentOf(operation, reader);
  return [
    statement('record-access', stated, '1', {
      quality: [],
      deviceTime: null,
      rawHex: hexOf(frame),
      details: { operation: wordOf(operation, OPERATION), operator: wordOf(operator, OPERATOR), ...details },
    }),
  ];
}

function contentOf(operation: number, reader: ByteReader): { stated: Stated | null; details: Details } {
  if (operation === NUMBER_OF_RECORDS) {
    const numberOfRecords = readCount(reader);
    return { stated: { status: 'measured', value: numberOfRecords }, details: { numberOfRecords } };
  }
  if (operation === RESPONSE_CODE) {
    const request = wordOf(reader.uint8(), OPERATION);
    const code = reader.uint8();
    reader.expectEnd();
    const response = wordOf(code, RESPONSE);
    return {
      stated: { status: 'measured', value: response },
      details: { request, response, responseCode: code },
    };
  }
  // A request: its filter has the form that the service gives it.
  const operand: number[] = [];
  while (reader.remaining > 0) operand.push(reader.uint8());
  return { stated: null, details: operand.length === 0 ? {} : { operand } };
}

function readCount(reader: ByteReader): number {
  switch (reader.remaining) {
    case 1:
      return reader.uint8();
    case 2:
      return reader.uint16();
    case 4:
      return reader.uint32();
    default:
      throw frameInvalid('a count of no known size');
  }
}
