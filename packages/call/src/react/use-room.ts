import { type Call, type MediaSource } from '@shimabashi/contracts';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { type LocalMedia, type LocalTracks } from '../local/local-media.ts';
import { type RoomSnapshot } from '../room/room-snapshot.ts';
import { Room, type RoomDeps, type RoomListener } from '../room/room.ts';

export interface RoomInUse {
  readonly room: Room;
  readonly state: RoomSnapshot;
  readonly local: LocalTracks;
}

export interface UseRoomOptions {
  /** One that rings or is on. Another one is another room: the one before is left. */
  readonly call: Pick<Call, 'callId' | 'state'>;
  readonly deps: RoomDeps;
  readonly media: LocalMedia;
  /** Read anew whenever something happens: it may change with each drawing. */
  readonly listener: RoomListener;
}

/**
 * Enters the room of a call, sends what `media` captures once it is taken, and leaves when the screen
 * goes. While it rings, everything is built up, so that nobody waits for it later. `deps` is read once
 * per call.
 */
export function useRoom({ call, deps, media, listener }: UseRoomOptions): RoomInUse {
  const { callId } = call;
  const [latest] = useState<{ listener: RoomListener }>({ listener });
  useEffect(() => {
    latest.listener = listener;
  });
  const room = useMemo(
    () =>
      new Room(deps, {
        onSamples: samples => latest.listener.onSamples?.(samples),
        onWaveform: block => latest.listener.onWaveform?.(block),
        onVitalsEnded: () => latest.listener.onVitalsEnded?.(),
        onStillAsked: stillId => latest.listener.onStillAsked?.(stillId),
        onCall: call => latest.listener.onCall?.(call),
      }),
    // Another call is another room; nothing else is.
    // oxlint-disable-next-line react/exhaustive-deps
    [callId, latest],
  );
  useEffect(() => {
    const stopSending = media.subscribe(() => sendTracks(room, media));
    const onOnline = () => room.retryNow();
    window.addEventListener('online', onOnline);
    sendTracks(room, media);
    room.open();
    return () => {
      window.removeEventListener('online', onOnline);
      stopSending();
      room.close();
    };
  }, [room, media]);
  const isTaken = call.state === 'connected';
  useEffect(() => {
    // Not let in while it rang, which matters to nobody: now it does.
    if (isTaken && room.getSnapshot().link.link === 'refused') room.open();
  }, [room, isTaken]);
  return {
    room,
    state: useSyncExternalStore(room.subscribe, room.getSnapshot),
    local: useSyncExternalStore(media.subscribe, media.getSnapshot),
  };
}

const SOURCES: readonly MediaSource[] = ['microphone', 'face-camera', 'exam-camera'];

function sendTracks(room: Room, media: LocalMedia): void {
  const tracks = media.getSnapshot();
  for (const source of SOURCES) room.setLocalTrack(source, tracks.get(source)?.track ?? null);
}
