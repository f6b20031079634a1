import { type Measured } from '@shimabashi/contracts';
import { ByteReader, frameInvalid } from '../../byte-reader.ts';
import { type Reading } from '../../decoder.ts';
import { hexOf } from '../../hex.ts';
import { readFloat, readSfloat, statement } from './fields.ts';

/**
 * Reads bare SFLOATs, one after the other, little-endian as in Bluetooth.
 *
 * @throws AppError `DEVICE_FRAME_INVALID` unless they are whole.
 */
export function parseSfloats(frame: Uint8Array): Reading[] {
  return numbersOf(frame, 2, readSfloat);
}

/** Reads bare FLOATs, as above. */
export function parseFloats(frame: Uint8Array): Reading[] {
  return numbersOf(frame, 4, readFloat);
}

function numbersOf(frame: Uint8Array, size: number, read: (reader: ByteReader) => Measured): Reading[] {
  if (frame.length === 0) throw frameInvalid('empty');
  const reader = new ByteReader(frame);
  const readings: Reading[] = [];
  while (reader.remaining > 0) {
    const at = frame.length - reader.remaining;
    readings.push(
      statement('number', read(reader), '1', {
        quality: [],
        deviceTime: null,
        rawHex: hexOf(frame.subarray(at, at + size)),
        details: {},
      }),
    );
  }
  return readings;
}
