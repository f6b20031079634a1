import { AppError } from '@shimabashi/contracts';
import { ContecV7Encoder, ContecV7StoredEncoder } from './contec-v7-encoder.ts';
import { type CompletedValue, type Encoder } from './encoder.ts';
import { bci5ByteEncoder, contec5ByteEncoder } from './five-byte-encoder.ts';
import { ContecV46StoredEncoder } from './contec-v46-encoder.ts';
import { NoninDf13Encoder, NoninDf7Encoder, NoninDf8Encoder } from './nonin-encoders.ts';
import { NoninDf2Encoder } from './nonin-df2-encoder.ts';
import { openOutput, type SimulatorTarget } from './outputs.ts';
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
};

export const SIMULATED_PROTOCOLS: readonly string[] = Object.keys(ENCODERS);

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
  setScenario(scenario: Scenario): void;
  /** Falls silent with the line open, as a monitor that hangs. */
  stall(): void;
  resume(): void;
  stop(): Promise<void>;
}

/**
 * Starts a simulated device. A driver cannot tell it from a monitor: same bytes, same rate.
 *
 * @throws AppError `NOT_FOUND` for a protocol that it cannot speak, `CONFIG_INVALID` when the target
 * cannot be opened.
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const createEncoder = ENCODERS[options.protocol];
  if (createEncoder === undefined) throw new AppError('NOT_FOUND', 'No simulator speaks this protocol.');
  const encoder = createEncoder();
  const patient = new SimulatedPatient(options.seed, options.scenario);
  const output = await openOutput(options.to);
  let stalled = false;
  const pacer = startPacer({
    perSecond: encoder.framesPerSecond,
    step: () => {
      const frame = encoder.nextFrame(patient);
      if (stalled || frame.bytes.length === 0) return; // The patient lives on while the monitor hangs.
      const atMs = performance.timeOrigin + performance.now();
      output.write(frame.bytes);
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
    setScenario: scenario => patient.setScenario(scenario),
    stall: () => {
      stalled = true;
    },
    resume: () => {
      stalled = false;
    },
    stop: async () => {
      pacer.stop();
      await output.close();
    },
  };
}
