import { type AppError, type DeviceStatus, type Sample, type WaveformBlock } from '@shimabashi/contracts';
import { type Driver, type Persist } from './driver.ts';
import { type RawLog } from './raw-log.ts';
import { type Transport } from './transport.ts';

/** A device as it was enrolled: found by its id and never by being the first in some list. */
export interface SupervisedDevice {
  readonly deviceId: string;
  readonly name: string;
  readonly driver: Driver;
  readonly transport: Transport;
  /** For drivers that acknowledge: see `readingsOf`. */
  readonly persist?: Persist;
  /** IANA name of the zone that the device's clock shows: without it no record of a memory has a known time. */
  readonly timeZone?: string;
  /** Takes what crosses the line. */
  readonly rawLog?: RawLog;
}

/** Time and chance, given from outside so that hours pass in a test at once. */
export interface SupervisorClock {
  /** Wall clock, in whole milliseconds since the epoch. */
  nowMs(): number;
  /** Calls `run` after `delayMs`, until the returned function is called. */
  after(delayMs: number, run: () => void): () => void;
  /** From 0 up to 1. */
  random(): number;
}

export interface SupervisorListener {
  /** Numbers, at once and in order; never more than `SAMPLES_PER_MESSAGE_MAX`. */
  onSamples(samples: Sample[]): void;
  onWaveform(block: WaveformBlock): void;
  onStatus(status: DeviceStatus): void;
  /** A device told its clock: minus ours, in milliseconds; null for one that is not set. */
  onClock?(deviceId: string, offsetMs: number | null): void;
  /** The device left `connected`: no value of it may be shown as if it were now. */
  onWithdrawn(deviceId: string): void;
  /** A session ended; the next one is tried after a pause. */
  onSessionFailed(deviceId: string, error: AppError): void;
}
