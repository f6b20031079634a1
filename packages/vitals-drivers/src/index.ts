export { type Connection, type Transport } from './transport.ts';
export { type Framed, type Framer } from './framing/framer.ts';
export { FixedLengthFramer } from './framing/fixed-length-framer.ts';
export {
  type Decoder,
  type NumericReading,
  type Reading,
  type RejectedFrame,
  type WaveformReading,
} from './decoder.ts';
export { type Driver, type DriverClock, readingsOf, type SerialSettings } from './driver.ts';
export { driverOf, DRIVERS } from './drivers/index.ts';
export { type SupervisedDevice, type SupervisorClock, type SupervisorListener } from './supervised.ts';
export { Supervisor } from './supervisor.ts';
export { systemClock } from './system-clock.ts';
