import { AppError } from '@shimabashi/contracts';
import { ContecBtEncoder } from './contec-bt-encoder.ts';
import { ContecV7Encoder, ContecV7StoredEncoder } from './contec-v7-encoder.ts';
import { type CompletedValue, type Encoder } from './encoder.ts';
import { bci5ByteEncoder, contec5ByteEncoder } from './five-byte-encoder.ts';
import { ContecV46StoredEncoder } from './contec-v46-encoder.ts';
import { GATT_DRIVERS } from '../drivers/gatt-profiles.ts';
import { GattStreamEncoder } from './gatt/stream-encoder.ts';
import { GeDriEncoder } from './ge-dri-encoder.ts';
import { Hl7Encoder } from './hl7-encoder.ts';
import { IntellivueEncoder } from './intellivue-encoder.ts';
import { IvyAnsarEncoder } from './ivy-ansar-encoder.ts';
import { LineTrouble } from './line-trouble.ts';
import { NoninDf13Encoder, NoninDf7Encoder, NoninDf8Encoder } from './nonin-encoders.ts';
import { NoninDf2Encoder } from './nonin-df2-encoder.ts';
import { PhdEncoder } from './phd-encoder.ts';
import { openOutput, type SimulatorTarget, targetBeside } from './outputs.ts';
import { startPacer } from './pacer.ts';
import { SimulatedPatient } from './patient.ts';
import { type Scenario } from './scenarios.ts';

/** Protocols that the simulator can speak. */
const ENCODERS: Readonly<Record<string, () => Encoder>> = {
  'nonin-df2': () => new NoninDf2Encoder(),
  'nonin-df7': () => new NoninDf7Encoder(),
  'nonin-df8': () => new NoninDf8Encoder(),
  'nonin-df13': () => new NoninDf13Encoder(),
  'contec-5byte': contec5ByteEncoder,
  'bci-5byte': bci5ByteEncoder,
  'contec-v7': () => new ContecV7Encoder(),
  'contec-v46-stored': () => new ContecV46StoredEncoder(),
  'contec-v7-stored': () => new ContecV7StoredEncoder(),
  'hl7-oru': () => new Hl7Encoder(),
  mllp: () => new Hl7Encoder(),
  'ge-dri': () => new GeDriEncoder(),
  'ivy-ansar': () => new IvyAnsarEncoder(),
  'contec-bt': () => new ContecBtEncoder(),
  'intellivue-frame': () => new IntellivueEncoder(),
  'ieee11073-20601': () => new PhdEncoder(),
  ...Object.fromEntries(GATT_DRIVERS.map(driver => [driver.protocol, () => new GattStreamEncoder(driver)])),
};

export const SIMULATED_PROTOCOLS: readonly string[] = Object.keys(ENCODERS);

/**
 * The first frames of a simulated device, as fast as they can be made: valid bytes for tests.
 *
 * @throws AppError `NOT_FOUND` for a protocol that it cannot speak.
 */
export function simulatedFrames(protocol: string, count: number): Uint8Array[] {
  const encoder = encoderOf(protocol);
  const patient = new SimulatedPatient(1, 'normal');
  return Array.from({ length: count }, () => encoder.nextFrame(patient).bytes);
}

/**
 * How many frames a second a simulated device sends: as many as a real one.
 *
 * @throws AppError `NOT_FOUND` as above.
 */
export function simulatedFramesPerSecond(protocol: string): number {
  return encoderOf(protocol).framesPerSecond;
}

function encoderOf(protocol: string): Encoder {
  const createEncoder = ENCODERS[protocol];
  if (createEncoder === undefined) throw new AppError('NOT_FOUND', 'No simulator speaks this protocol.');
  return createEncoder();
}

/** A frame that is about to be written, and the numbers that it completes (mostly none). */
export interface WrittenFrame {
  /** Just before the write, in milliseconds since the epoch with parts of a millisecond. */
  readonly atMs: number;
  readonly completed: readonly CompletedValue[];
}

export interface SimulatorOptions {
  readonly protocol: string;
  readonly scenario: Scenario;
  readonly seed: number;
  readonly to: SimulatorTarget;
  readonly onFrameWritten?: (frame: WrittenFrame) => void;
}

export interface Simulator {
  /** The TCP port that listens; null for other targets. */
  readonly port: number | null;
  /** That of the second device in the scenario of two; null without one. */
  readonly secondPort: number | null;
  setScenario(scenario: Scenario): void;
  /** Falls silent with the line open, as a monitor that hangs. */
  stall(): void;
  resume(): void;
  stop(): Promise<void>;
}

/** The second of two devices: another patient, so that numbers that went astray are seen. */
const SECOND = { scenario: 'fever', seed: 2 } as const;

/**
 * Starts a simulated device. A driver cannot tell it from a monitor: same bytes, same rate.
 *
 * @throws AppError `NOT_FOUND` for a protocol that it cannot speak, `CONFIG_INVALID` when the target
 * cannot be opened.
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const encoder = encoderOf(options.protocol);
  const patient = new SimulatedPatient(options.seed, options.scenario);
  const output = await openOutput(options.to);
  const second =
    options.scenario === 'two-devices'
      ? await startSimulator({ ...options, ...SECOND, to: targetBeside(options.to, output.port) })
      : undefined;
  let line = new LineTrouble(options.scenario, options.seed, encoder.framesPerSecond);
  let stalled = false;
  const pacer = startPacer({
    perSecond: encoder.framesPerSecond,
    step: () => {
      const frame = encoder.nextFrame(patient);
      const { bytes, hangUp } = line.carry(frame.bytes);
      if (hangUp) output.hangUp();
      if (stalled || bytes.length === 0) return; // The patient lives on while the monitor hangs.
      const atMs = performance.timeOrigin + performance.now();
      output.write(bytes);
      options.onFrameWritten?.({ atMs, completed: frame.completed });
    },
    monotonicMs: () => performance.now(),
    after: (delayMs, run) => {
      const timer = setTimeout(run, delayMs);
      return () => clearTimeout(timer);
    },
  });
  return {
    port: output.port,
    secondPort: second?.port ?? null,
    setScenario: scenario => {
      patient.setScenario(scenario);
      line = new LineTrouble(scenario, options.seed, encoder.framesPerSecond);
    },
    stall: () => {
      stalled = true;
    },
    resume: () => {
      stalled = false;
    },
    stop: async () => {
      pacer.stop();
      await second?.stop();
      await output.close();
    },
  };
}
