import { useNow } from '@shimabashi/ui';
import { useCallback } from 'react';
import { useConsole } from './console.ts';

/** The hub's time, told again every `everyMs`, so that ages on the screen grow. */
export function useHubNow(everyMs = 1_000): number {
  const { clock } = useConsole();
  return useNow(
    everyMs,
    useCallback(() => clock.hubNowMs(), [clock]),
  );
}
