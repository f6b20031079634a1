import { type SoundName, SOUNDS, waveOf } from '@shimabashi/clinical';
import { useEffect, useState } from 'react';
import { soundOfScreen } from './alarms.ts';
import { useSnapshot } from './use-kiosk.ts';
import { useTime } from './use-time.ts';

/** What we use of Web Audio. */
export type MouthContext = Pick<
  AudioContext,
  'createBuffer' | 'createBufferSource' | 'destination' | 'resume' | 'sampleRate' | 'state'
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

  /** What comes out of this screen: nothing as long as the browser does not let it. */
  heard(): SoundName | undefined {
    return this.#context?.state === 'running' ? this.#playing?.sound : undefined;
  }

  /** Somebody has touched the screen: it may sound now. */
  unlock(): void {
    this.#context?.resume().catch(() => {});
  }
}

/** The second mouth of the kiosk, for as long as this screen lives. Gives what it sounds now. */
export function useSecondMouth(newContext?: () => MouthContext): SoundName | undefined {
  const snapshot = useSnapshot();
  const { nowMs } = useTime();
  const [mouth] = useState(() => new SecondMouth(newContext ?? (() => new AudioContext())));
  const sound = soundOfScreen(snapshot, nowMs);
  useEffect(() => mouth.sound(sound), [mouth, sound]);
  useEffect(() => {
    const unlock = () => mouth.unlock();
    window.addEventListener('pointerdown', unlock);
    return () => {
      window.removeEventListener('pointerdown', unlock);
      mouth.sound(undefined);
    };
  }, [mouth]);
  return mouth.heard();
}
