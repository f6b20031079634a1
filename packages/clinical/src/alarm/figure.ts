import { type AlarmPriority } from '@shimabashi/contracts';

/** One tone of a figure. Times in milliseconds from the figure's begin. */
export interface Pulse {
  readonly atMs: number;
  readonly forMs: number;
  readonly frequencyHz: number;
}

/** What is heard, again and again: `pulses` within `lengthMs`. */
export interface SoundFigure {
  readonly lengthMs: number;
  readonly pulses: readonly Pulse[];
  /** Of the loudest that there is, 0 to 1. */
  readonly level: number;
  /** Harmonics of each tone beside its fundamental. */
  readonly harmonics: readonly number[];
}

export type SoundName = AlarmPriority | 'ring';

/** C5: its harmonics up to the seventh lie below 4 kHz. */
const FUNDAMENTAL_HZ = 523;

/**
 * The sounds of a kiosk.
 *
 * Alarms are after the common convention of IEC 60601-1-8: high, 3 + 2 pulses twice; medium, 3; low, 2.
 * A fundamental of 150 to 1,000 Hz and at least four harmonics within 300 to 4,000 Hz (PUI Audio, "IEC
 * 60601-1-8"); 3 tones, a pause, 2 tones is what Nonin's Model 7500FO sounds at high priority (operator's
 * manual, "High priority alarms"). Lengths and pauses are from general knowledge of the standard's tables
 * 3 and 4 (pulse 75 to 200 ms, 50 to 125 ms between pulses, at least 2.5 s between bursts): the text was
 * not at hand and must be read before conformity is claimed. The pause between bursts is the shortest
 * that it allows, so that no three seconds pass in silence.
 *
 * The ring of a call is two soft tones without harmonics, unlike any alarm.
 */
export const SOUNDS: Readonly<Record<SoundName, SoundFigure>> = {
  high: figure({ gapsMs: [100, 100, 350, 100, 800, 100, 100, 350, 100, 2_500], pulseMs: 150, level: 1 }),
  medium: figure({ gapsMs: [200, 200, 5_000], pulseMs: 200, level: 0.7 }),
  low: figure({ gapsMs: [200, 15_000], pulseMs: 200, level: 0.5 }),
  ring: {
    lengthMs: 3_000,
    pulses: [
      { atMs: 0, forMs: 450, frequencyHz: 587 },
      { atMs: 500, forMs: 450, frequencyHz: 440 },
    ],
    level: 0.35,
    harmonics: [],
  },
};

/** `gapsMs`: the silence after each pulse. */
function figure(shape: {
  readonly gapsMs: readonly number[];
  readonly pulseMs: number;
  readonly level: number;
}): SoundFigure {
  const pulses: Pulse[] = [];
  let atMs = 0;
  for (const gapMs of shape.gapsMs) {
    pulses.push({ atMs, forMs: shape.pulseMs, frequencyHz: FUNDAMENTAL_HZ });
    atMs += shape.pulseMs + gapMs;
  }
  return { lengthMs: atMs, pulses, level: shape.level, harmonics: [2, 3, 4, 5] };
}

/** The sound that goes before all others: the most urgent alarm that is to be heard, then the ring. */
export function soundOf(priorities: readonly AlarmPriority[], isRinging: boolean): SoundName | undefined {
  const alarm = (['high', 'medium', 'low'] as const).find(priority => priorities.includes(priority));
  return alarm ?? (isRinging ? 'ring' : undefined);
}

/** How long a tone takes to rise and to fall, in milliseconds: without it, it clicks. */
const EDGE_MS = 20;

/**
 * One round of a figure as samples of -1 to 1.
 *
 * The harmonics are as strong as the fundamental, within the 15 dB that IEC 60601-1-8 allows (source: as
 * above), so that somebody who hears badly at one frequency hears another.
 */
export function waveOf(figure: SoundFigure, sampleRateHz: number): Float32Array<ArrayBuffer> {
  const samplesOf = (ms: number) => Math.round((ms * sampleRateHz) / 1_000);
  const samples = new Float32Array(samplesOf(figure.lengthMs));
  const parts = [1, ...figure.harmonics];
  for (const { atMs, forMs, frequencyHz } of figure.pulses) {
    const first = samplesOf(atMs);
    const count = samplesOf(forMs);
    for (let index = 0; index < count; index += 1) {
      const phase = (2 * Math.PI * frequencyHz * index) / sampleRateHz;
      const tone = parts.reduce((sum, part) => sum + Math.sin(part * phase), 0) / parts.length;
      const edge = Math.min(1, index / samplesOf(EDGE_MS), (count - 1 - index) / samplesOf(EDGE_MS));
      samples[first + index] = figure.level * edge * tone;
    }
  }
  return samples;
}
