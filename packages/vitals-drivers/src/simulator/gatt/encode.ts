/** Encoders of the characteristics of Bluetooth. Packet tables: `docs/devices/gatt.md`. */

/** A device's clock, as it shows it. */
export interface ShownTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** An SFLOAT with as many decimals. Source: IEEE 11073-20601. */
function sfloat(value: number, decimals = 0): number[] {
  const mantissa = Math.round(value * 10 ** decimals) & 0x0fff;
  return uint16(((-decimals & 0x0f) << 12) | mantissa);
}

/** A FLOAT with as many decimals. */
function float(value: number, decimals: number): number[] {
  const mantissa = Math.round(value * 10 ** decimals) & 0xffffff;
  return [mantissa & 0xff, (mantissa >> 8) & 0xff, mantissa >> 16, -decimals & 0xff];
}

function uint16(value: number): number[] {
  return [value & 0xff, (value >> 8) & 0xff];
}

export function dateTime({ year, month, day, hour, minute, second }: ShownTime): number[] {
  return [...uint16(year), month, day, hour, minute, second];
}

export interface CuffMeasurement {
  readonly systolic: number;
  readonly diastolic: number;
  readonly mean: number;
  readonly pulse: number;
  /** Bits of the measurement status. */
  readonly status: number;
  readonly at: ShownTime | null;
}

/** Blood Pressure Measurement (0x2A35), in mmHg. */
export function encodeBloodPressure(measured: CuffMeasurement): Uint8Array {
  const { systolic, diastolic, mean, pulse, status, at } = measured;
  return Uint8Array.of(
    0x14 | (at === null ? 0 : 0x02),
    ...sfloat(systolic),
    ...sfloat(diastolic),
    ...sfloat(mean),
    ...(at === null ? [] : dateTime(at)),
    ...sfloat(pulse),
    ...uint16(status),
  );
}

/** Intermediate Cuff Pressure (0x2A36): a pressure and two fields without meaning. */
export function encodeCuffPressure(mmHg: number): Uint8Array {
  return Uint8Array.of(0x00, ...sfloat(mmHg), 0xff, 0x07, 0xff, 0x07);
}

/** Temperature Measurement (0x2A1C) of an armpit, in °C. */
export function encodeTemperature(celsius: number, at: ShownTime | null): Uint8Array {
  const flags = 0x04 | (at === null ? 0 : 0x02);
  return Uint8Array.of(flags, ...float(celsius, 1), ...(at === null ? [] : dateTime(at)), 0x01);
}

export interface Oxygen {
  /** In percent; null without a finger. */
  readonly spO2: number | null;
  readonly pulse: number | null;
}

const NOT_A_NUMBER = [0xff, 0x07];
const SENSOR_OFF_USER = 0x0800;

/** PLX Continuous Measurement (0x2A5F), with the sensor's status. */
export function encodePlxContinuous({ spO2, pulse }: Oxygen): Uint8Array {
  const status = spO2 === null ? SENSOR_OFF_USER : 0;
  return Uint8Array.of(0x08, ...plx(spO2), ...plx(pulse), ...uint16(status), 0x00);
}

/** PLX Spot-Check Measurement (0x2A5E). */
export function encodePlxSpotCheck({ spO2, pulse }: Oxygen, at: ShownTime | null): Uint8Array {
  return Uint8Array.of(
    at === null ? 0x00 : 0x01,
    ...plx(spO2),
    ...plx(pulse),
    ...(at === null ? [] : dateTime(at)),
  );
}

function plx(value: number | null): number[] {
  return value === null ? NOT_A_NUMBER : sfloat(value);
}

/** Weight Measurement (0x2A9D) in kilograms; `step` is 0.005, or 0.1 as A&D's own scales count. */
export function encodeWeight(kg: number, step: number, at: ShownTime | null): Uint8Array {
  return Uint8Array.of(
    at === null ? 0x00 : 0x02,
    ...uint16(Math.round(kg / step)),
    ...(at === null ? [] : dateTime(at)),
  );
}

/** Heart Rate Measurement (0x2A37) with contact and RR intervals. */
export function encodeHeartRate(perMin: number | null, rrMs: readonly number[]): Uint8Array {
  const contact = perMin === null ? 0x04 : 0x06;
  const rr = rrMs.flatMap(ms => uint16(Math.round((ms * 1_024) / 1_000)));
  return Uint8Array.of(contact | (rr.length === 0 ? 0 : 0x10), perMin ?? 0, ...rr);
}

/** Glucose Measurement (0x2A18) of capillary plasma at a finger, in mg/dL (kg/L on the wire). */
export function encodeGlucose(record: { sequence: number; mgPerDl: number; at: ShownTime }): Uint8Array {
  const { sequence, mgPerDl, at } = record;
  return Uint8Array.of(0x02, ...uint16(sequence), ...dateTime(at), ...sfloat(mgPerDl / 100_000, 5), 0x12);
}

/** CGM Measurement (0x2AA7), one record without CRC. */
export function encodeCgm(mgPerDl: number, timeOffsetMin: number): Uint8Array {
  return Uint8Array.of(6, 0x00, ...sfloat(mgPerDl), ...uint16(timeOffsetMin));
}
