import { type Page } from 'playwright-core';
import { heardIn, tonesOf } from '../system/sound.ts';

/** No longer than this may an alarm be silent without a screen that says why, in milliseconds. */
const SILENT_MAX_MS = 3_000;
/** Between two looks at the screen, and a little. */
const LOOK_MS = 200;

export interface ScreenSaying {
  readonly atMs: number;
  readonly alarm: boolean;
  /** Whether it says that no sound comes out. */
  readonly saysSilent: boolean;
}

/** What a screen says, again and again, and when. Goes on through one that is opened anew. */
export function watchScreen(screen: () => Page | undefined): {
  readonly seen: readonly ScreenSaying[];
  stop(): Promise<void>;
} {
  const seen: ScreenSaying[] = [];
  let stopped = false;
  const watching = (async () => {
    while (!stopped) {
      const atMs = Date.now();
      try {
        const said = await screen()?.evaluate(() => ({
          alarm: document.querySelector('[data-alarm]') !== null,
          saysSilent: document.querySelector('[data-band="silent"]') !== null,
        }));
        if (said !== undefined) seen.push({ atMs, ...said });
      } catch {
        // This screen has just been killed.
      }
      await new Promise(resolve => setTimeout(resolve, LOOK_MS / 2));
    }
  })();
  return {
    seen,
    async stop() {
      stopped = true;
      await watching;
    },
  };
}

/** Every silence of the loudspeaker that was too long and that no screen had explained by then. */
export function unexplainedSilences(
  heardFile: string,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  seen: readonly ScreenSaying[],
): string[] {
  const tones = tonesOf(heardIn(heardFile)).filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  const ends = [fromMs, ...tones.map(({ atMs, forMs }) => atMs + forMs)];
  const begins = [...tones.map(({ atMs }) => atMs), toMs];
  return ends.flatMap((endMs, index) => {
    const silentMs = begins[index]! - endMs;
    const lateMs = endMs + SILENT_MAX_MS + LOOK_MS;
    const isSaid = seen.some(({ atMs, saysSilent }) => saysSilent && atMs >= endMs && atMs <= lateMs);
    return silentMs > SILENT_MAX_MS && !isSaid
      ? [`silent for ${silentMs} ms, ${endMs - fromMs} ms after the beginning, and no screen said so`]
      : [];
  });
}
