import { type Decoder, type Reading } from '../decoder.ts';
import { parseBeurerBloodPressure } from '../decoders/gatt/beurer-blood-pressure.ts';
import { parseBloodPressure, parseCuffPressure } from '../decoders/gatt/blood-pressure.ts';
import { parseCgm } from '../decoders/gatt/cgm.ts';
import { parseCurrentTime, parseDateTime } from '../decoders/gatt/clock.ts';
import { parseGlucoseContext } from '../decoders/gatt/glucose-context.ts';
import { parseGlucose } from '../decoders/gatt/glucose.ts';
import { parseHeartRate } from '../decoders/gatt/heart-rate.ts';
import { parsePlxContinuous, parsePlxSpotCheck } from '../decoders/gatt/pulse-oximeter.ts';
import { parseTemperature } from '../decoders/gatt/temperature.ts';
import { parseAandDWeight, parseWeight } from '../decoders/gatt/weight.ts';
import { type ParseValue, ValueDecoder } from '../decoders/value-decoder.ts';
import { type Framed } from '../framing/framer.ts';
import { hexOf } from '../hex.ts';
import { decodeGattValue, type GattValue } from './envelope.ts';
import { CHARACTERISTIC } from './names.ts';
import { type Uuid } from './uuid.ts';

const PARSERS: ReadonlyMap<Uuid, ParseValue> = new Map([
  [CHARACTERISTIC.bloodPressure, parseBloodPressure],
  [CHARACTERISTIC.cuffPressure, parseCuffPressure],
  [CHARACTERISTIC.temperature, parseTemperature],
  [CHARACTERISTIC.plxSpotCheck, parsePlxSpotCheck],
  [CHARACTERISTIC.plxContinuous, parsePlxContinuous],
  [CHARACTERISTIC.weight, parseWeight],
  [CHARACTERISTIC.aandWeight, parseAandDWeight],
  [CHARACTERISTIC.glucose, parseGlucose],
  [CHARACTERISTIC.glucoseContext, parseGlucoseContext],
  [CHARACTERISTIC.heartRate, parseHeartRate],
  [CHARACTERISTIC.cgm, parseCgm],
  [CHARACTERISTIC.dateTime, parseDateTime],
  [CHARACTERISTIC.currentTime, parseCurrentTime],
]);

const DECODERS: ReadonlyMap<Uuid, ValueDecoder> = new Map(
  [...PARSERS].map(([uuid, parse]) => [uuid, new ValueDecoder(parse)]),
);
const BEURER = new ValueDecoder(parseBeurerBloodPressure);

/** What a value says. One of a characteristic that the driver does not know is `rejected`. */
export function readGattValue(sent: GattValue, known: ReadonlySet<Uuid>): Reading[] {
  const { characteristic, dialect, value } = sent;
  const ofDialect =
    dialect === 'beurer' && characteristic === CHARACTERISTIC.bloodPressure
      ? BEURER
      : DECODERS.get(characteristic);
  if (ofDialect === undefined || !known.has(characteristic)) return [rejected(value)];
  return ofDialect.decode({ kind: 'frame', bytes: value });
}

/** Decodes the envelopes of a profile. */
export class GattDecoder implements Decoder {
  readonly #known: ReadonlySet<Uuid>;

  constructor(characteristics: readonly Uuid[]) {
    this.#known = new Set(characteristics);
  }

  decode(framed: Framed): Reading[] {
    if (framed.kind === 'rejected') return [rejected(framed.bytes)];
    return readGattValue(decodeGattValue(framed.bytes), this.#known);
  }
}

function rejected(bytes: Uint8Array): Reading {
  return { kind: 'rejected', reason: 'not-a-frame', rawHex: hexOf(bytes), lostWaveformSamples: 0 };
}
