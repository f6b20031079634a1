import { type SoundStatus } from '@shimabashi/contracts';
import { type Mouth } from './mouth.ts';
import { BYTES_PER_SAMPLE, samplesOf } from './pcm.ts';
import { PIPE_BYTES, type Player } from './player.ts';

export interface SpeakerClock {
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
  /** Calls back once after `ms`; the result cancels. */
  readonly after: (ms: number, callback: () => void) => () => void;
}

export interface SpeakerDeps {
  /** Undefined when this machine has no program that plays. */
  readonly start: (() => Player) | undefined;
  readonly mouth: Mouth;
  readonly clock: SpeakerClock;
  readonly onStatus: (status: SoundStatus) => void;
}

const TICK_MS = 50;
/** What is written before it is due: a late tick is not heard, and a new sound is, soon. */
const LEAD_MS = 200;
/** The longest that is written at once. After a longer sleep of this process the rest is left out. */
const CHUNK_MS_MAX = 500;
/** A player that has taken samples before and takes none for so long plays no more. */
const STUCK_AFTER_MS = 300;
/** It may take its time to open the device. */
const START_LIMIT_MS = 3_000;
/** In silence a full pipe is let run out: the next sound must not queue behind it. */
const DRAIN_MS = 250;
const RETRY_MS_MIN = 500;
const RETRY_MS_MAX = 5_000;

/** Where one player stands. */
interface Playing {
  readonly player: Player;
  readonly startedAtMs: number;
  /** Samples that it was given or that were left out, since the start. */
  samples: number;
  writtenBytes: number;
  fullSinceMs: number | undefined;
  heldUntilMs: number;
}

/**
 * Keeps a player fed, with silence when there is nothing to be heard: so that it is known at any
 * moment, and not only when it matters, that a sound would come out.
 *
 * `broken` until the player has taken more than its pipe holds, and again within a second after it
 * ended or takes no more; then another one is started.
 */
export class Speaker {
  readonly #deps: SpeakerDeps;
  #playing: Playing | undefined;
  #status: SoundStatus;
  #failures = 0;
  #stopped = false;
  #cancelTick: () => void = () => {};
  #cancelRetry: () => void = () => {};

  constructor(deps: SpeakerDeps) {
    this.#deps = deps;
    this.#status = { state: 'broken', sinceMs: deps.clock.nowMs(), code: 'STARTING' };
  }

  begin(): void {
    this.#deps.onStatus(this.#status);
    this.#start();
    this.#tickLater();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelTick();
    this.#cancelRetry();
    this.#playing?.player.stop();
  }

  #start(): void {
    const { start, clock } = this.#deps;
    if (start === undefined) return this.#become('broken', 'NO_PLAYER');
    let player: Player;
    try {
      player = start();
    } catch {
      return this.#failed('PLAYER_NOT_STARTED');
    }
    const playing: Playing = {
      player,
      startedAtMs: clock.monotonicMs(),
      samples: 0,
      writtenBytes: 0,
      fullSinceMs: undefined,
      heldUntilMs: 0,
    };
    this.#playing = playing;
    player.onEnd(() => this.#ended(playing, 'PLAYER_ENDED'));
  }

  #ended(playing: Playing, code: string): void {
    if (this.#playing !== playing || this.#stopped) return;
    this.#playing = undefined;
    playing.player.stop();
    this.#failed(code);
  }

  #failed(code: string): void {
    this.#become('broken', code);
    const delayMs = Math.min(RETRY_MS_MIN * 2 ** this.#failures, RETRY_MS_MAX);
    this.#failures += 1;
    this.#cancelRetry = this.#deps.clock.after(delayMs, () => this.#start());
  }

  #tickLater(): void {
    this.#cancelTick = this.#deps.clock.after(TICK_MS, () => {
      if (this.#playing !== undefined) this.#feed(this.#playing);
      this.#tickLater();
    });
  }

  #feed(playing: Playing): void {
    const { mouth, clock } = this.#deps;
    const nowMs = clock.monotonicMs();
    const dueSamples = samplesOf(nowMs - playing.startedAtMs + LEAD_MS) - playing.samples;
    const isHeld = nowMs < playing.heldUntilMs && !mouth.isSounding;
    if (isHeld || dueSamples <= 0) {
      playing.samples += Math.max(0, dueSamples);
      return;
    }
    const count = Math.min(dueSamples, samplesOf(CHUNK_MS_MAX));
    const room = playing.player.write(mouth.peek(count));
    // Half a sample was taken only if the pipe was left with an odd byte: it never is.
    const taken = room / BYTES_PER_SAMPLE;
    mouth.advance(taken);
    playing.writtenBytes += room;
    playing.samples += taken === count ? dueSamples : taken;
    if (taken > 0) playing.fullSinceMs = undefined;
    this.#judge(playing, taken === count, nowMs);
  }

  #judge(playing: Playing, isTaken: boolean, nowMs: number): void {
    const isProven = playing.writtenBytes > PIPE_BYTES;
    if (isTaken) {
      if (isProven) {
        this.#failures = 0;
        this.#become(this.#deps.mouth.isSounding ? 'sounding' : 'quiet', null);
      }
      return;
    }
    playing.fullSinceMs ??= nowMs;
    const limitMs = isProven ? STUCK_AFTER_MS : START_LIMIT_MS;
    if (nowMs - playing.fullSinceMs >= limitMs) this.#ended(playing, 'PLAYER_STUCK');
    else if (isProven && playing.fullSinceMs === nowMs && !this.#deps.mouth.isSounding) {
      playing.heldUntilMs = nowMs + DRAIN_MS;
    }
  }

  #become(state: SoundStatus['state'], code: string | null): void {
    if (this.#status.state === state && this.#status.code === code) return;
    this.#status = { state, sinceMs: this.#deps.clock.nowMs(), code };
    this.#deps.onStatus(this.#status);
  }
}
