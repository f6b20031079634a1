import { useEffect, useRef, useState } from 'react';
import { RingTone, type SoundState } from '../local/ring-tone.ts';

/** Rings while `isRinging`. Says whether it is heard; `unlock` is for a touch of the page. */
export function useRingTone(isRinging: boolean): {
  readonly sound: SoundState;
  readonly unlock: () => void;
} {
  const [sound, setSound] = useState<SoundState>('silent');
  const toneRef = useRef<RingTone | null>(null);
  useEffect(() => {
    if (!isRinging) return;
    const tone = new RingTone(setSound);
    toneRef.current = tone;
    tone.start();
    return () => {
      tone.stop();
      toneRef.current = null;
    };
  }, [isRinging]);
  return { sound, unlock: () => toneRef.current?.unlock() };
}
