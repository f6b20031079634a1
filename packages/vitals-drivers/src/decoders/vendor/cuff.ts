import { type Measured, type Parameter } from '@shimabashi/contracts';
import { type NumericReading } from '../../decoder.ts';
import { type FrameFacts, numeric } from '../gatt/fields.ts';

/** What a cuff measured, as raw numbers in mm[Hg] and /min. */
export interface CuffNumbers {
  readonly systolic: number;
  readonly diastolic: number;
  readonly pulse: number;
}

/**
 * The three numbers of a cuff. A diastolic pressure that is not below the systolic one makes both
 * `invalid`: one of them was damaged, and nobody can say which.
 */
export function cuffReadings(numbers: CuffNumbers, facts: FrameFacts): NumericReading[] {
  const { systolic, diastolic, pulse } = numbers;
  const pressure = (value: number): Measured =>
    diastolic < systolic ? { status: 'measured', value } : { status: 'absent', reason: 'invalid' };
  const readings: readonly (readonly [Parameter, Measured])[] = [
    ['systolic-pressure', pressure(systolic)],
    ['diastolic-pressure', pressure(diastolic)],
    ['pulse-rate', { status: 'measured', value: pulse }],
  ];
  return readings.map(([parameter, measured]) => numeric(parameter, measured, facts));
}
