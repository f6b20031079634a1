import { DF2, DF2_STATUS } from '../decoders/nonin-df2.ts';
import { type CompletedValue, type EncodedFrame, type Encoder } from './encoder.ts';
import { type Condition, type SimulatedPatient } from './patient.ts';

/** What a frame of the packet carries in its data byte, counted from zero. */
type Slot = 'hr-msb' | 'hr-lsb' | 'spo2' | 'revision';
const SLOTS: Readonly<Record<number, Slot | undefined>> = {
  0: 'hr-msb',
  1: 'hr-lsb',
  2: 'spo2',
  3: 'revision',
  8: 'spo2', // SpO2-D
  9: 'spo2', // SpO2 fast
  10: 'spo2', // SpO2 beat to beat
  13: 'hr-msb', // E-HR
  14: 'hr-lsb',
  15: 'spo2', // E-SpO2
  16: 'spo2', // E-SpO2-D
  19: 'hr-msb', // HR-D
  20: 'hr-lsb',
  21: 'hr-msb', // E-HR-D
  22: 'hr-lsb',
};
const FIRMWARE_REVISION = 0x30;

/** What the formats with packets of 25 frames differ in. */
export interface NoninFrameFormat {
  readonly plethFullScale: number;
  readonly encode: (fields: { status: number; pleth: number; data: number }) => Uint8Array;
}

const DF2_FORMAT: NoninFrameFormat = { plethFullScale: 255, encode: encodeDf2Frame };

/** Encodes Nonin serial data formats 2 and 7. Packet table: `docs/devices/nonin-df2.md`. */
export class NoninDf2Encoder implements Encoder {
  readonly framesPerSecond = DF2.framesPerSecond;
  readonly #format: NoninFrameFormat;
  #place = 0;
  #pulseRate: number = DF2.missingPulseRate;
  #spO2: number = DF2.missingSpO2;

  constructor(format: NoninFrameFormat = DF2_FORMAT) {
    this.#format = format;
  }

  nextFrame(patient: SimulatedPatient): EncodedFrame {
    const { plethFullScale, encode } = this.#format;
    const place = this.#place;
    this.#place = (place + 1) % DF2.framesPerPacket;
    if (place === 0) {
      const numbers = patient.nextNumbers();
      this.#pulseRate = numbers?.heartRatePerMin ?? DF2.missingPulseRate;
      this.#spO2 = numbers?.spO2Percent ?? DF2.missingSpO2;
    }
    const moment = patient.advance(1 / DF2.framesPerSecond);
    const { condition } = patient;
    const status =
      DF2_STATUS.alwaysSet |
      (place === 0 ? DF2_STATUS.sync : 0) |
      (moment.sensorOn ? 0 : DF2_STATUS.sensorAlarm | DF2_STATUS.outOfTrack) |
      (moment.atBeat ? perfusionOf(condition) : 0) |
      (condition.motion ? DF2_STATUS.artifact : 0);
    return {
      bytes: encode({ status, pleth: Math.round(moment.pleth * plethFullScale), data: this.#dataOf(place) }),
      completed: this.#completedAt(place),
    };
  }

  #dataOf(place: number): number {
    const slot = SLOTS[place];
    switch (slot) {
      case 'hr-msb':
        return this.#pulseRate >> 7;
      case 'hr-lsb':
        return this.#pulseRate & 0x7f;
      case 'spo2':
        return this.#spO2;
      case 'revision':
        return FIRMWARE_REVISION;
      case undefined:
        return 0;
    }
  }

  #completedAt(place: number): readonly CompletedValue[] {
    if (place === 1) {
      const present = this.#pulseRate !== DF2.missingPulseRate;
      return [{ parameter: 'pulse-rate', value: present ? this.#pulseRate : null }];
    }
    if (place === 2) {
      return [{ parameter: 'SpO2', value: this.#spO2 === DF2.missingSpO2 ? null : this.#spO2 }];
    }
    return [];
  }
}

function perfusionOf({ lowPerfusion }: Condition): number {
  return lowPerfusion ? DF2_STATUS.perfusionRed : DF2_STATUS.perfusionGreen;
}

/** One frame with its checksum. */
export function encodeDf2Frame(fields: { status: number; pleth: number; data: number }): Uint8Array {
  const { status, pleth, data } = fields;
  return Uint8Array.of(DF2.startByte, status, pleth, data, (DF2.startByte + status + pleth + data) & 0xff);
}
