import { type SoundName, SOUNDS, waveOf } from '@shimabashi/clinical';
import { useEffect, useRef } from 'react';
import { soundOfScreen } from './alarms.ts';
import { useSnapshot } from './use-kiosk.ts';
import { useTime } from './use-time.ts';

/** What we use of Web Audio. */
export type MouthContext = Pick<
  AudioContext,
  'createBuffer' | 'createBufferSource' | 'destination' | 'resume' | 'sampleRate'
>;

/** Sounds alarms through this screen, when the process that should cannot be heard. */
export class SecondMouth {
  readonly #newContext: () => MouthContext;
  #context: MouthContext | undefined;
  #playing: { readonly sound: SoundName; readonly source: AudioBufferSourceNode } | undefined;

  constructor(newContext: () => MouthContext) {
    this.#newContext = newContext;
  }

  /** From now on this, again and again; undefined is silence. */
  sound(sound: SoundName | undefined): void {
    if (sound === this.#playing?.sound) return;
    this.#playing?.source.stop();
    this.#playing = undefined;
    if (sound === undefined) return;
    const context = (this.#context ??= this.#newContext());
    // Refused until somebody has touched the screen, if the browser is not the kiosk's own.
    context.resume().catch(() => {});
    const wave = waveOf(SOUNDS[sound], context.sampleRate);
    const buffer = context.createBuffer(1, wave.length, context.sampleRate);
    buffer.copyToChannel(wave, 0);
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.loop = true;
    source.connect(context.destination);
    source.start();
    this.#playing = { sound, source };
  }

  /** Somebody has touched the screen: it may sound now. */
  unlock(): void {
    this.#context?.resume().catch(() => {});
  }
}

/** The second mouth of the kiosk, for as long as this screen lives. */
export function useSecondMouth(newContext: () => MouthContext = () => new AudioContext()): void {
  const snapshot = useSnapshot();
  const { nowMs } = useTime();
  const mouth = useRef<SecondMouth | undefined>(undefined);
  const sound = soundOfScreen(snapshot, nowMs);
  useEffect(() => {
    mouth.current ??= new SecondMouth(newContext);
    mouth.current.sound(sound);
  }, [sound, newContext]);
  useEffect(() => {
    const unlock = () => mouth.current?.unlock();
    window.addEventListener('pointerdown', unlock);
    return () => {
      window.removeEventListener('pointerdown', unlock);
      mouth.current?.sound(undefined);
    };
  }, []);
}
