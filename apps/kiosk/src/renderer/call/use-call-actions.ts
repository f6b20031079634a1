import { type Call, type DeclineReason, type RowResult, type WireError } from '@shimabashi/contracts';
import { useEffect, useRef, useState } from 'react';
import { askPatiently } from '../state/ask.ts';
import { useKiosk } from '../state/use-kiosk.ts';

/** Longest time that a press keeps trying while the store restarts. */
const ATTEMPTS_MAX = 12;

export interface CallActions {
  readonly start: () => void;
  readonly accept: (callId: string) => void;
  readonly decline: (callId: string, because: DeclineReason) => void;
  readonly end: (callId: string) => void;
  /** Something was pressed, and the hub has not answered yet. */
  readonly working: boolean;
  readonly error: WireError | null;
}

/** What a nurse does about a call. The screen follows the hub's answer, never the press. */
export function useCallActions(): CallActions {
  const { api, model } = useKiosk();
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const lifetime = useRef(new AbortController());
  useEffect(() => {
    const drawn = new AbortController();
    lifetime.current = drawn;
    return () => drawn.abort();
  }, []);
  const press = (ask: () => Promise<RowResult<{ call: Call }>>) => {
    if (working) return;
    const { signal } = lifetime.current;
    setWorking(true);
    setError(null);
    void askPatiently(ask, { signal, attempts: ATTEMPTS_MAX }).then(result => {
      if (result.ok) model.take({ event: 'call', call: result.body.call });
      if (signal.aborted) return;
      setWorking(false);
      if (result.ok) return;
      if (result.error.code === 'DOOR_CLOSED') model.doorClosed();
      else setError(result.error);
    });
  };
  return {
    start: () => {
      // One id for all attempts of this press: it rings once.
      const callId = crypto.randomUUID();
      press(() => api['calls.start']({ callId }));
    },
    accept: callId => press(() => api['calls.accept']({ callId })),
    decline: (callId, because) => press(() => api['calls.decline']({ callId, because })),
    end: callId => press(() => api['calls.end']({ callId })),
    working,
    error,
  };
}
