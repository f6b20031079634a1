import { ByteReader } from '../../byte-reader.ts';
import { type Reading } from '../../decoder.ts';
import { hexOf } from '../../hex.ts';
import { converted } from '../possible.ts';
import { NO_DEVICE_DATE, readDeviceDate } from './device-date.ts';
import { numeric, readFloat, wordOf } from './fields.ts';

const FLAG = { fahrenheit: 0x01, timeStamp: 0x02, type: 0x04 } as const;

/** Where it was measured: `org.bluetooth.characteristic.temperature_type`. */
const SITE: Readonly<Record<number, string>> = {
  1: 'armpit',
  2: 'body (general)',
  3: 'ear',
  4: 'finger',
  5: 'gastro-intestinal tract',
  6: 'mouth',
  7: 'rectum',
  8: 'toe',
  9: 'tympanum (ear drum)',
};

/**
 * Reads a Temperature Measurement (0x2A1C), in degrees Celsius whatever the thermometer shows.
 *
 * Source: Bluetooth SIG, `org.bluetooth.characteristic.temperature_measurement`.
 *
 * @throws AppError `DEVICE_FRAME_INVALID`
 */
export function parseTemperature(frame: Uint8Array): Reading[] {
  const reader = new ByteReader(frame);
  const flags = reader.uint8();
  const inCelsius = (flags & FLAG.fahrenheit) === 0;
  const sent = readFloat(reader);
  const date = (flags & FLAG.timeStamp) === 0 ? NO_DEVICE_DATE : readDeviceDate(reader);
  const site = (flags & FLAG.type) === 0 ? undefined : wordOf(reader.uint8(), SITE);
  return [
    numeric('body-temperature', inCelsius ? sent : converted(sent, celsiusOf), {
      quality: date.quality,
      origin: (flags & FLAG.timeStamp) === 0 ? 'live' : 'stored',
      deviceTime: date.deviceTime,
      rawHex: hexOf(frame),
      details: {
        deviceUnit: inCelsius ? 'Cel' : '[degF]',
        ...(site === undefined ? {} : { site }),
        ...date.details,
      },
    }),
  ];
}

function celsiusOf(fahrenheit: number): number {
  return ((fahrenheit - 32) * 5) / 9;
}
