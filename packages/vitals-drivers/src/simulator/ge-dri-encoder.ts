import { GE_DRI } from '../decoders/vendor/ge-dri.ts';
import { geDriFrame } from '../framing/ge-dri-shape.ts';
import { type CompletedValue, type EncodedFrame, type Encoder } from './encoder.ts';
import { type SimulatedPatient } from './patient.ts';

/** Records of waves a second; the last of a second is followed by the numbers. */
const RECORDS_PER_SECOND = 5;
const ECG_SAMPLES = GE_DRI.rates.ecg / RECORDS_PER_SECOND;
const PLETH_EVERY = GE_DRI.rates.ecg / GE_DRI.rates.pleth;
/** Millivolts are sent as microvolts; the pleth swings between -40 and 40 %. */
const PLETH_SWING = 8_000;
const NO_DATA = -32_767;
const ACTIVE = 3;
const OF_ECG = 1 << 3;
/** The cuff is inflated so often, in seconds. */
const CUFF_EVERY_S = 120;

/** Encodes a monitor of GE that was asked for its displayed values and waves. `docs/devices/ge-dri.md`. */
export class GeDriEncoder implements Encoder {
  readonly framesPerSecond = RECORDS_PER_SECOND;
  #record = 0;
  #cuff = { systolic: 0, diastolic: 0 };

  nextFrame(patient: SimulatedPatient): EncodedFrame {
    const ecg: number[] = [];
    const pleth: number[] = [];
    for (let step = 0; step < ECG_SAMPLES; step += 1) {
      const moment = patient.advance(1 / GE_DRI.rates.ecg);
      ecg.push(Math.round(moment.ecgMillivolt * 1_000));
      if (step % PLETH_EVERY === 0) {
        pleth.push(moment.sensorOn ? Math.round((moment.pleth - 0.5) * PLETH_SWING) : NO_DATA);
      }
    }
    const seconds = Math.floor(patient.clock().getTime() / 1_000);
    const waves = geDriFrame(wavesOf(seconds, ecg, pleth));
    this.#record += 1;
    if (this.#record % RECORDS_PER_SECOND !== 0) return { bytes: waves, completed: [] };
    const body = patient.body();
    const second = this.#record / RECORDS_PER_SECOND - 1;
    if (second % CUFF_EVERY_S === 0) this.#cuff = { systolic: body.systolic, diastolic: body.diastolic };
    const numbers = patient.nextNumbers();
    const record = numbersOf(seconds, {
      spO2Percent: numbers?.spO2Percent,
      pulseRate: numbers?.heartRatePerMin,
      respiratoryRate: body.respiratoryRatePerMin,
      temperature: body.temperatureCel,
      ...this.#cuff,
    });
    const completed: CompletedValue[] = [
      { parameter: 'SpO2', value: numbers?.spO2Percent ?? null },
      { parameter: 'pulse-rate', value: numbers?.heartRatePerMin ?? null },
    ];
    return { bytes: Buffer.concat([waves, geDriFrame(record)]), completed };
  }
}

interface Numbers {
  readonly spO2Percent: number | undefined;
  readonly pulseRate: number | undefined;
  readonly respiratoryRate: number;
  readonly temperature: number;
  readonly systolic: number;
  readonly diastolic: number;
}

/** One subrecord of displayed values of the basic class. */
function numbersOf(seconds: number, numbers: Numbers): Uint8Array {
  const record = headed(seconds, GE_DRI.physiological, [{ type: GE_DRI.displayed, at: 0 }], 278);
  const view = new DataView(record.buffer, GE_DRI.headerBytes);
  view.setUint32(0, seconds, true);
  const field = (at: number, value: number | undefined, factor: number) =>
    view.setInt16(at, value === undefined ? NO_DATA : Math.round(value * factor), true);
  view.setUint32(4, ACTIVE | OF_ECG, true);
  field(10, numbers.pulseRate, 1);
  field(18, numbers.respiratoryRate, 1);
  view.setUint32(76, ACTIVE, true);
  field(82, numbers.systolic, 100);
  field(84, numbers.diastolic, 100);
  field(86, (numbers.systolic + 2 * numbers.diastolic) / 3, 100);
  field(88, undefined, 1);
  view.setUint32(90, ACTIVE, true);
  view.setUint16(94, 6, true); // axilla
  field(96, numbers.temperature, 100);
  view.setUint32(122, ACTIVE, true);
  field(128, numbers.spO2Percent, 100);
  field(130, numbers.pulseRate, 1);
  return record;
}

function wavesOf(seconds: number, ecg: readonly number[], pleth: readonly number[]): Uint8Array {
  const ecgBytes = GE_DRI.waveHeaderBytes + ecg.length * 2;
  const plethBytes = GE_DRI.waveHeaderBytes + pleth.length * 2;
  const listed = [
    { type: GE_DRI.wave.ecg, at: 0 },
    { type: GE_DRI.wave.pleth, at: ecgBytes },
  ];
  const record = headed(seconds, GE_DRI.waves, listed, ecgBytes + plethBytes);
  const view = new DataView(record.buffer, GE_DRI.headerBytes);
  for (const [from, samples] of [
    [0, ecg],
    [ecgBytes, pleth],
  ] as const) {
    view.setUint16(from, samples.length, true);
    samples.forEach((sample, at) => view.setInt16(from + GE_DRI.waveHeaderBytes + at * 2, sample, true));
  }
  return record;
}

function headed(
  seconds: number,
  mainType: number,
  subrecords: readonly { type: number; at: number }[],
  bodyBytes: number,
): Uint8Array<ArrayBuffer> {
  const record = new Uint8Array(GE_DRI.headerBytes + bodyBytes);
  const view = new DataView(record.buffer);
  view.setUint16(0, record.length, true);
  view.setUint32(GE_DRI.timeAt, seconds, true);
  view.setUint16(GE_DRI.mainTypeAt, mainType, true);
  subrecords.forEach(({ type, at }, index) => {
    view.setInt16(GE_DRI.descriptorsAt + index * 3, at, true);
    view.setUint8(GE_DRI.descriptorsAt + index * 3 + 2, type);
  });
  view.setUint8(GE_DRI.descriptorsAt + subrecords.length * 3 + 2, GE_DRI.endOfList);
  return record;
}
