import { type Codec } from '../driver.ts';
import { parseBloodPressure, parseCuffPressure } from '../decoders/gatt/blood-pressure.ts';
import { parseCgm } from '../decoders/gatt/cgm.ts';
import { parseCurrentTime, parseDateTime } from '../decoders/gatt/clock.ts';
import { parseGlucoseContext } from '../decoders/gatt/glucose-context.ts';
import { parseGlucose } from '../decoders/gatt/glucose.ts';
import { parseHeartRate } from '../decoders/gatt/heart-rate.ts';
import { parseFloats, parseSfloats } from '../decoders/gatt/numbers.ts';
import { parsePlxContinuous, parsePlxSpotCheck } from '../decoders/gatt/pulse-oximeter.ts';
import { parseRecordAccess } from '../decoders/gatt/record-access.ts';
import { parseTemperature } from '../decoders/gatt/temperature.ts';
import { parseAandDWeight, parseWeight } from '../decoders/gatt/weight.ts';
import { type ParseValue, ValueDecoder } from '../decoders/value-decoder.ts';
import { ValueFramer } from '../framing/value-framer.ts';

const NORDIC = 'vectors of Nordic Android-BLE-Common-Library; no device yet';

/** The values of Bluetooth SIG characteristics. Notes: `docs/devices/gatt.md`. */
export const GATT_CODECS: readonly Codec[] = [
  value('gatt-2a37', 'Heart Rate Measurement, with RR intervals', parseHeartRate, NORDIC),
  value('gatt-2a35', 'Blood Pressure Measurement', parseBloodPressure, NORDIC),
  value('gatt-2a36', 'Intermediate Cuff Pressure', parseCuffPressure, NORDIC),
  value('gatt-2a1c', 'Temperature Measurement', parseTemperature, NORDIC),
  value(
    'gatt-2a5e',
    'PLX Spot-Check Measurement',
    parsePlxSpotCheck,
    'vector of SpeziBluetooth; no device yet',
  ),
  value(
    'gatt-2a5f',
    'PLX Continuous Measurement',
    parsePlxContinuous,
    'vectors of SpeziBluetooth; no device yet',
  ),
  value(
    'gatt-2a18',
    'Glucose Measurement',
    parseGlucose,
    'vectors of Nordic Android-BLE-Common-Library and of a public test; no device yet',
  ),
  value('gatt-2a34', 'Glucose Measurement Context', parseGlucoseContext, NORDIC),
  value(
    'gatt-2a9d',
    'Weight Measurement',
    parseWeight,
    'vectors of bluetooth-sig-python, ble-scale-sync; no device yet',
  ),
  value('gatt-2aa7', 'CGM Measurement', parseCgm, NORDIC),
  value('gatt-2a08', 'Date Time', parseDateTime, NORDIC),
  value('gatt-2a2b', 'Current Time', parseCurrentTime, 'vectors of bluetooth-sig-python; no device yet'),
  value('gatt-2a52', 'Record Access Control Point', parseRecordAccess, NORDIC),
  value(
    'ieee11073-sfloat',
    'SFLOAT, little-endian, one or more',
    parseSfloats,
    'SFLOATs in the vectors of Nordic and SpeziBluetooth',
  ),
  value(
    'ieee11073-float',
    'FLOAT, little-endian, one or more',
    parseFloats,
    'FLOATs in the vectors of Nordic and of a public test',
  ),
  value(
    'aand-weight',
    'A&D weight scale, own characteristic',
    parseAandDWeight,
    "simulator only: fields of A&D's sample code, no vector",
  ),
];

function value(protocol: string, title: string, parse: ParseValue, evidence: string): Codec {
  return {
    protocol,
    title,
    evidence,
    carries: 'values',
    createFramer: () => new ValueFramer(),
    createDecoder: () => new ValueDecoder(parse),
  };
}
