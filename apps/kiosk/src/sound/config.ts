import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import * as z from 'zod';

/** The settings of the sound service. All come from the environment. */
const Environment = z.object({
  /**
   * The program that plays: words separated by spaces, or a JSON list of them. It gets signed 16-bit little-endian samples of
   * one channel at 44,100 Hz on its standard input. By default the first of `PLAYERS` that is here.
   */
  KIOSK_SOUND_PLAYER: z.string().trim().max(1_024).transform(wordsOf).optional(),
  /** Of the loudest, 0 to 1. An alarm of high priority is never under `HIGH_LEVEL_MIN`. */
  KIOSK_SOUND_VOLUME: z.coerce
    .number({ error: 'must be a number from 0 to 1' })
    .min(0, 'must be a number from 0 to 1')
    .max(1, 'must be a number from 0 to 1')
    .default(1),
  KIOSK_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug']).default('info'),
});

export interface SoundConfig {
  /** Program and arguments; undefined when this machine has nothing that plays. */
  readonly player: readonly [program: string, ...words: string[]] | undefined;
  readonly volume: number;
  readonly logLevel: string;
}

/**
 * What plays raw samples on Linux, in the order of preference: ALSA's own (which PipeWire and
 * PulseAudio take as theirs), PipeWire's, PulseAudio's.
 *
 * Sources: manuals aplay(1), pw-cat(1), pacat(1).
 */
const PLAYERS: readonly (readonly [program: string, ...words: string[]])[] = [
  ['aplay', '-q', '-t', 'raw', '-f', 'S16_LE', '-r', '44100', '-c', '1', '-'],
  ['pw-play', '--raw', '--format=s16', '--rate=44100', '--channels=1', '-'],
  ['paplay', '--raw', '--format=s16le', '--rate=44100', '--channels=1'],
];

/** The settings, or one line that names the one that is wrong. An empty variable counts as unset. */
export function readSoundConfig(
  environment: Readonly<Record<string, string | undefined>>,
  isProgram: (path: string) => boolean = isExecutable,
): { readonly ok: true; readonly config: SoundConfig } | { readonly ok: false; readonly line: string } {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = Environment.safeParse(set);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { ok: false, line: `${issue?.path.join('.') ?? 'environment'}: ${issue?.message ?? 'is wrong'}` };
  }
  const { KIOSK_SOUND_PLAYER, KIOSK_SOUND_VOLUME, KIOSK_LOG_LEVEL } = parsed.data;
  const folders = (environment['PATH'] ?? '').split(delimiter).filter(folder => folder !== '');
  const isHere = (program: string): boolean => folders.some(folder => isProgram(join(folder, program)));
  return {
    ok: true,
    config: {
      player: KIOSK_SOUND_PLAYER ?? PLAYERS.find(([name]) => isHere(name)),
      volume: KIOSK_SOUND_VOLUME,
      logLevel: KIOSK_LOG_LEVEL,
    },
  };
}

function wordsOf(text: string, context: z.RefinementCtx): readonly [program: string, ...words: string[]] {
  const words = z
    .tuple([z.string().min(1)], z.string())
    .safeParse(text.startsWith('[') ? jsonOf(text) : text.split(/\s+/));
  if (words.success) return words.data;
  context.addIssue('must be a program and its words, separated by spaces, or a JSON list of them');
  return z.NEVER;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
