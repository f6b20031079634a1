export { type Connection, type Transport } from './transport.ts';
export { type Framed, type Framer } from './framing/framer.ts';
export { FixedLengthFramer } from './framing/fixed-length-framer.ts';
export {
  type Decoder,
  type Details,
  type NumericReading,
  type Reading,
  type RejectedFrame,
  type Stated,
  type StatementReading,
  type WaveformReading,
} from './decoder.ts';
export {
  loggedTransport,
  type RawEntry,
  type RawHeader,
  type RawLog,
  readRawLine,
  textRawLog,
} from './raw-log.ts';
export { codecOf, CODECS } from './codecs/index.ts';
export {
  type Codec,
  type Driver,
  type DriverClock,
  type Persist,
  readingsOf,
  type SerialSettings,
} from './driver.ts';
export { recordIdOf } from './known-records.ts';
export { detect, type Listenable } from './detect.ts';
export { driverOf, DRIVERS, gattDriverOf, gattDriversOf, hidDriversOf } from './drivers/index.ts';
export { type BluetoothFacts, bondsFirst } from './gatt/quirks.ts';
export { type GattDriver } from './gatt/gatt-driver.ts';
export { type Advertisement, type GattIdentity, type GattLink, type ScanFilter } from './gatt/gatt-link.ts';
export { type GattFacts } from './gatt/session.ts';
export { type SupervisedDevice, type SupervisorClock, type SupervisorListener } from './supervised.ts';
export { Supervisor } from './supervisor.ts';
export { systemClock } from './system-clock.ts';
