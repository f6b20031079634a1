import { type Measured } from '@shimabashi/contracts';
import { ByteReader, frameInvalid } from '../../byte-reader.ts';
import { type Reading } from '../../decoder.ts';
import { hexOf } from '../../hex.ts';
import { numeric } from './fields.ts';

const FLAG = {
  rateIs16Bits: 0x01,
  contactDetected: 0x02,
  contactSupported: 0x04,
  energy: 0x08,
  rr: 0x10,
} as const;

/**
 * Reads a Heart Rate Measurement (0x2A37) with its RR intervals. Without skin contact there is no heart
 * rate, whatever number the sensor goes on sending.
 *
 * Source: Bluetooth SIG, `org.bluetooth.characteristic.heart_rate_measurement`.
 *
 * @throws AppError `DEVICE_FRAME_INVALID`
 */
export function parseHeartRate(frame: Uint8Array): Reading[] {
  const reader = new ByteReader(frame);
  const flags = reader.uint8();
  const rate = (flags & FLAG.rateIs16Bits) === 0 ? reader.uint8() : reader.uint16();
  const energyKj = (flags & FLAG.energy) === 0 ? undefined : reader.uint16();
  const rr = (flags & FLAG.rr) === 0 ? [] : readRrIntervals(reader);
  const contactSupported = (flags & FLAG.contactSupported) !== 0;
  const contact = (flags & FLAG.contactDetected) !== 0;
  return [
    numeric('heart-rate', measuredOf(rate, contactSupported && !contact), {
      quality: [],
      origin: 'live',
      deviceTime: null,
      rawHex: hexOf(frame),
      details: {
        ...(contactSupported ? { skinContact: contact } : {}),
        ...(energyKj === undefined ? {} : { energyExpendedKj: energyKj }),
        ...(rr.length === 0 ? {} : { rrIntervalsMs: rr }),
      },
    }),
  ];
}

function measuredOf(rate: number, noContact: boolean): Measured {
  if (noContact) return { status: 'absent', reason: 'sensor-off' };
  // Sensors without a contact flag send 0 until they have found the beats.
  if (rate === 0) return { status: 'absent', reason: 'not-available' };
  return { status: 'measured', value: rate };
}

/** All that is left of the frame, oldest first, each in 1/1024 s; given in ms to a hundredth. */
function readRrIntervals(reader: ByteReader): number[] {
  if (reader.remaining === 0) throw frameInvalid('without the RR intervals that it announces');
  const intervals: number[] = [];
  while (reader.remaining > 0) intervals.push(Math.round((reader.uint16() * 100_000) / 1_024) / 100);
  return intervals;
}
