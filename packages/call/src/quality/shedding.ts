import { type MediaCounters } from './media-counters.ts';

/** Which of our pictures are held back, so that the voices get through. The face goes first. */
export type Shed = 'none' | 'face' | 'all';

/**
 * Decides, once a second, which of our own pictures are held back.
 *
 * The browser divides its estimate by priority already; below what a picture needs to be of use that
 * only makes both bad. Whether the line got better cannot be measured without sending, so it is tried:
 * after `TRY_AFTER_MS`, and later each time it fails.
 */
export class Shedding {
  #shed: Shed = 'none';
  #badSeconds = 0;
  #changedAtMs = 0;
  #tryAfterMs = TRY_AFTER_MS;

  get shed(): Shed {
    return this.#shed;
  }

  /** `hasExam`: we send an examination camera besides the face. */
  add(now: MediaCounters, hasExam: boolean): Shed {
    const need = worst(now, this.#shed, hasExam);
    this.#badSeconds = need === 'less' ? this.#badSeconds + 1 : 0;
    const sinceMs = now.atMs - this.#changedAtMs;
    if (this.#badSeconds >= BAD_SECONDS && this.#shed !== 'all') {
      // A try that failed: the next one waits longer.
      const soon = this.#changedAtMs > 0 && sinceMs < STEADY_MS;
      this.#tryAfterMs = soon ? Math.min(this.#tryAfterMs * 2, TRY_AFTER_MOST_MS) : TRY_AFTER_MS;
      this.#change(hasExam && this.#shed === 'none' ? 'face' : 'all', now.atMs);
    } else if (this.#shed !== 'none' && this.#badSeconds === 0 && sinceMs >= this.#tryAfterMs) {
      this.#change(hasExam && this.#shed === 'all' ? 'face' : 'none', now.atMs);
    }
    return this.#shed;
  }

  #change(shed: Shed, atMs: number): void {
    this.#shed = shed;
    this.#changedAtMs = atMs;
    this.#badSeconds = 0;
  }
}

function worst(now: MediaCounters, shed: Shed, hasExam: boolean): 'less' | 'enough' {
  if ((now.sentFractionLost ?? 0) > LOSS_MOST) return 'less';
  if (shed === 'all' || now.availableOutgoingBps === null) return 'enough';
  const picturesBps = shed === 'none' && hasExam ? EXAM_LEAST_BPS + FACE_LEAST_BPS : EXAM_LEAST_BPS;
  const neededBps = VOICE_BPS + (hasExam ? picturesBps : FACE_LEAST_BPS);
  return now.availableOutgoingBps < neededBps ? 'less' : 'enough';
}

/** Opus at 32 kbit/s with its headers and repairs. */
const VOICE_BPS = 48_000;
/** The smallest of the face's sizes. */
const FACE_LEAST_BPS = 80_000;
/** Two frames a second with 720 lines of detail: less is a still, and stills have their own way. */
const EXAM_LEAST_BPS = 150_000;
/** Above a tenth lost even repaired speech breaks up (Teams: poor). */
const LOSS_MOST = 0.1;
const BAD_SECONDS = 3;
const TRY_AFTER_MS = 12_000;
const TRY_AFTER_MOST_MS = 60_000;
/** A change that held this long was right. */
const STEADY_MS = 20_000;
