import { IVY } from '../decoders/vendor/ivy-ansar.ts';
import { type EncodedFrame, type Encoder } from './encoder.ts';
import { type SimulatedPatient } from './patient.ts';

const PLETH_EVERY = IVY.ecg.sampleRateHz / IVY.pleth.sampleRateHz;
/** Where a wave that is not measured rests. */
const BASELINE = 86;
const BYTE_MAX = 0xfd;

/** Encodes a monitor of Ivy: a message a second. `docs/devices/ivy-ansar.md`. */
export class IvyAnsarEncoder implements Encoder {
  readonly framesPerSecond = 1;

  nextFrame(patient: SimulatedPatient): EncodedFrame {
    const ecg: number[] = [];
    const pleth: number[] = [];
    for (let step = 0; step < IVY.ecg.samples; step += 1) {
      const moment = patient.advance(1 / IVY.ecg.sampleRateHz);
      const sample = Math.round(IVY.ecg.zero + moment.ecgMillivolt / IVY.ecg.millivolts);
      ecg.push(Math.min(Math.max(sample, 0), BYTE_MAX));
      if (step % PLETH_EVERY === 0) pleth.push(Math.round(moment.pleth * BYTE_MAX));
    }
    const numbers = patient.nextNumbers();
    const body = patient.body();
    const spO2 = numbers === null ? '---' : String(numbers.spO2Percent);
    const rate = numbers === null ? '---' : String(numbers.heartRatePerMin);
    const mean = Math.round((body.systolic + 2 * body.diastolic) / 3);
    const lines = [
      `HR=${rate};ECG II;`,
      `RR=${Math.round(body.respiratoryRatePerMin)};RESP;`,
      `SPO2=${spO2};PR=${rate};`,
      `NIBP=${Math.round(body.systolic)};${Math.round(body.diastolic)};${mean};---;NIBP;`,
    ];
    const rest = new Uint8Array(IVY.respirationSamples).fill(BASELINE);
    const bytes = Buffer.concat([
      Buffer.of(IVY.begin),
      IVY.name,
      Buffer.from(ecg),
      rest,
      Buffer.from(pleth),
      new Uint8Array(IVY.pressureSamples).fill(BASELINE),
      Buffer.from(lines.map(line => `${line}\r`).join('')),
      Buffer.of(IVY.end),
    ]);
    return {
      bytes,
      completed: [
        { parameter: 'SpO2', value: numbers?.spO2Percent ?? null },
        { parameter: 'pulse-rate', value: numbers?.heartRatePerMin ?? null },
      ],
    };
  }
}
