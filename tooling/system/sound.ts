import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../paths.ts';

/** The setting that makes a kiosk play into our own loudspeaker, which writes down what it heard. */
export function recordingPlayer(file: string): { readonly KIOSK_SOUND_PLAYER: string } {
  const words = [process.execPath, join(root, 'tooling/sound-player/main.ts'), file];
  return { KIOSK_SOUND_PLAYER: JSON.stringify(words) };
}

/** One tenth of a second and less of what was heard. */
export interface Heard {
  readonly atMs: number;
  readonly rms: number;
}

/** What the loudspeaker has written down so far, the oldest first. */
export function heardIn(file: string): Heard[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return []; // Nothing was played yet.
  }
  // The last line may be half written.
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines.filter(line => line !== '').map(line => JSON.parse(line) as Heard);
}

/** Louder than this is a tone: the softest of ours has some hundredths. */
export const HEARD_RMS = 0.01;

/** When each tone began and how long it lasted, in milliseconds. */
export function tonesOf(heard: readonly Heard[]): { readonly atMs: number; readonly forMs: number }[] {
  const tones: { atMs: number; forMs: number }[] = [];
  let isLoud = false;
  for (const { atMs, rms } of heard) {
    if (rms > HEARD_RMS && isLoud) tones.at(-1)!.forMs += 50;
    if (rms > HEARD_RMS && !isLoud) tones.push({ atMs, forMs: 50 });
    isLoud = rms > HEARD_RMS;
  }
  return tones;
}
