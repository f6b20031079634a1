import { type SoundFigure } from '@shimabashi/clinical';

/** Samples a second. */
export const SAMPLE_RATE_HZ = 44_100;
export const BYTES_PER_SAMPLE = 2;

/** How long a tone takes to rise and to fall, in milliseconds: without it, it clicks. */
const EDGE_MS = 20;

/**
 * One round of a figure as signed 16-bit samples, at a volume of 0 to 1.
 *
 * The harmonics are as strong as the fundamental, within the 15 dB that IEC 60601-1-8 allows (source:
 * see `SOUNDS`), so that somebody who hears badly at one frequency hears another.
 */
export function renderFigure(figure: SoundFigure, volume: number): Int16Array {
  const samples = new Int16Array(samplesOf(figure.lengthMs));
  const parts = [1, ...figure.harmonics];
  for (const { atMs, forMs, frequencyHz } of figure.pulses) {
    const first = samplesOf(atMs);
    const count = samplesOf(forMs);
    for (let index = 0; index < count; index += 1) {
      const phase = (2 * Math.PI * frequencyHz * index) / SAMPLE_RATE_HZ;
      const wave = parts.reduce((sum, part) => sum + Math.sin(part * phase), 0) / parts.length;
      samples[first + index] = Math.round(PEAK * volume * figure.level * edge(index, count) * wave);
    }
  }
  return samples;
}

export function samplesOf(ms: number): number {
  return Math.round((ms * SAMPLE_RATE_HZ) / 1_000);
}

const PEAK = 32_767;

function edge(index: number, count: number): number {
  return Math.min(1, index / samplesOf(EDGE_MS), (count - 1 - index) / samplesOf(EDGE_MS));
}
