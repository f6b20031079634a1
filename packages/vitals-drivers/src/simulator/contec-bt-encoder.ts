import { CONTEC_BT_HZ, contecBtFrame } from '../decoders/vendor/contec-bt.ts';
import { type EncodedFrame, type Encoder } from './encoder.ts';
import { type SimulatedPatient } from './patient.ts';

const NONE = 0xff;
const PLETH_MAX = 0x7f;

/** Encodes Contec's oximeters over Bluetooth: 60 samples a second, and the numbers once in it. */
export class ContecBtEncoder implements Encoder {
  readonly framesPerSecond = CONTEC_BT_HZ;
  #frame = 0;

  nextFrame(patient: SimulatedPatient): EncodedFrame {
    const moment = patient.advance(1 / CONTEC_BT_HZ);
    const wave = contecBtFrame([0xeb, 0x00, Math.round(moment.pleth * PLETH_MAX), 0, 0]);
    this.#frame += 1;
    if (this.#frame % CONTEC_BT_HZ !== 0) return { bytes: wave, completed: [] };
    const numbers = patient.nextNumbers();
    const rate = numbers?.heartRatePerMin ?? NONE;
    const spO2 = numbers?.spO2Percent ?? NONE;
    return {
      bytes: Uint8Array.of(...wave, ...contecBtFrame([0xeb, 0x01, 0x05, rate, spO2, PLETH_MAX, 0])),
      completed: [
        { parameter: 'SpO2', value: numbers?.spO2Percent ?? null },
        { parameter: 'pulse-rate', value: numbers?.heartRatePerMin ?? null },
      ],
    };
  }
}
