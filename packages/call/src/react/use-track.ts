import { type RefObject, useEffect, useRef, useState } from 'react';

/** Shows a track in a `<video>` of the caller's, from its first frame on; null shows nothing. */
export function useVideoTrack(track: MediaStreamTrack | null): RefObject<HTMLVideoElement | null> {
  const ref = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const video = ref.current;
    if (video === null) return;
    video.srcObject = track === null ? null : new MediaStream([track]);
    // A picture without sound may always play; a page that is going away may interrupt it.
    if (track !== null) video.play().catch(() => {});
    return () => {
      video.srcObject = null;
    };
  }, [track]);
  return ref;
}

/**
 * Plays somebody's voice. `isLocked`: the browser wants one touch of the page first; call `unlock`
 * from it.
 */
export function useVoice(track: MediaStreamTrack | null): {
  readonly isLocked: boolean;
  readonly unlock: () => void;
} {
  const ref = useRef<HTMLAudioElement | null>(null);
  const [isLocked, setLocked] = useState(false);
  useEffect(() => {
    if (track === null) return;
    const audio = new Audio();
    ref.current = audio;
    audio.srcObject = new MediaStream([track]);
    audio.play().then(
      () => setLocked(false),
      (error: unknown) => setLocked(error instanceof DOMException && error.name === 'NotAllowedError'),
    );
    return () => {
      audio.pause();
      audio.srcObject = null;
      ref.current = null;
      setLocked(false);
    };
  }, [track]);
  const unlock = () => {
    ref.current?.play().then(
      () => setLocked(false),
      () => {}, // Still locked, and said so.
    );
  };
  return { isLocked, unlock };
}
