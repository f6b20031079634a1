import { type WireError } from '@shimabashi/contracts';
import { useEffect, useRef, useState } from 'react';
import { askPatiently } from './ask.ts';
import { useKiosk } from './use-kiosk.ts';

/** Longest time that a press keeps trying while the store restarts. */
const ATTEMPTS_MAX = 30;

/** Opens a patient's visit; the screen follows when the store has answered, and `onOpened` is called. */
export function useOpenVisit(onOpened: () => void = () => {}): {
  readonly open: (patientId: string, encounterId: string | null) => void;
  /** Whose visit is being opened, for the word on the row. */
  readonly opening: string | null;
  readonly error: WireError | null;
} {
  const { api, model } = useKiosk();
  const [opening, setOpening] = useState<string | null>(null);
  const [error, setError] = useState<WireError | null>(null);
  const ended = useRef(new AbortController());
  useEffect(() => {
    const lifetime = new AbortController();
    ended.current = lifetime;
    return () => lifetime.abort();
  }, []);
  const open = (patientId: string, encounterId: string | null) => {
    if (opening !== null) return;
    const { signal } = ended.current;
    // One id for all attempts of this press: the visit is opened once.
    const request = { operationId: crypto.randomUUID(), patientId, encounterId };
    setOpening(patientId);
    setError(null);
    void askPatiently(() => api['visits.open'](request), { signal, attempts: ATTEMPTS_MAX }).then(result => {
      if (signal.aborted) return;
      setOpening(null);
      if (result.ok) {
        model.take({ event: 'visit', visit: result.body.visit });
        onOpened();
      } else if (result.error.code === 'DOOR_CLOSED') model.doorClosed();
      else setError(result.error);
    });
  };
  return { open, opening, error };
}
