import { type FrontSource, type Participant, type Words } from '@shimabashi/contracts';
import { type RemoteTrack } from '../media/subscriber.ts';
import { type LinkContext, type LinkQuality } from '../quality/link-quality.ts';
import { type MediaCounters } from '../quality/media-counters.ts';
import { type Shed } from '../quality/shedding.ts';
import { type RoomLink } from './room-connection.ts';

/** One still that was asked for, and what became of it. Times are the hub's. */
export interface Still {
  readonly stillId: string;
  readonly state: 'asked' | 'saved' | 'failed';
  readonly sinceMs: number;
}

/** Everything about the room that a screen may show. */
export interface RoomSnapshot {
  readonly link: RoomLink;
  /** Whether the call was taken. Before that everything is built, and nothing of us is seen or heard. */
  readonly isTaken: boolean;
  /** Whether sound and pictures run. `joining` before the first time, `mending` after a cut. */
  readonly media: 'joining' | 'up' | 'mending';
  readonly self: Participant | null;
  readonly participants: readonly Participant[];
  readonly tracks: readonly RemoteTrack[];
  readonly words: Words | null;
  /** The words that the other screen says it shows. */
  readonly shownWordsId: string | null;
  readonly front: FrontSource;
  readonly still: Still | null;
  readonly isMuted: boolean;
  readonly shed: Shed;
  readonly quality: LinkQuality | null;
  /** For tests, benches and the curious: what WebRTC counted, a second ago at most. */
  readonly counters: MediaCounters | null;
  /** Times that all media were built, from the first on. */
  readonly builds: number;
  /** Why media were built anew the last time, for support. Nothing of the call is in it. */
  readonly lastBreak: string | null;
}

/** Before the first try. */
export const BEFORE: RoomSnapshot = {
  link: { link: 'closed' },
  isTaken: false,
  media: 'joining',
  self: null,
  participants: [],
  tracks: [],
  words: null,
  shownWordsId: null,
  front: 'face-camera',
  still: null,
  isMuted: false,
  shed: 'none',
  quality: null,
  counters: null,
  builds: 0,
  lastBreak: null,
};

/** What a judge of the line has to know beside the counters; null while nothing flows, as it should be. */
export function linkContextOf(
  { link, isTaken, media, self, participants, tracks, shed }: RoomSnapshot,
  hasExam: boolean,
): LinkContext | null {
  if (link.link === 'joined' && !isTaken) return null;
  const pictures = tracks.filter(({ source }) => source !== 'microphone');
  return {
    isConnected: link.link === 'joined' && media === 'up',
    isOtherHere: participants.some(({ participantId }) => participantId !== self?.participantId),
    otherPictures:
      pictures.length === 0 ? 'none' : pictures.every(({ isPaused }) => isPaused) ? 'held-back' : 'flowing',
    isOtherHeard: tracks.some(({ source, isPaused }) => source === 'microphone' && !isPaused),
    holdsBack: shed === 'all' || (shed === 'face' && !hasExam),
  };
}
