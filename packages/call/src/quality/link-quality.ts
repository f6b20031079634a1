import { type MediaCounters } from './media-counters.ts';

/**
 * How much of the call the line carries, for the link ladder (design language, section 5).
 *
 * `good`: pictures and voices. `reduced`: pictures in lower quality. `stills`: pictures are held back
 * for the voices; photographs still go by the chart's lanes. `audio`: voices only, and they suffer.
 * `lost`: nothing; the telephone.
 */
export type LinkStep = 'good' | 'reduced' | 'stills' | 'audio' | 'lost';

/** Whose line it is: ours, or the other's. Null when nothing is wrong, or it cannot be told. */
export type LinkSide = 'ours' | 'theirs' | null;

export interface LinkQuality {
  readonly step: LinkStep;
  readonly side: LinkSide;
}

export interface LinkContext {
  /** We are in the room, and our transports are up. */
  readonly isConnected: boolean;
  /** Somebody else is in the room. */
  readonly isOtherHere: boolean;
  /** The other sends pictures at all, and whether it holds all of them back. */
  readonly otherPictures: 'none' | 'held-back' | 'flowing';
  /** The other's microphone flows (not muted). */
  readonly isOtherHeard: boolean;
  /** We hold our own pictures back. */
  readonly holdsBack: boolean;
}

/**
 * Judges the line from the counters of some seconds ago and now.
 *
 * Bars: Microsoft's stream classification for Teams' call quality (audio poor above 10 % loss, 500 ms
 * round trip or 7 % concealed; video poor below 7 frames a second), with Twilio's earlier warnings
 * (3 % loss, 400 ms) for `reduced`.
 */
export function judgeLink(before: MediaCounters, now: MediaCounters, context: LinkContext): LinkQuality {
  if (!context.isConnected) return { step: 'lost', side: 'ours' };
  if (!context.isOtherHere) return { step: 'lost', side: 'theirs' };
  const seconds = Math.max(0.001, (now.atMs - before.atMs) / 1_000);
  const ours = ownLine(now);
  const heard = received(before, now);
  const nothingHeard = context.isOtherHeard && heard.packets === 0;
  const framesPerSecond = (now.framesDecoded - before.framesDecoded) / seconds;
  const noPicture = context.otherPictures === 'flowing' && framesPerSecond === 0;
  if (nothingHeard && (noPicture || context.otherPictures !== 'flowing')) {
    return { step: 'lost', side: ours === 'good' ? 'theirs' : 'ours' };
  }
  const voicesSuffer = ours === 'poor' || heard.lost > POOR_LOSS || heard.concealed > POOR_CONCEALED;
  const side: LinkSide = ours === 'good' ? 'theirs' : 'ours';
  if (context.holdsBack || context.otherPictures === 'held-back') {
    return {
      step: voicesSuffer ? 'audio' : 'stills',
      side: context.holdsBack ? 'ours' : 'theirs',
    };
  }
  const pictureSuffers =
    context.otherPictures === 'flowing' &&
    (framesPerSecond < POOR_FRAMES_PER_SECOND ||
      (now.freezeMs - before.freezeMs) / 1_000 / seconds > POOR_FREEZE_RATIO);
  if (voicesSuffer || pictureSuffers || ours !== 'good' || heard.lost > WARN_LOSS) {
    return { step: 'reduced', side };
  }
  return { step: 'good', side: null };
}

function ownLine({ roundTripMs, sentFractionLost }: MediaCounters): 'good' | 'warn' | 'poor' {
  const above = (limitMs: number, loss: number) =>
    (roundTripMs ?? 0) > limitMs || (sentFractionLost ?? 0) > loss;
  if (above(POOR_ROUND_TRIP_MS, POOR_LOSS)) return 'poor';
  return above(WARN_ROUND_TRIP_MS, WARN_LOSS) ? 'warn' : 'good';
}

function received(before: MediaCounters, now: MediaCounters) {
  const packets = now.audioPacketsReceived - before.audioPacketsReceived;
  const lost = Math.max(0, now.audioPacketsLost - before.audioPacketsLost);
  const samples = now.audioSamples - before.audioSamples;
  const concealed = now.audibleConcealedSamples - before.audibleConcealedSamples;
  return {
    packets,
    lost: packets + lost === 0 ? 0 : lost / (packets + lost),
    concealed: samples <= 0 ? 0 : concealed / samples,
  };
}

const WARN_LOSS = 0.03;
const POOR_LOSS = 0.1;
const WARN_ROUND_TRIP_MS = 400;
const POOR_ROUND_TRIP_MS = 500;
const POOR_CONCEALED = 0.07;
const POOR_FRAMES_PER_SECOND = 7;
/** A third of the time: webrtc-issue-detector's default. */
const POOR_FREEZE_RATIO = 0.3;

const STEPS: readonly LinkStep[] = ['good', 'reduced', 'stills', 'audio', 'lost'];

/**
 * Steadies what is shown: worse after `WORSE_AFTER` judgements in a row, better after `BETTER_AFTER`,
 * so that the ladder does not flicker. A lost line is shown at once.
 */
export class SteadyLink {
  #shown: LinkQuality = { step: 'good', side: null };
  #inRow = 0;

  get shown(): LinkQuality {
    return this.#shown;
  }

  /** One judgement a second. Gives what to show. */
  add(judged: LinkQuality): LinkQuality {
    const change = STEPS.indexOf(judged.step) - STEPS.indexOf(this.#shown.step);
    if (change === 0) {
      this.#inRow = 0;
      if (judged.side !== null) this.#shown = judged;
      return this.#shown;
    }
    const direction = Math.sign(change);
    this.#inRow = Math.sign(this.#inRow) === direction ? this.#inRow + direction : direction;
    const needed = change > 0 ? (judged.step === 'lost' ? 1 : WORSE_AFTER) : BETTER_AFTER;
    // From nothing to anything is news too.
    const isBack = this.#shown.step === 'lost' && change < 0;
    if (Math.abs(this.#inRow) >= needed || isBack) {
      this.#shown = judged;
      this.#inRow = 0;
    }
    return this.#shown;
  }
}

const WORSE_AFTER = 3;
const BETTER_AFTER = 5;
