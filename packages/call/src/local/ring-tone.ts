/** Whether the ringing is heard. `locked`: the browser wants one touch of the page first. */
export type SoundState = 'silent' | 'sounding' | 'locked';

/** What the tone needs of WebAudio. */
export type ToneContext = Pick<
  AudioContext,
  | 'state'
  | 'currentTime'
  | 'destination'
  | 'createOscillator'
  | 'createGain'
  | 'resume'
  | 'close'
  | 'addEventListener'
>;

/**
 * The ringing of a call: two soft notes, a third apart, every three seconds. Unlike any alarm, which
 * is three or five pulses of a tone with overtones (design language, section 7).
 *
 * It says honestly when the browser keeps it silent, so that the screen can ask for a touch.
 */
export class RingTone {
  readonly #open: () => ToneContext;
  readonly #onState: (state: SoundState) => void;
  #context: ToneContext | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #state: SoundState = 'silent';

  constructor(onState: (state: SoundState) => void, open: () => ToneContext = () => new AudioContext()) {
    this.#onState = onState;
    this.#open = open;
  }

  start(): void {
    if (this.#context !== null) return;
    const context = this.#open();
    this.#context = context;
    context.addEventListener('statechange', () => this.#onChange(context));
    this.#timer = setInterval(() => this.#figure(context), FIGURE_EVERY_MS);
    this.#figure(context);
    this.#onChange(context);
    // Works where the page was touched before; else it stays `suspended` until `unlock`.
    context.resume().catch(() => {});
  }

  stop(): void {
    clearInterval(this.#timer);
    const context = this.#context;
    this.#context = null;
    context?.close().catch(() => {});
    this.#set('silent');
  }

  /** To be called from a touch or a key: only then the browser lets it sound. */
  unlock(): void {
    this.#context?.resume().catch(() => {});
  }

  #onChange(context: ToneContext): void {
    if (context !== this.#context) return;
    const sounds = context.state === 'running';
    if (sounds && this.#state === 'locked') this.#figure(context);
    this.#set(sounds ? 'sounding' : 'locked');
  }

  #set(state: SoundState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#onState(state);
  }

  #figure(context: ToneContext): void {
    if (context.state !== 'running') return;
    NOTES_HZ.forEach((hertz, place) => note(context, hertz, context.currentTime + place * NOTE_SECONDS));
  }
}

/** G4 and B4. */
const NOTES_HZ = [392, 493.88] as const;
const NOTE_SECONDS = 0.55;
const FIGURE_EVERY_MS = 3_000;
const LOUDNESS = 0.25;

/** A sine that swells and fades, so that it has no click and no bite. */
function note(context: ToneContext, hertz: number, atSeconds: number): void {
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.frequency.value = hertz;
  gain.gain.setValueAtTime(0, atSeconds);
  gain.gain.linearRampToValueAtTime(LOUDNESS, atSeconds + 0.08);
  gain.gain.linearRampToValueAtTime(0, atSeconds + NOTE_SECONDS);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(atSeconds);
  oscillator.stop(atSeconds + NOTE_SECONDS);
}
