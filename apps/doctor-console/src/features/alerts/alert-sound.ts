import { type SoundFigure, type SoundName, SOUNDS } from '@shimabashi/clinical';

/** Whether the alarm can be heard here: `locked` until somebody has touched the page once. */
export type SoundState = 'silent' | 'sounding' | 'locked' | 'none';

/** How far ahead tones are planned, so that a busy page leaves no gap. */
const PLAN_AHEAD_S = 1.5;
const PLAN_EVERY_MS = 500;
/** A tone that begins at once clicks. */
const RAMP_S = 0.015;

/**
 * The alarm as this page sounds it. Browsers let a page sound only after somebody has touched it:
 * until then it says that it cannot.
 *
 * This is the second way; the first is the push, which also reaches who has no page open.
 */
export class AlertSound {
  readonly #createContext: () => AudioContext | undefined;
  readonly #listeners = new Set<() => void>();
  #context: AudioContext | undefined;
  #name: SoundName | undefined;
  #state: SoundState = 'silent';
  #timer: ReturnType<typeof setInterval> | undefined;
  #plannedUntilS = 0;

  constructor(createContext: () => AudioContext | undefined) {
    this.#createContext = createContext;
  }

  /** What is to be heard from now on, or nothing. */
  play(name: SoundName | undefined): void {
    if (name === this.#name) return;
    this.#name = name;
    this.#plannedUntilS = 0;
    clearInterval(this.#timer);
    if (name === undefined) {
      // What was planned is not to be heard either.
      void this.#context?.suspend();
      this.#setState('silent');
      return;
    }
    this.#context ??= this.#open();
    void this.#context?.resume().catch(() => undefined);
    this.#timer = setInterval(() => this.#plan(), PLAN_EVERY_MS);
    this.#plan();
  }

  /** In answer to a touch: the only moment at which a browser lets the sound begin. */
  unlock(): void {
    this.#context ??= this.#open();
    const context = this.#context;
    if (context === undefined) return;
    void context.resume().then(
      () => (this.#name === undefined ? context.suspend() : this.#plan()),
      () => undefined,
    );
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };
  readonly getSnapshot = (): SoundState => this.#state;

  #open(): AudioContext | undefined {
    const context = this.#createContext();
    context?.addEventListener('statechange', () => this.#plan());
    return context;
  }

  #plan(): void {
    const context = this.#context;
    if (this.#name === undefined) return;
    if (context === undefined) return this.#setState('none');
    if (context.state !== 'running') {
      this.#plannedUntilS = 0;
      return this.#setState('locked');
    }
    const figure = SOUNDS[this.#name];
    while (this.#plannedUntilS < context.currentTime + PLAN_AHEAD_S) {
      const beginS = Math.max(this.#plannedUntilS, context.currentTime + 0.05);
      planFigure(context, figure, beginS);
      this.#plannedUntilS = beginS + figure.lengthMs / 1_000;
    }
    this.#setState('sounding');
  }

  #setState(state: SoundState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

function planFigure(context: AudioContext, figure: SoundFigure, beginS: number): void {
  const partials = [0, 1, ...figure.harmonics.map(() => 1)];
  const wave = context.createPeriodicWave(
    new Float32Array(partials.length),
    Float32Array.from(partials, (partial, order) => (order < 2 ? partial : 0.5)),
  );
  for (const { atMs, forMs, frequencyHz } of figure.pulses) {
    const tone = context.createOscillator();
    tone.setPeriodicWave(wave);
    tone.frequency.value = frequencyHz;
    const volume = context.createGain();
    const [fromS, toS] = [beginS + atMs / 1_000, beginS + (atMs + forMs) / 1_000];
    volume.gain.setValueAtTime(0, fromS);
    volume.gain.linearRampToValueAtTime(figure.level, fromS + RAMP_S);
    volume.gain.setValueAtTime(figure.level, toS - RAMP_S);
    volume.gain.linearRampToValueAtTime(0, toS);
    tone.connect(volume).connect(context.destination);
    tone.start(fromS);
    tone.stop(toS);
  }
}
