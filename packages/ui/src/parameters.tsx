import { type I18n, type MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react';
import { type AbsentReason, type Parameter, PARAMETERS, type QualityFlag } from '@shimabashi/contracts';
import { type IconName } from './icon.tsx';

/** How one parameter looks everywhere: colour token, picture, and how many decimals are true. */
export interface ParameterFace {
  readonly label: MessageDescriptor;
  /** CSS custom property of tokens.css. */
  readonly colour: `--p-${string}`;
  readonly icon: IconName;
  readonly decimals: number;
}

/**
 * Colours and pictures: design language, section 2. Decimals: what the devices resolve (ISO 80601-2-61
 * oximeters show whole per cents, ISO 80601-2-56 thermometers tenths of a degree).
 */
export const PARAMETER_FACES: Readonly<Record<Parameter, ParameterFace>> = {
  SpO2: { label: msg`SpO₂`, colour: '--p-spo2', icon: 'drop', decimals: 0 },
  'pulse-rate': { label: msg`脈拍`, colour: '--p-hr', icon: 'heart', decimals: 0 },
  'perfusion-index': { label: msg`灌流指標`, colour: '--p-spo2', icon: 'drop', decimals: 1 },
  'systolic-pressure': { label: msg`血圧 上`, colour: '--p-nibp', icon: 'cuff', decimals: 0 },
  'diastolic-pressure': { label: msg`血圧 下`, colour: '--p-nibp', icon: 'cuff', decimals: 0 },
  'body-temperature': { label: msg`体温`, colour: '--p-temp', icon: 'thermometer', decimals: 1 },
  'respiratory-rate': { label: msg`呼吸`, colour: '--p-resp', icon: 'wave', decimals: 0 },
  'body-weight': { label: msg`体重`, colour: '--p-temp', icon: 'scale', decimals: 1 },
};

/** The name of a parameter as plain text: for labels, tables and titles. */
export function parameterLabel(i18n: I18n, parameter: Parameter): string {
  return i18n._(PARAMETER_FACES[parameter].label);
}

/** The name of a parameter with a lowered 2 in SpO₂ (the font's own ₂ is too small to read). */
export function ParameterName({ parameter }: { readonly parameter: Parameter }) {
  const { i18n } = useLingui();
  if (parameter === 'SpO2') {
    return (
      <>
        SpO<sub>2</sub>
      </>
    );
  }
  return <>{parameterLabel(i18n, parameter)}</>;
}

const UNIT_WORDS: Readonly<Record<string, MessageDescriptor>> = {
  '%': msg`%`,
  '/min': msg`回/分`,
  'mm[Hg]': msg`mmHg`,
  Cel: msg`℃`,
  kg: msg`kg`,
};

/** A UCUM unit as people write it here. One that we do not know is shown as it is. */
export function unitWords(i18n: I18n, ucum: string): string {
  const words = Object.hasOwn(UNIT_WORDS, ucum) ? UNIT_WORDS[ucum] : undefined;
  return words === undefined ? ucum : i18n._(words);
}

/** The number with the decimals that are true for its parameter. */
export function formatValue(parameter: Parameter, value: number): string {
  return value.toFixed(PARAMETER_FACES[parameter].decimals);
}

/** The number with its unit, as a sentence has it: `94 %`, `148 mmHg`. */
export function formatReading(i18n: I18n, parameter: Parameter, value: number): string {
  return `${formatValue(parameter, value)} ${unitWords(i18n, PARAMETERS[parameter].unit)}`;
}

/** Why there is no number: what is so, and what to do about it. */
export interface AbsentWords {
  readonly what: MessageDescriptor;
  readonly toDo: MessageDescriptor;
}

export const ABSENT_WORDS: Readonly<Record<AbsentReason, AbsentWords>> = {
  'sensor-disconnected': {
    what: msg`コードが抜けています`,
    toDo: msg`センサーのコードを差し直してください`,
  },
  'sensor-off': { what: msg`外れています`, toDo: msg`指につけ直してください` },
  searching: { what: msg`さがしています`, toDo: msg`指を動かさずにお待ちください` },
  invalid: { what: msg`測れません`, toDo: msg`つけ直して、もう一度測ってください` },
  'above-range': { what: msg`高すぎて測れません`, toDo: msg`測り直し、医師に知らせてください` },
  'below-range': { what: msg`低すぎて測れません`, toDo: msg`測り直し、医師に知らせてください` },
  'not-available': { what: msg`値がありません`, toDo: msg`機器の画面を見てください` },
};

/** What the device says against its own number, and what to do. `battery-low` is not about the value. */
export const QUALITY_WORDS: Readonly<Record<QualityFlag, AbsentWords>> = {
  artifact: { what: msg`波形 乱れ`, toDo: msg`動かさないでください` },
  motion: { what: msg`波形 乱れ`, toDo: msg`動かさないでください` },
  'out-of-track': { what: msg`波形 不安定`, toDo: msg`指につけ直してください` },
  'perfusion-low': { what: msg`波形 弱い`, toDo: msg`指を温めてください` },
  'perfusion-marginal': { what: msg`波形 やや弱い`, toDo: msg`指を温めてください` },
  'sensor-alarm': { what: msg`センサーの異常`, toDo: msg`センサーを見てください` },
  'battery-low': { what: msg`電池が少ない`, toDo: msg`電池をかえてください` },
};

/**
 * Full bars out of four for each flag; without a flag the signal is good and all four are full.
 * A picture of the words only: no clinical meaning hangs on the number of bars.
 */
const QUALITY_BARS: Readonly<Record<QualityFlag, number>> = {
  'battery-low': 4,
  'perfusion-marginal': 2,
  motion: 1,
  artifact: 1,
  'perfusion-low': 1,
  'out-of-track': 1,
  'sensor-alarm': 0,
};

/** The worst flag of a reading and its bars; null when nothing speaks against the number. */
export function worstQuality(flags: readonly QualityFlag[]): QualityFlag | null {
  return flags.reduce<QualityFlag | null>(
    (worst, flag) => (worst === null || QUALITY_BARS[flag] < QUALITY_BARS[worst] ? flag : worst),
    null,
  );
}

export function qualityBars(flags: readonly QualityFlag[]): number {
  const worst = worstQuality(flags);
  return worst === null ? 4 : QUALITY_BARS[worst];
}

/** Whether a number is shown as poor: lighter, with what to do. */
export function isPoor(flags: readonly QualityFlag[]): boolean {
  return qualityBars(flags) < 4;
}
