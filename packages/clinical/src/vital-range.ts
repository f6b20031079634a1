import { type Parameter } from '@shimabashi/contracts';

/** Limits of what may be entered by hand, in the parameter's unit, and how many decimals make sense. */
export interface VitalRange {
  readonly min: number;
  readonly max: number;
  readonly decimals: 0 | 1;
}

/**
 * Outside of these a number entered by hand is a slip of the finger, and is refused.
 *
 * They are no limits of health and no alarm limits. Each is what an instrument of its kind can show,
 * widened where a nurse may count or read more than the instrument; it is not a clinical source.
 */
const RANGES = {
  // A ratio. Oximeters display 0 to 100 % (Nonin OEM III, displayed range).
  SpO2: { min: 0, max: 100, decimals: 0 },
  // Nonin OEM III displays 18 to 321 /min; a pulse that is counted can be slower.
  'pulse-rate': { min: 10, max: 321, decimals: 0 },
  // A ratio of the pulsing to the still part of the signal; oximeters show up to about 20 %.
  'perfusion-index': { min: 0, max: 30, decimals: 1 },
  // Cuff meters show 0 to 299 mm[Hg]; a mercury scale ends at 300. Below 30 nothing is heard.
  'systolic-pressure': { min: 30, max: 300, decimals: 0 },
  'diastolic-pressure': { min: 10, max: 250, decimals: 0 },
  // Clinical thermometers cover at least 34 to 43 °C (ISO 80601-2-56); low-reading ones go to 25.
  'body-temperature': { min: 25, max: 45, decimals: 1 },
  // Counted at the bedside. Zero is a finding, not a slip.
  'respiratory-rate': { min: 0, max: 120, decimals: 0 },
  // From a premature child to the end of a clinic's heavy-duty scale.
  'body-weight': { min: 0.5, max: 300, decimals: 1 },
} as const satisfies Record<Parameter, VitalRange>;

export function vitalRange(parameter: Parameter): VitalRange {
  return RANGES[parameter];
}

/** Whether a value may have been meant, by the range and the number of decimals. */
export function isPlausible(parameter: Parameter, value: number): boolean {
  const { min, max, decimals } = vitalRange(parameter);
  return value >= min && value <= max && Number(value.toFixed(decimals)) === value;
}
