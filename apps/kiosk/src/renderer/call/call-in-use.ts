import { type LocalTrack, type RemoteTrack } from '@shimabashi/call';
import { type RoomInUse } from '@shimabashi/call/react';
import { type Call, type MediaSource } from '@shimabashi/contracts';
import { type StillState } from './use-still.ts';

/** How a running call is looked at. `page`: it goes on beside another page. */
export type CallView = 'nurse' | 'patient' | 'page';

/** Everything that the views of a running call show and do. */
export interface CallInUse extends RoomInUse {
  readonly call: Call;
  readonly still: StillState;
  /** Takes a photograph with this camera. Undefined while there is none, or no patient's page. */
  readonly takeStill: (() => void) | undefined;
  readonly show: (view: CallView) => void;
  /** The browser wants one touch before it plays the doctor's voice. */
  readonly voiceLocked: boolean;
  readonly unlockVoice: () => void;
}

export function localOf({ local }: Pick<RoomInUse, 'local'>, source: MediaSource): LocalTrack | undefined {
  return local.get(source);
}

/** What the doctor sends of this source. */
export function remoteTrack({ state }: RoomInUse, source: MediaSource): RemoteTrack | undefined {
  return state.tracks.find(
    each => each.source === source && each.participantId !== state.self?.participantId,
  );
}
