import { type EncodedFrame, type Encoder } from './encoder.ts';
import { type SimulatedPatient } from './patient.ts';

/** As Atmel's sample associates, with the standard configuration of an oximeter. */
const ASSOCIATION = Buffer.from(
  'e2000032800000000001002a507900268000000080008000000000000000008000000008' +
    '4c4e494147454e5401900001010000000000',
  'hex',
);
const NOT_A_NUMBER = 0x07ff;

/** Encodes a personal health device: an oximeter that associates, and reports once a second. */
export class PhdEncoder implements Encoder {
  readonly framesPerSecond = 1;
  #invoke = 0;

  nextFrame(patient: SimulatedPatient): EncodedFrame {
    patient.advance(1);
    const numbers = patient.nextNumbers();
    const time = digits(patient.clock());
    const observed = (handle: number, value: number | undefined) => [
      ...word(handle),
      ...word(10),
      ...word(value ?? NOT_A_NUMBER),
      ...time,
    ];
    const values = [...observed(1, numbers?.spO2Percent), ...observed(10, numbers?.heartRatePerMin)];
    const report = [...word(0xf000), ...word(this.#invoke), ...word(2), ...sized(values)];
    const event = [0, 0, 0xff, 0xff, 0xff, 0xff, ...word(0x0d1d), ...sized(report)];
    const apdu = [...word(this.#invoke), ...word(0x0101), ...sized(event)];
    const data = Uint8Array.of(0xe7, 0x00, ...sized(sized(apdu)));
    const isFirst = this.#invoke === 0;
    this.#invoke = (this.#invoke + 1) & 0xffff;
    return {
      bytes: isFirst ? Buffer.concat([ASSOCIATION, data]) : data,
      completed: [
        { parameter: 'SpO2', value: numbers?.spO2Percent ?? null },
        { parameter: 'pulse-rate', value: numbers?.heartRatePerMin ?? null },
      ],
    };
  }
}

/** Century to second, two decimal digits a byte, and no hundredths. */
function digits(moment: Date): number[] {
  const text = moment.toISOString().replaceAll(/[-T:]/g, '').slice(0, 14);
  return [...Buffer.from(`${text}00`, 'hex')];
}

function sized(bytes: readonly number[]): number[] {
  return [...word(bytes.length), ...bytes];
}

function word(value: number): number[] {
  return [value >> 8, value & 0xff];
}
