import { type KioskApi, type WireError } from '@shimabashi/contracts';
import { useState } from 'react';
import { useKiosk } from './use-kiosk.ts';

type DeedState =
  | { readonly state: 'idle' | 'working' }
  | { readonly state: 'failed'; readonly error: WireError };

/** Sends a parked item once more, or withdraws it. The list is read again when it is done. */
export function useParkedDeed(itemId: string) {
  const { model } = useKiosk();
  const [state, setState] = useState<DeedState>({ state: 'idle' });
  const run = (deed: KioskApi['outbox.retry'] | KioskApi['outbox.withdraw']) => {
    if (state.state === 'working') return;
    setState({ state: 'working' });
    void deed({ itemId }).then(result => {
      if (result.ok) {
        setState({ state: 'idle' });
        model.chartChanged();
        return;
      }
      setState({ state: 'failed', error: result.error });
      if (result.error.code === 'DOOR_CLOSED') model.doorClosed();
    });
  };
  return { state, run };
}
