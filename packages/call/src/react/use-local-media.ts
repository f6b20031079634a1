import { useEffect, useMemo } from 'react';
import { type CapturePlan } from '../local/choose-device.ts';
import { LocalMedia, type MediaDevicesPort } from '../local/local-media.ts';

export interface UseLocalMediaOptions {
  readonly capture: CapturePlan;
  /** `navigator.mediaDevices` unless a test gives another. */
  readonly devices?: MediaDevicesPort;
}

/**
 * This machine's microphone and cameras for one call, while the screen that asks is there: from
 * ringing on, since a camera takes its time to open. Both options are read once.
 */
export function useLocalMedia({ capture, devices }: UseLocalMediaOptions): LocalMedia {
  const media = useMemo(
    () => new LocalMedia(devices ?? navigator.mediaDevices, capture),
    // The devices of a call that is on are not changed under it.
    // oxlint-disable-next-line react/exhaustive-deps
    [],
  );
  useEffect(() => {
    media.start();
    return () => media.stop();
  }, [media]);
  return media;
}
