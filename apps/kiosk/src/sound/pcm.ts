import { type SoundFigure, waveOf } from '@shimabashi/clinical';

/** Samples a second. */
export const SAMPLE_RATE_HZ = 44_100;
export const BYTES_PER_SAMPLE = 2;

/** One round of a figure as signed 16-bit samples, at a volume of 0 to 1. */
export function renderFigure(figure: SoundFigure, volume: number): Int16Array {
  return Int16Array.from(waveOf(figure, SAMPLE_RATE_HZ), sample => Math.round(PEAK * volume * sample));
}

export function samplesOf(ms: number): number {
  return Math.round((ms * SAMPLE_RATE_HZ) / 1_000);
}

const PEAK = 32_767;
