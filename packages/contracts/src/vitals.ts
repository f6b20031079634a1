import * as z from 'zod';
import { SAMPLES_PER_MESSAGE_MAX, WAVEFORM_SAMPLES_PER_BLOCK_MAX } from './limits.ts';

/**
 * The parameters we know, with their codes and unit.
 *
 * `mdc` is partition x 65536 + term code and `refid` its reference id, both from IEEE 11073-10101
 * as in the headers of the Antidote stack; `loinc` from loinc.org; `unit` is UCUM. One unit a
 * parameter: a driver converts, and keeps what the device sent in `rawHex`.
 */
export const PARAMETERS = {
  SpO2: { mdc: 150456, refid: 'MDC_PULS_OXIM_SAT_O2', loinc: '59408-5', unit: '%' },
  'pulse-rate': { mdc: 149530, refid: 'MDC_PULS_OXIM_PULS_RATE', loinc: '8889-8', unit: '/min' },
  'heart-rate': { mdc: 147842, refid: 'MDC_ECG_HEART_RATE', loinc: '8867-4', unit: '/min' },
  'systolic-pressure': { mdc: 150021, refid: 'MDC_PRESS_BLD_NONINV_SYS', loinc: '8480-6', unit: 'mm[Hg]' },
  'diastolic-pressure': { mdc: 150022, refid: 'MDC_PRESS_BLD_NONINV_DIA', loinc: '8462-4', unit: 'mm[Hg]' },
  'mean-arterial-pressure': {
    mdc: 150023,
    refid: 'MDC_PRESS_BLD_NONINV_MEAN',
    loinc: '8478-0',
    unit: 'mm[Hg]',
  },
  'body-temperature': { mdc: 150364, refid: 'MDC_TEMP_BODY', loinc: '8310-5', unit: 'Cel' },
  'respiratory-rate': { mdc: 151562, refid: 'MDC_RESP_RATE', loinc: '9279-1', unit: '/min' },
  'body-weight': { mdc: 188736, refid: 'MDC_MASS_BODY_ACTUAL', loinc: '29463-7', unit: 'kg' },
  /** Blood or plasma, from wherever it was taken: the general term, since a meter tells only sometimes. */
  glucose: { mdc: 160020, refid: 'MDC_CONC_GLU_GEN', loinc: '2339-0', unit: 'mg/dL' },
  /** Of a sensor under the skin (CGM): it lags behind the blood, and is never shown as if it were that. */
  'interstitial-glucose': { mdc: 160212, refid: 'MDC_CONC_GLU_ISF', loinc: '99504-3', unit: 'mg/dL' },
  /** How strong the pulse is under the oximeter's sensor (pulse amplitude index). */
  'perfusion-index': { mdc: 150448, refid: 'MDC_PULS_OXIM_PERF_REL', loinc: '61006-3', unit: '%' },
} as const satisfies Record<string, { mdc: number; refid: string; loinc: string; unit: string }>;

export type Parameter = keyof typeof PARAMETERS;
export const Parameter = z.enum(Object.keys(PARAMETERS) as [Parameter, ...Parameter[]]);

/**
 * The waveforms we know. `mdc` as above; a pleth has no physical unit (UCUM `1`). An ECG is one lead, the
 * one that its monitor shows: most don't say which, so it is the general term.
 */
export const WAVEFORMS = {
  pleth: { mdc: 150452, refid: 'MDC_PULS_OXIM_PLETH', unit: '1' },
  ecg: { mdc: 131328, refid: 'MDC_ECG_ELEC_POTL', unit: 'mV' },
} as const;
export type WaveformName = keyof typeof WAVEFORMS;
export const WaveformName = z.enum(Object.keys(WAVEFORMS) as [WaveformName, ...WaveformName[]]);

/** Why there is no number. Each has its own words on the screen. */
export const AbsentReason = z.enum([
  'sensor-disconnected',
  'sensor-off',
  'searching',
  'invalid',
  'above-range',
  'below-range',
  'not-available',
  /** Control solution, demonstration or self-test: a number, and nobody's. */
  'not-of-a-patient',
]);
export type AbsentReason = z.infer<typeof AbsentReason>;

/**
 * One number from a device, or the reason why there is none.
 *
 * There is no `NaN`, no `0` and no `null` that stands for "missing": a screen that forgets a case
 * does not compile.
 */
export const Measured = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('measured'), value: z.number() }),
  z.strictObject({ status: z.literal('absent'), reason: AbsentReason }),
]);
export type Measured = z.infer<typeof Measured>;

/** What the device itself says about how far its number can be trusted. */
export const QualityFlag = z.enum([
  'artifact',
  'out-of-track',
  'perfusion-low',
  'perfusion-marginal',
  'motion',
  'sensor-alarm',
  'battery-low',
  'cuff-loose',
  'position-wrong',
  'irregular-pulse',
  /** The device doubts its number, for a reason that has no word of its own here. */
  'questionable',
  /** The device's date cannot be, or it says itself that its clock is wrong. Not about the number. */
  'clock-wrong',
]);
export type QualityFlag = z.infer<typeof QualityFlag>;

export const DeviceId = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9._:-]+$/);
const EpochMs = z.number().int().nonnegative();

/**
 * One reading of one parameter, as a driver gives it and as every process passes it on.
 *
 * `receivedAtMs` is host time (UTC, of the machine that the device hangs on); `deviceTime` is what
 * the device's own clock said, local and without zone, or null when it has none. `rawHex` is the
 * frame that it was decoded from: the evidence.
 */
export const Sample = z.strictObject({
  /** Device, start of its session and sequence: never used twice. The same record of a memory has the same for ever. */
  sampleId: z.string().min(1).max(128),
  deviceId: DeviceId,
  /** What people call the device, as enrolled. It names the source; it identifies nothing. */
  deviceName: z.string().max(80).optional(),
  parameter: Parameter,
  measured: Measured,
  /** UCUM. Always that of `PARAMETERS[parameter]`. */
  unit: z.string().min(1).max(16),
  quality: z.array(QualityFlag).max(16),
  origin: z.enum(['live', 'stored']),
  deviceTime: z.string().max(32).nullable(),
  receivedAtMs: EpochMs,
  /**
   * Only of a single measurement that stands for itself (cuff, thermometer, scale, meter), and only where
   * its time can be told: when it was taken, in host time. It stays for a person to confirm after its
   * device has gone, and is never shown as if it were now. A record of a device's memory without it is
   * nobody's.
   */
  measuredAtMs: EpochMs.optional(),
  sequence: z.number().int().nonnegative(),
  rawHex: z
    .string()
    .max(2048)
    .regex(/^([0-9a-f]{2})*$/),
});
export type Sample = z.infer<typeof Sample>;

/** A run of evenly spaced samples of one channel, oldest first. */
export const WaveformBlock = z.strictObject({
  deviceId: DeviceId,
  waveform: WaveformName,
  /** Samples a second. */
  sampleRateHz: z.number().positive().max(4_000),
  /** Counts samples since the session began: a gap is lost data, and is drawn as a gap. */
  firstSequence: z.number().int().nonnegative(),
  /** Host time of the last sample, in milliseconds. */
  receivedAtMs: EpochMs,
  /**
   * The largest value that the channel can have, in its unit; the smallest is 0. For the height of a
   * drawing. A pleth without it has samples of one byte, 0 to 255; an ECG is in mV around 0, and never has it.
   */
  fullScale: z.number().positive().max(4_294_967_295).optional(),
  samples: z.array(z.number().nullable()).min(1).max(WAVEFORM_SAMPLES_PER_BLOCK_MAX),
});
export type WaveformBlock = z.infer<typeof WaveformBlock>;

/**
 * The life of a device, after OpenICE's legal transitions: initial → connecting → negotiating →
 * connected. Leaving `connected` withdraws every value of the device.
 */
export const DeviceState = z.enum(['initial', 'connecting', 'negotiating', 'connected']);
export type DeviceState = z.infer<typeof DeviceState>;

/** What a device says of itself; only Bluetooth devices do. */
export const DeviceFacts = z.strictObject({
  manufacturer: z.string().max(80).nullable(),
  model: z.string().max(80).nullable(),
  serialNumber: z.string().max(80).nullable(),
  firmware: z.string().max(80).nullable(),
  /** In percent. */
  battery: z.number().int().min(0).max(100).nullable(),
  /** Its clock minus ours when it told, in milliseconds; null where it has none, or one that is not set. */
  clockOffsetMs: z.number().int().nullable(),
});
export type DeviceFacts = z.infer<typeof DeviceFacts>;

export const DeviceStatus = z.strictObject({
  deviceId: DeviceId,
  name: z.string().max(80),
  protocol: z.string().max(40),
  state: DeviceState,
  sinceMs: EpochMs,
  lastHeardAtMs: EpochMs.nullable(),
  /** Frames that failed their check since the session began. A rising number means a bad cable. */
  badFrames: z.number().int().nonnegative(),
  /** Single measurements: silence in between is what it should do, and ends nothing. */
  gives: z.literal('spot').optional(),
  /** When it was connected last. */
  facts: DeviceFacts.optional(),
  /** By a nurse, on the devices page, where it can be let go again. */
  enrolledHere: z.literal(true).optional(),
});
export type DeviceStatus = z.infer<typeof DeviceStatus>;

export const Samples = z.array(Sample).min(1).max(SAMPLES_PER_MESSAGE_MAX);

/**
 * Whether a reading may be of the patient whose visit began then: measured in it, if it is a single
 * measurement, else live and received in it.
 */
export function isOfVisit(sample: Sample, visit: { readonly openedAtMs: number }): boolean {
  const { origin, measuredAtMs, receivedAtMs } = sample;
  if (measuredAtMs !== undefined) return measuredAtMs >= visit.openedAtMs;
  return origin === 'live' && receivedAtMs >= visit.openedAtMs;
}
