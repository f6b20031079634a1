import { DF7 } from '../decoders/nonin-df7.ts';
import { DF8 } from '../decoders/nonin-df8.ts';
import { DF13 } from '../decoders/nonin-df13.ts';
import { completedOf } from './contec-v7-encoder.ts';
import { type EncodedFrame, type Encoder } from './encoder.ts';
import { NoninDf2Encoder } from './nonin-df2-encoder.ts';
import { type SimulatedPatient } from './patient.ts';

const MISSING = { pulseRate: 511, spO2: 127 } as const;

/** Encodes Nonin serial data format 7. Packet table: `docs/devices/nonin-df7.md`. */
export class NoninDf7Encoder extends NoninDf2Encoder {
  constructor() {
    super({ plethFullScale: DF7.plethFullScale, encode: encodeDf7Frame });
  }
}

/** One frame with its checksum. */
export function encodeDf7Frame(fields: { status: number; pleth: number; data: number }): Uint8Array {
  const { status, pleth, data } = fields;
  const bytes = [status, pleth >> 8, pleth & 0xff, data];
  return Uint8Array.of(...bytes, bytes.reduce((sum, byte) => sum + byte, 0) & 0xff);
}

/** Encodes Nonin data format 8. Frame: `docs/devices/nonin-df8.md`. */
export class NoninDf8Encoder implements Encoder {
  readonly framesPerSecond = 1;

  nextFrame(patient: SimulatedPatient): EncodedFrame {
    const { sensorOn } = patient.advance(1);
    const { condition } = patient;
    const numbers = patient.nextNumbers();
    const bytes = encodeDf8Frame({
      status:
        (sensorOn ? 0 : DF8.outOfTrack) |
        (condition.motion ? DF8.artifact : 0) |
        (condition.lowPerfusion ? DF8.perfusionLow : 0),
      pulseRate: numbers?.heartRatePerMin ?? MISSING.pulseRate,
      spO2: numbers?.spO2Percent ?? MISSING.spO2,
      status2: (sensorOn ? 0 : DF8.sensorAlarm) | (condition.batteryLow ? DF8.batteryLow : 0),
    });
    return { bytes, completed: completedOf(numbers) };
  }
}

export function encodeDf8Frame(fields: {
  status: number;
  pulseRate: number;
  spO2: number;
  status2: number;
}): Uint8Array {
  const { status, pulseRate, spO2, status2 } = fields;
  return Uint8Array.of(DF8.alwaysSet | status | (pulseRate >> 7), pulseRate & 0x7f, spO2, status2);
}

/**
 * Encodes Nonin data format 13, of a device whose clock stands still: a spot check every two seconds,
 * more often than anybody measures, so that nobody has to wait for one.
 */
export class NoninDf13Encoder implements Encoder {
  readonly framesPerSecond = 0.5;

  nextFrame(patient: SimulatedPatient): EncodedFrame {
    patient.advance(1 / this.framesPerSecond);
    const { condition } = patient;
    const numbers = patient.nextNumbers();
    const bytes = encodeDf13Packet({
      time: condition.wrongClock ? [20, 1, 1, 1, 0, 0, 15, 0] : [20, 26, 11, 22, 9, 30, 15, 0],
      status:
        (numbers === null ? DF13.noMeasurement : DF13.smartPoint) |
        (condition.batteryLow ? DF13.batteryLow : 0),
      pulseRate: numbers?.heartRatePerMin ?? MISSING.pulseRate,
      spO2: numbers?.spO2Percent ?? MISSING.spO2,
    });
    return { bytes, completed: completedOf(numbers) };
  }
}

/** One packet with its checksum. `time`: century, year, month, day, hour, minute, second, fraction. */
export function encodeDf13Packet(fields: {
  time: readonly number[];
  status: number;
  pulseRate: number;
  spO2: number;
  /** What later versions may add after the fields that we know. */
  more?: readonly number[];
}): Uint8Array {
  const { time, status, pulseRate, spO2, more = [] } = fields;
  const data = [...time, status >> 8, status & 0xff, pulseRate >> 8, pulseRate & 0xff, 0, spO2, ...more];
  const sum = data.reduce((total, byte) => total + byte, 0) & 0xff;
  return Uint8Array.of(...DF13.start, 0, 0, 0, data.length, ...data, sum, DF13.end);
}
