import { type RowResult, type WireError } from '@shimabashi/contracts';
import { useState } from 'react';
import { useKiosk } from './use-kiosk.ts';

type DeedState =
  | { readonly state: 'idle' | 'working' }
  | { readonly state: 'failed'; readonly error: WireError };

/** What one press asks for: once at a time, with its failure beside the button. */
export function useDeed(): {
  readonly working: boolean;
  readonly error: WireError | null;
  readonly run: <Body>(ask: () => Promise<RowResult<Body>>, onDone: (body: Body) => void) => void;
} {
  const { model } = useKiosk();
  const [state, setState] = useState<DeedState>({ state: 'idle' });
  return {
    working: state.state === 'working',
    error: state.state === 'failed' ? state.error : null,
    run: (ask, onDone) => {
      if (state.state === 'working') return;
      setState({ state: 'working' });
      void ask().then(result => {
        setState(result.ok ? { state: 'idle' } : { state: 'failed', error: result.error });
        if (result.ok) onDone(result.body);
        else if (result.error.code === 'DOOR_CLOSED') model.doorClosed();
      });
    },
  };
}
