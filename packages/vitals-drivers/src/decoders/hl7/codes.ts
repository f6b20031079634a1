import { type AbsentReason, type Parameter, PARAMETERS, type QualityFlag } from '@shimabashi/contracts';
import { type Hl7Segment } from './message.ts';

/**
 * Terms of IEEE 11073-10101 that stand for a parameter: code and the names that go with it.
 *
 * A term whose code and name are not of one row is refused: devices were seen that label an invasive
 * pressure as a cuff's (`docs/devices/hl7-oru.md`).
 */
const MDC_TERMS: readonly (readonly [code: number, names: readonly string[], parameter: Parameter])[] = [
  [147842, ['MDC_ECG_HEART_RATE', 'MDC_ECG_CARD_BEAT_RATE'], 'heart-rate'],
  [150456, ['MDC_PULS_OXIM_SAT_O2'], 'SpO2'],
  [149530, ['MDC_PULS_OXIM_PULS_RATE'], 'pulse-rate'],
  [149546, ['MDC_PULS_RATE_NON_INV'], 'pulse-rate'],
  [149522, ['MDC_BLD_PULS_RATE_INV', 'MDC_PULS_RATE'], 'pulse-rate'],
  [150021, ['MDC_PRESS_BLD_NONINV_SYS'], 'systolic-pressure'],
  [150022, ['MDC_PRESS_BLD_NONINV_DIA'], 'diastolic-pressure'],
  [150023, ['MDC_PRESS_BLD_NONINV_MEAN'], 'mean-arterial-pressure'],
  [150301, ['MDC_PRESS_CUFF_SYS'], 'systolic-pressure'],
  [150302, ['MDC_PRESS_CUFF_DIA'], 'diastolic-pressure'],
  [150303, ['MDC_PRESS_CUFF_MEAN'], 'mean-arterial-pressure'],
  [151562, ['MDC_RESP_RATE'], 'respiratory-rate'],
  [150344, ['MDC_TEMP'], 'body-temperature'],
  [150364, ['MDC_TEMP_BODY'], 'body-temperature'],
  [150448, ['MDC_PULS_OXIM_PERF_REL'], 'perfusion-index'],
  [150488, ['MDC_BLD_PERF_INDEX'], 'perfusion-index'],
  [188736, ['MDC_MASS_BODY_ACTUAL'], 'body-weight'],
];

/** Nihon Kohden's own codes, without a coding system, from BSM and CNS monitors. */
const NIHON_KOHDEN_TERMS: readonly (readonly [code: string, name: string, parameter: Parameter])[] = [
  ['001000', 'VITAL HR', 'heart-rate'],
  ['007000', 'VITAL SpO2', 'SpO2'],
  ['007001', 'VITAL PR(spo2)', 'pulse-rate'],
  ['009000', 'NIBP SYS', 'systolic-pressure'],
  ['009001', 'NIBP DIAS', 'diastolic-pressure'],
  ['009002', 'NIBP MEAN', 'mean-arterial-pressure'],
];
const NIHON_KOHDEN = 'NIHON KOHDEN';

/** What an observation is about: a parameter, something else, or two things that contradict each other. */
export type Term =
  | { readonly kind: 'parameter'; readonly parameter: Parameter }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'other' };

/** What OBX-3 names. `sender` is MSH-3.1. */
export function termOf(obx: Hl7Segment, sender: string): Term {
  const [code = '', name = '', system = ''] = obx.components(3);
  if (system === 'MDC') return mdcTerm(code, name);
  if (system === 'LN') return parameterOr(PARAMETER_OF_LOINC.get(code));
  if (system !== '' || sender !== NIHON_KOHDEN) return { kind: 'other' };
  const ofCode = NIHON_KOHDEN_TERMS.find(term => term[0] === code);
  if (ofCode === undefined) return { kind: 'other' };
  return ofCode[1] === name ? { kind: 'parameter', parameter: ofCode[2] } : { kind: 'conflict' };
}

function mdcTerm(code: string, name: string): Term {
  // Some senders put the name first and a text for people second.
  if (code.startsWith('MDC_')) return parameterOr(MDC_TERMS.find(term => term[1].includes(code))?.[2]);
  const ofCode = MDC_TERMS.find(term => String(term[0]) === code);
  const ofName = MDC_TERMS.find(term => term[1].includes(name));
  if (ofCode === undefined && ofName === undefined) return { kind: 'other' };
  if (name === '') return parameterOr(ofCode?.[2]);
  if (code === '' || code === '0') return parameterOr(ofName?.[2]);
  return ofCode === ofName ? parameterOr(ofCode?.[2]) : { kind: 'conflict' };
}

/** What a bare code of IEEE 11073-10101 stands for (partition 2 in the upper half). */
export function parameterOfMdc(code: number): Parameter | undefined {
  return MDC_TERMS.find(term => term[0] === code)?.[2];
}

/** How to bring a number of a unit (partition 4 in the upper half) into the parameter's; or undefined. */
export function fromMdcUnit(code: number, parameter: Parameter): ((value: number) => number) | undefined {
  return conversion(UNITS.get(String(code)), parameter);
}

function parameterOr(parameter: Parameter | undefined): Term {
  return parameter === undefined ? { kind: 'other' } : { kind: 'parameter', parameter };
}

const PARAMETER_OF_LOINC: ReadonlyMap<string, Parameter> = new Map(
  (Object.keys(PARAMETERS) as Parameter[]).map(parameter => [PARAMETERS[parameter].loinc, parameter]),
);

/** A unit that senders write, as UCUM, with the way to it. */
interface Unit {
  readonly ucum: string;
  readonly convert?: (value: number) => number;
}

const MMHG_PER_KPA = 1 / 0.133322387415;
const PER_CENT: Unit = { ucum: '%' };
const PER_MINUTE: Unit = { ucum: '/min' };
const MMHG: Unit = { ucum: 'mm[Hg]' };
const KPA: Unit = { ucum: 'mm[Hg]', convert: value => value * MMHG_PER_KPA };
const CELSIUS: Unit = { ucum: 'Cel' };
const FAHRENHEIT: Unit = { ucum: 'Cel', convert: value => ((value - 32) * 5) / 9 };
const KILOGRAM: Unit = { ucum: 'kg' };

/** By the code of IEEE 11073-10101 (partition 4), and by the texts that were seen in messages. */
const UNITS: ReadonlyMap<string, Unit> = new Map([
  ['262688', PER_CENT],
  ['264864', PER_MINUTE],
  ['264928', PER_MINUTE],
  ['266016', MMHG],
  ['265987', KPA],
  ['268192', CELSIUS],
  ['266560', FAHRENHEIT],
  ['263875', KILOGRAM],
  ['%', PER_CENT],
  ['/min', PER_MINUTE],
  ['bpm', PER_MINUTE],
  ['mmHg', MMHG],
  ['mm[Hg]', MMHG],
  ['kPa', KPA],
  ['Cel', CELSIUS],
  ['kg', KILOGRAM],
]);

/** How to bring a number of OBX-6 into the parameter's unit; undefined when that cannot be told. */
export function unitFor(obx: Hl7Segment, parameter: Parameter): ((value: number) => number) | undefined {
  return conversion(UNITS.get(obx.component(6, 1)), parameter);
}

function conversion(unit: Unit | undefined, parameter: Parameter): ((value: number) => number) | undefined {
  if (unit === undefined || unit.ucum !== PARAMETERS[parameter].unit) return undefined;
  return unit.convert ?? (value => value);
}

/**
 * What OBX-8 says of the measurement. Source: IHE PCD TF-2, "OBX-8", in the table of measurement
 * states that the HL7 guide to device data repeats.
 */
export const OBX8_ABSENT: Readonly<Record<string, AbsentReason>> = {
  INV: 'invalid',
  NAV: 'not-available',
  BUSY: 'not-available',
  CAL: 'not-of-a-patient',
  TEST: 'not-of-a-patient',
  DEMO: 'not-of-a-patient',
};
export const OBX8_QUALITY: Readonly<Record<string, QualityFlag>> = {
  QUES: 'questionable',
  EARLY: 'questionable',
};

/** Result status (HL7 table 0085): there is no number, or it is withdrawn. */
export const OBX11_ABSENT: Readonly<Record<string, AbsentReason>> = {
  X: 'not-available',
  D: 'not-available',
  N: 'not-available',
  I: 'not-available',
  W: 'invalid',
};

/** Waveforms, as NA observations. */
export const WAVE_TERMS: ReadonlyMap<string, 'pleth' | 'ecg'> = new Map([
  ['150452', 'pleth'],
  ['131329', 'ecg'],
  ['131330', 'ecg'],
]);
export const WAVE_ATTRIBUTE = {
  sampleRate: 'MDC_ATTR_SAMP_RATE',
  resolution: 'MDC_ATTR_NU_MSMT_RES',
} as const;
/** A monitor sends it where it has no sample (`MDC_EVT_INOP` names the number in Mindray's messages). */
export const WAVE_INOPERATIVE = 32_767;
