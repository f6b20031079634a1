import { type RoomInUse, useVoice } from '@shimabashi/call/react';
import { type Call, type PhotoSource } from '@shimabashi/contracts';
import { useEffect, useRef } from 'react';
import { useSnapshot } from '../state/use-kiosk.ts';
import { type CallInUse, type CallView, localOf, remoteTrack } from './call-in-use.ts';
import { Incoming } from './incoming.tsx';
import { NurseView } from './nurse-view.tsx';
import { PageStrip } from './page-strip.tsx';
import { PatientView } from './patient-view.tsx';
import { type CallDevices, useCallRoom } from './use-call-room.ts';
import { useStill } from './use-still.ts';

/**
 * A call from its first ring to its end: one room, which is built while it rings, and three ways to look
 * at it when it runs. `page` leaves the screen to the page beneath.
 */
export function OpenCall({
  call,
  devices,
  view,
  show,
}: {
  readonly call: Call;
  readonly devices: CallDevices;
  readonly view: CallView;
  readonly show: (view: CallView) => void;
}) {
  const { visit } = useSnapshot();
  const { state: still, take } = useStill(visit);
  const entered = useRef<RoomInUse>(undefined);
  const onStillAsked = (stillId: string) => {
    const inRoom = entered.current;
    if (inRoom === undefined) return;
    const camera = cameraOf(inRoom);
    const taken = camera === null ? Promise.resolve(false) : take({ stillId, ...camera });
    void taken.then(saved => inRoom.room.tellStill(stillId, saved ? 'saved' : 'failed'));
  };
  const inUse = useCallRoom(call, devices, onStillAsked);
  useEffect(() => {
    entered.current = inUse;
  });
  const voice = useVoice(remoteTrack(inUse, 'microphone')?.track ?? null);
  useWordsTold(inUse, view !== 'page');
  const camera = cameraOf(inUse);
  const all: CallInUse = {
    ...inUse,
    call,
    still,
    show,
    takeStill:
      camera === null || !visit ? undefined : () => void take({ stillId: crypto.randomUUID(), ...camera }),
    voiceLocked: voice.isLocked,
    unlockVoice: voice.unlock,
  };
  if (call.state === 'ringing') {
    return call.direction === 'to-kiosk' ? (
      <Incoming call={call} camera={localOf(inUse, 'face-camera')} />
    ) : null;
  }
  switch (view) {
    case 'nurse':
      return <NurseView inCall={all} />;
    case 'patient':
      return <PatientView inCall={all} />;
    case 'page':
      return <PageStrip inCall={all} />;
  }
}

/** Tells the doctor that the words stand on the screen: after they were drawn, once for each. */
function useWordsTold({ room, state }: RoomInUse, isShown: boolean): void {
  const wordsId = isShown && state.link.link === 'joined' ? state.words?.wordsId : undefined;
  useEffect(() => {
    if (wordsId !== undefined) room.tellWordsShown(wordsId);
  }, [room, wordsId]);
}

/** The camera that a photograph is taken with: the examination camera, or the only one that there is. */
function cameraOf(
  inUse: RoomInUse,
): { readonly source: PhotoSource; readonly track: MediaStreamTrack } | null {
  for (const source of ['exam-camera', 'face-camera'] as const) {
    const track = localOf(inUse, source)?.track ?? null;
    if (track !== null) return { source, track };
  }
  return null;
}
