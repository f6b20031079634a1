import { createMediasoupDevice, browserClocks, captureStill, LocalMedia, Room } from '@shimabashi/call';
import { HubClock, type KioskEvent, type MediaSource, type Sample } from '@shimabashi/contracts';

// Runs in the browser: both ends of one call in one page, as the kiosk's and the doctor's screens
// would be in two. The test drives it through `window.ends`.

interface End {
  readonly room: Room;
  readonly media: LocalMedia;
  readonly samples: Sample[];
  withdrawn: number;
  readonly stills: string[];
}

const SOURCES: readonly MediaSource[] = ['microphone', 'face-camera', 'exam-camera'];

function openEnd(kind: 'kiosk' | 'doctor', roomUrl: string, ticket: string): End {
  const end: { -readonly [Key in keyof End]?: End[Key] } = { samples: [], withdrawn: 0, stills: [] };
  const room = new Room(
    {
      kind,
      clock: new HubClock(browserClocks),
      createDevice: createMediasoupDevice,
      join: () => Promise.resolve({ ticket, roomUrl }),
      openSocket: url => new WebSocket(url),
      random: Math.random,
    },
    {
      onSamples: samples => end.samples?.push(...samples),
      onVitalsEnded: () => {
        end.withdrawn = (end.withdrawn ?? 0) + 1;
      },
      onStillAsked: stillId => end.stills?.push(stillId),
    },
  );
  const media = new LocalMedia(
    navigator.mediaDevices,
    kind === 'kiosk'
      ? { microphone: {}, 'face-camera': {}, 'exam-camera': { label: 'fake_device_2' } }
      : { microphone: {}, 'face-camera': {} },
  );
  media.subscribe(() => {
    for (const source of SOURCES) room.setLocalTrack(source, media.getSnapshot().get(source)?.track ?? null);
  });
  media.start();
  room.open();
  return Object.assign(end, { room, media }) as End;
}

const ends = {
  kiosk: undefined as End | undefined,
  doctor: undefined as End | undefined,
  /** Both ends, or the kiosk's alone beside a real console. */
  open(roomUrl: string, tickets: { readonly kiosk: string; readonly doctor?: string }): void {
    this.kiosk = openEnd('kiosk', roomUrl, tickets.kiosk);
    if (tickets.doctor !== undefined) this.doctor = openEnd('doctor', roomUrl, tickets.doctor);
  },
  look(kind: 'kiosk' | 'doctor') {
    const end = this[kind];
    if (end === undefined) throw new Error('open first');
    const { link, media, tracks, counters, builds, front, words, shownWordsId, still, quality, lastBreak } =
      end.room.getSnapshot();
    return {
      link: link.link,
      media,
      builds,
      lastBreak,
      front,
      words: words?.text ?? null,
      shownWordsId,
      still: still?.state ?? null,
      step: quality?.step ?? null,
      counters,
      tracks: tracks.map(({ source, isPaused, track }) => ({ source, isPaused, state: track.readyState })),
      samples: end.samples.length,
      withdrawn: end.withdrawn,
      stills: end.stills.length,
      local: [...end.media.getSnapshot()].map(([source, { state }]) => [source, state]),
    };
  },
  /** How large the doctor sees this picture; undefined before its first frame. */
  async sizeOf(source: MediaSource): Promise<string | undefined> {
    const track = this.doctor?.room.getSnapshot().tracks.find(each => each.source === source)?.track;
    if (track === undefined) return undefined;
    const video = document.createElement('video');
    video.muted = true;
    video.srcObject = new MediaStream([track]);
    const isThere = new Promise<string>(resolve => {
      video.addEventListener('resize', () => resolve(`${video.videoWidth}x${video.videoHeight}`));
    });
    const never = new Promise<undefined>(resolve => setTimeout(() => resolve(undefined), 1_000));
    await Promise.race([video.play(), never]);
    return await Promise.race([isThere, never]);
  },
  event(event: KioskEvent): void {
    this.kiosk?.room.takeKioskEvent(event);
  },
  async still() {
    const track = this.kiosk?.media.getSnapshot().get('exam-camera')?.track;
    if (track === null || track === undefined) throw new Error('no examination camera');
    const { widthPx, heightPx, isFullSensor, bytes, thumbnail } = await captureStill(track);
    const { width, height } = track.getSettings();
    return {
      widthPx,
      heightPx,
      isFullSensor,
      videoWidthPx: width,
      videoHeightPx: height,
      bytes: bytes.length,
      thumbnailBytes: thumbnail.length,
      begin: Array.from(bytes.slice(0, 3)),
    };
  },
};

declare global {
  interface Window {
    ends: typeof ends;
  }
}
window.ends = ends;
