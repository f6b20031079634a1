import { isPlausible, vitalRange } from '@shimabashi/clinical';
import { type Parameter, PARAMETERS } from '@shimabashi/contracts';
import { type SaveJob } from './save-readings.ts';

/** What a nurse measures without a device that speaks, in the order of the screen. */
export const HAND_PARAMETERS = [
  'systolic-pressure',
  'diastolic-pressure',
  'body-temperature',
  'respiratory-rate',
  'pulse-rate',
  'SpO2',
  'body-weight',
  'glucose',
] as const satisfies readonly Parameter[];
export type HandParameter = (typeof HAND_PARAMETERS)[number];

/** The digits as typed, so that `36.` stands on the screen as it is. Empty or missing: not entered. */
export type HandDraft = Readonly<Partial<Record<HandParameter, string>>>;

export type DigitKey = `${number}` | '.' | 'delete' | 'clear';

const DIGITS_MAX = 5;

/** The digits after one key. A key that can lead to no number of this parameter changes nothing. */
export function pressDigit(digits: string, key: DigitKey, parameter: Parameter): string {
  if (key === 'delete') return digits.slice(0, -1);
  if (key === 'clear') return '';
  const next = digits === '0' && key !== '.' ? key : digits + key;
  const { decimals } = vitalRange(parameter);
  const form = decimals === 0 ? /^\d+$/ : /^\d+(\.\d?)?$/;
  return form.test(next) && next.length <= DIGITS_MAX ? next : digits;
}

/** Why an entry cannot be saved as it stands, or should be looked at again. */
export type HandFault =
  | { readonly kind: 'range'; readonly min: number; readonly max: number }
  | { readonly kind: 'pressures-swapped' }
  | { readonly kind: 'pressure-missing' }
  | { readonly kind: 'far-from-previous'; readonly previous: number };

/** A slip of a digit changes a number by more than this; most true changes are smaller. No limit of health. */
const FAR_FACTOR = 1.5;

/** What is to be said about one entered number. `far-from-previous` alone does not hinder saving. */
export function handFault(
  draft: HandDraft,
  parameter: HandParameter,
  previous: number | undefined,
): HandFault | undefined {
  const value = valueOf(draft, parameter);
  const isPressure = parameter === 'systolic-pressure' || parameter === 'diastolic-pressure';
  const systolic = valueOf(draft, 'systolic-pressure');
  const diastolic = valueOf(draft, 'diastolic-pressure');
  if (value === undefined) {
    const other = parameter === 'systolic-pressure' ? diastolic : systolic;
    return isPressure && other !== undefined ? { kind: 'pressure-missing' } : undefined;
  }
  const { min, max } = vitalRange(parameter);
  if (!isPlausible(parameter, value)) return { kind: 'range', min, max };
  if (isPressure && systolic !== undefined && diastolic !== undefined && systolic <= diastolic) {
    return { kind: 'pressures-swapped' };
  }
  if (previous !== undefined && previous > 0) {
    const ratio = value / previous;
    if (ratio > FAR_FACTOR || ratio < 1 / FAR_FACTOR) return { kind: 'far-from-previous', previous };
  }
  return undefined;
}

export function hasEntries(draft: HandDraft): boolean {
  return HAND_PARAMETERS.some(parameter => valueOf(draft, parameter) !== undefined);
}

/** Whether everything that was entered can be saved, and anything was. */
export function canSave(draft: HandDraft): boolean {
  return (
    hasEntries(draft) &&
    HAND_PARAMETERS.every(parameter => handFault(draft, parameter, undefined) === undefined)
  );
}

/** One press of save: all that was entered, each under an id of its own. */
export function handJobOf(
  encounterId: string,
  draft: HandDraft,
  reason: string,
  newId: () => string,
): SaveJob {
  return {
    encounterId,
    entries: HAND_PARAMETERS.flatMap(parameter => {
      const value = valueOf(draft, parameter);
      if (value === undefined) return [];
      const { unit } = PARAMETERS[parameter];
      return [{ operationId: newId(), source: { kind: 'by-hand', parameter, value, unit, reason } }];
    }),
  };
}

function valueOf(draft: HandDraft, parameter: HandParameter): number | undefined {
  const digits = draft[parameter] ?? '';
  return digits === '' ? undefined : Number(digits);
}
