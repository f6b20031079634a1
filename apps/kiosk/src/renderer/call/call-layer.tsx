import { type ReactNode, useState } from 'react';
import { useRow, useSnapshot } from '../state/use-kiosk.ts';
import { useTime } from '../state/use-time.ts';
import { CallBand } from './call-band.tsx';
import { Incoming } from './incoming.tsx';
import { type CallView } from './call-in-use.ts';
import { OpenCall } from './open-call.tsx';
import styles from './call.module.css';

/**
 * What a call does to the screen, whatever page is on it: a doctor's ring takes all of it, a call that
 * runs has pages of its own, and the rest is a band above.
 *
 * The page itself stays where it is, behind: what a nurse has half typed is there when the call is over.
 * Nothing of the call is kept here: a screen that was opened anew finds its call with the hub.
 */
export function CallLayer({ page }: { readonly page: ReactNode }) {
  const { call, door } = useSnapshot();
  const { nowMs } = useTime();
  const devices = useRow('calls.devices', call !== null && call.state !== 'ended' ? {} : null).body;
  const [chosen, setChosen] = useState<{ readonly callId: string; readonly view: CallView }>();
  const view = chosen !== undefined && chosen.callId === call?.callId ? chosen.view : 'nurse';
  const isOpen = door !== 'closed' && call !== null;
  const rings = isOpen && call.state === 'ringing' && call.direction === 'to-kiosk';
  // While it rings too: a call that is taken waits for nothing that could be ready before.
  const hasRoom = isOpen && call.state !== 'ended' && devices !== undefined;
  const runs = hasRoom && call.state === 'connected';
  const isCovered = rings || (runs && view !== 'page');
  return (
    <>
      {rings && !hasRoom ? <Incoming call={call} camera={undefined} /> : null}
      {hasRoom ? (
        // The key makes a new room of another call.
        <OpenCall
          key={call.callId}
          call={call}
          devices={devices}
          view={view}
          show={next => setChosen({ callId: call.callId, view: next })}
        />
      ) : null}
      {isOpen && !rings && !runs ? <CallBand nowMs={nowMs} /> : null}
      <div className={styles.page} data-page hidden={isCovered}>
        {page}
      </div>
    </>
  );
}
