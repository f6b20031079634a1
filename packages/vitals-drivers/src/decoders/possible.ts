import { type Measured, type Parameter } from '@shimabashi/contracts';

/**
 * What a number of a patient can be at all, in the unit of its parameter.
 *
 * Outside of it a frame was damaged or the device is not on a patient, and the number is `invalid`.
 * These are neither limits of health nor of alarms: they are set well outside of what instruments of
 * the kind display, so that no true reading is lost. Not a clinical source.
 */
export const POSSIBLE: Readonly<Record<Parameter, readonly [low: number, high: number]>> = {
  SpO2: [1, 100],
  'pulse-rate': [10, 350],
  'heart-rate': [10, 350],
  'systolic-pressure': [10, 350],
  'diastolic-pressure': [10, 350],
  'mean-arterial-pressure': [10, 350],
  'body-temperature': [10, 50],
  'respiratory-rate': [0, 200],
  'body-weight': [0.2, 350],
  glucose: [1, 2_000],
  'interstitial-glucose': [1, 1_000],
  'perfusion-index': [0, 100],
};

/** The number, or `invalid` in place of one that cannot be. */
export function ifPossible(parameter: Parameter, measured: Measured): Measured {
  if (measured.status === 'absent') return measured;
  const [low, high] = POSSIBLE[parameter];
  const possible = measured.value >= low && measured.value <= high;
  return possible ? measured : { status: 'absent', reason: 'invalid' };
}

/** A number in another unit. Rounded to a ten-thousandth: drops binary noise, no digit of a device. */
export function converted(measured: Measured, convert: (value: number) => number): Measured {
  if (measured.status === 'absent') return measured;
  return { status: 'measured', value: tidy(convert(measured.value)) };
}

export function tidy(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
