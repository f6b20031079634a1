import { frameInvalid } from '../../byte-reader.ts';
import { type Reading } from '../../decoder.ts';
import { hexOf } from '../../hex.ts';
import { localTimeOf } from '../calendar.ts';
import { statement } from '../gatt/fields.ts';
import { cuffReadings } from './cuff.ts';

const YONKER = { bytes: 15, result: 0x81, progress: 0x80 } as const;

/**
 * Reads a value of Yonker's cuffs (YK-BPA and kin). Table and sources: `docs/devices/yonker.md`.
 *
 * @throws AppError `DEVICE_FRAME_INVALID`
 */
export function parseYonker(value: Uint8Array): Reading[] {
  const [kind, systolic = 0, diastolic = 0, pulse = 0] = value;
  const rawHex = hexOf(value);
  if (kind === YONKER.progress && value.length >= 2) {
    // What stands in it has no source: the bytes are the evidence.
    const facts = { quality: [], deviceTime: null, rawHex, details: {} };
    return [statement('message', { status: 'measured', value: 'measuring' }, '1', facts)];
  }
  if (kind !== YONKER.result) throw frameInvalid('neither result nor progress');
  if (value.length !== YONKER.bytes) throw frameInvalid('not 15 bytes long');
  const [day = 0, month = 0, year = 0, hour = 0, minute = 0] = value.subarray(6);
  const deviceTime = localTimeOf({ year: 2_000 + year, month, day, hour, minute });
  return cuffReadings(
    { systolic, diastolic, pulse },
    {
      quality: deviceTime === null ? ['clock-wrong'] : [],
      origin: 'live',
      deviceTime,
      rawHex,
      details: {},
    },
  );
}
