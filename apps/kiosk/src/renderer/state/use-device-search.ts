import { type KioskContract, type RowResponse, type WireError } from '@shimabashi/contracts';
import { useEffect, useState } from 'react';
import { useKiosk } from './use-kiosk.ts';

/** The kiosk looks for as long as it is asked, and a value of the trial is to be one of now. */
const ASK_EVERY_MS = 1_000;

export type DeviceSearch = RowResponse<KioskContract, 'devices.search'>;

/** What is in reach and what the tried device says, asked again and again while the page is open. */
export function useDeviceSearch(): {
  readonly search: DeviceSearch | null;
  readonly error: WireError | null;
} {
  const { api } = useKiosk();
  const [known, setKnown] = useState<{ search: DeviceSearch | null; error: WireError | null }>({
    search: null,
    error: null,
  });
  useEffect(() => {
    const ended = new AbortController();
    const ask = () =>
      void api['devices.search']({}).then(result => {
        if (ended.signal.aborted) return;
        // Without an answer nothing is known: no number stays.
        setKnown(result.ok ? { search: result.body, error: null } : { search: null, error: result.error });
      });
    ask();
    const timer = setInterval(ask, ASK_EVERY_MS);
    return () => {
      ended.abort();
      clearInterval(timer);
      void api['devices.try']({ foundId: null });
    };
  }, [api]);
  return known;
}
