import { hl7Block } from '../decoders/hl7/message.ts';
import { type EncodedFrame, type Encoder } from './encoder.ts';
import { type SimulatedPatient } from './patient.ts';

/** As a Mindray monitor sends it (our vectors). */
const ECG_HZ = 500;
const PLETH_EVERY = 5;
const PLETH_FULL_SCALE = 4_095;
/** Microvolts a step. */
const ECG_RESOLUTION_MV = 0.005;
/** The cuff is inflated so often; in between its last numbers are sent with their time. In seconds. */
const CUFF_EVERY_S = 120;
const NOT_AVAILABLE = '|8388607|';

/** Encodes a bedside monitor: one ORU^R01 a second with numbers and waves. `docs/devices/hl7-oru.md`. */
export class Hl7Encoder implements Encoder {
  readonly framesPerSecond = 1;
  #message = 0;
  #cuff = '';

  nextFrame(patient: SimulatedPatient): EncodedFrame {
    const ecg: number[] = [];
    const pleth: number[] = [];
    for (let step = 0; step < ECG_HZ; step += 1) {
      const moment = patient.advance(1 / ECG_HZ);
      ecg.push(Math.round(moment.ecgMillivolt / ECG_RESOLUTION_MV));
      if (step % PLETH_EVERY === 0) {
        pleth.push(moment.sensorOn ? Math.round(moment.pleth * PLETH_FULL_SCALE) : 32_767);
      }
    }
    const numbers = patient.nextNumbers();
    const body = patient.body();
    const at = `${patient.clock().toISOString().replaceAll(/[-T:]/g, '').slice(0, 14)}+0900`;
    if (this.#message % CUFF_EVERY_S === 0) this.#cuff = at;
    this.#message += 1;
    const mean = Math.round((body.systolic + 2 * body.diastolic) / 3);
    const flag = patient.condition.motion ? 'QUES' : '';
    const bytes = hl7Block([
      `MSH|^~\\&|SIMULATOR^0000000000000001^EUI-64|SHIMABASHI|||${at}||ORU^R01^ORU_R01|${this.#message}|P|2.6|||||UNICODE UTF-8`,
      'PV1||I|^^BED-1',
      `OBR|1||${this.#message}|182777000^monitoring of patient^SCT|||${at}`,
      number(1, '150456^MDC_PULS_OXIM_SAT_O2^MDC', '1.3.1.150456', numbers?.spO2Percent, PERCENT, flag),
      number(2, '149530^MDC_PULS_OXIM_PULS_RATE^MDC', '1.3.1.149530', numbers?.heartRatePerMin, BEATS, flag),
      number(3, '151562^MDC_RESP_RATE^MDC', '1.5.1.151562', body.respiratoryRatePerMin, BREATHS, ''),
      number(4, '150344^MDC_TEMP^MDC', '1.2.1.150344', body.temperatureCel, CELSIUS, ''),
      number(5, '150021^MDC_PRESS_BLD_NONINV_SYS^MDC', '1.1.9.150021', body.systolic, MMHG, '', this.#cuff),
      number(6, '150022^MDC_PRESS_BLD_NONINV_DIA^MDC', '1.1.9.150022', body.diastolic, MMHG, '', this.#cuff),
      number(7, '150023^MDC_PRESS_BLD_NONINV_MEAN^MDC', '1.1.9.150023', mean, MMHG, '', this.#cuff),
      `OBX|8|NA|131330^MDC_ECG_ELEC_POTL_II^MDC|1.7.6.131330|${ecg.join('^')}||||||R`,
      `OBX|9|NM|0^MDC_ATTR_SAMP_RATE^MDC|1.7.6.131330.1|${ECG_HZ}|264640^MDC_DIM_HZ^MDC|||||R`,
      `OBX|10|NM|2327^MDC_ATTR_NU_MSMT_RES^MDC|1.7.6.131330.2|${ECG_RESOLUTION_MV}|266418^MDC_DIM_MILLI_VOLT^MDC|||||R`,
      `OBX|11|NA|150452^MDC_PULS_OXIM_PLETH^MDC|1.3.1.150452|${pleth.join('^')}||||||R`,
      `OBX|12|NM|0^MDC_ATTR_SAMP_RATE^MDC|1.3.1.150452.1|${ECG_HZ / PLETH_EVERY}|264640^MDC_DIM_HZ^MDC|||||R`,
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

const PERCENT = '262688^MDC_DIM_PERCENT^MDC';
const BEATS = '264864^MDC_DIM_BEAT_PER_MIN^MDC';
const BREATHS = '264928^MDC_DIM_RESP_PER_MIN^MDC';
const CELSIUS = '268192^MDC_DIM_DEGC^MDC';
const MMHG = '266016^MDC_DIM_MMHG^MDC';

/** One OBX; a number that is missing is sent as monitors do, with the status X. */
function number(
  setId: number,
  term: string,
  subId: string,
  value: number | undefined,
  unit: string,
  flag: string,
  at = '',
): string {
  const sent = value === undefined ? NOT_AVAILABLE : `|${value}|`;
  return `OBX|${setId}|NM|${term}|${subId}${sent}${unit}||${flag}|||${value === undefined ? 'X' : 'R'}|||${at}`;
}
