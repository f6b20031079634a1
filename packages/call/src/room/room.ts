import {
  AppError,
  type Call,
  type FrontSource,
  type HubClock,
  type KioskEvent,
  type MediaSource,
  type Participant,
  type RoomContract,
  type RoomRow,
  type RowRequest,
  type RowResponse,
  type Sample,
  type WaveformBlock,
  type Words,
} from '@shimabashi/contracts';
import { type CreateMediaDevice } from '../media/media-device.ts';
import { MediaSession } from '../media/media-session.ts';
import { type WantedTrack } from '../media/publisher.ts';
import { QualityMeter } from '../quality/quality-meter.ts';
import { VitalsIn } from '../vitals/vitals-in.ts';
import { VitalsOut } from '../vitals/vitals-out.ts';
import { type RoomChannel, type RoomNews } from './room-channel.ts';
import {
  type Joined,
  retryAfterMs,
  RoomConnection,
  type RoomConnectionDeps,
  type RoomLink,
} from './room-connection.ts';
import { BEFORE, linkContextOf, type RoomSnapshot, type Still } from './room-snapshot.ts';

export interface RoomDeps extends RoomConnectionDeps {
  readonly clock: HubClock;
  readonly createDevice: CreateMediaDevice;
  /** Which end we are. The kiosk sends live numbers; the doctor chooses the front picture. */
  readonly kind: Participant['kind'];
}

/** What happens in the room and is not a state of it. */
export interface RoomListener {
  readonly onSamples?: (samples: readonly Sample[]) => void;
  readonly onWaveform?: (block: WaveformBlock) => void;
  /** The live numbers are withdrawn. */
  readonly onVitalsEnded?: () => void;
  /** Kiosk: the doctor asks for a still. Answer with `tellStill`. */
  readonly onStillAsked?: (stillId: string) => void;
  /** The hub's newest word on the call. */
  readonly onCall?: (call: Call) => void;
}

/**
 * One call's room, from entering to leaving. It comes back by itself after anything but a refusal:
 * a dead Wi-Fi, a restarted hub, a killed media worker.
 */
export class Room {
  readonly #deps: RoomDeps;
  readonly #listener: RoomListener;
  readonly #connection: RoomConnection;
  readonly #vitalsIn: VitalsIn;
  readonly #vitalsOut: VitalsOut;
  readonly #listeners = new Set<() => void>();
  readonly #localTracks = new Map<MediaSource, MediaStreamTrack>();
  readonly #meter: QualityMeter;
  #snapshot = BEFORE;
  #channel: RoomChannel | null = null;
  #session: MediaSession | null = null;
  /** What the doctor has chosen here; the hub may not have heard it yet. */
  #chosenFront: FrontSource | null = null;
  #rebuilds = 0;
  /** Monotonic. */
  #upAtMs = 0;
  #rebuildTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(deps: RoomDeps, listener: RoomListener) {
    this.#deps = deps;
    this.#listener = listener;
    this.#connection = new RoomConnection(deps, {
      onJoined: (joined, channel) => this.#onJoined(joined, channel),
      onNews: news => this.#onNews(news),
      onLink: link => this.#onLink(link),
    });
    this.#vitalsIn = new VitalsIn({
      onSamples: samples => listener.onSamples?.(samples),
      onWaveform: block => listener.onWaveform?.(block),
      onEnded: () => listener.onVitalsEnded?.(),
    });
    this.#vitalsOut = new VitalsOut({
      clock: deps.clock,
      sendText: text => this.#session?.sendVitalsText(text) ?? false,
      sendMessage: vitals => this.#channel?.sendVitals(vitals),
    });
    this.#meter = new QualityMeter({
      readStats: async () => (await this.#session?.stats()) ?? [],
      monotonicMs: () => deps.clock.monotonicMs(),
      context: () => linkContextOf(this.#snapshot, this.#localTracks.has('exam-camera')),
      hasExam: () => this.#localTracks.has('exam-camera'),
      onMeasured: measured => {
        const shedChanged = measured.shed !== this.#snapshot.shed;
        this.#set(measured);
        if (shedChanged) this.#wantLocalTracks();
      },
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** The same object until something in it changes. */
  readonly getSnapshot = (): RoomSnapshot => this.#snapshot;

  open(): void {
    this.#connection.open();
    this.#meter.start();
  }

  /** Leaves the room. The call goes on until somebody ends it. */
  close(): void {
    this.#meter.stop();
    this.#channel?.request('room.leave', {}).catch(() => {}); // It may be gone already.
    this.#dropSession();
    this.#connection.close();
  }

  /** The machine has a network again. */
  retryNow(): void {
    this.#connection.retryNow();
  }

  /** What we send of this source from now on; null is nothing. The track stays its owner's. */
  setLocalTrack(source: MediaSource, track: MediaStreamTrack | null): void {
    if (track === null) this.#localTracks.delete(source);
    else this.#localTracks.set(source, track);
    this.#wantLocalTracks();
  }

  setMuted(isMuted: boolean): void {
    this.#set({ isMuted });
    this.#wantLocalTracks();
  }

  /** Doctor: puts this picture in front, here and in what the nurse is told. */
  chooseFront(source: FrontSource): void {
    this.#chosenFront = source;
    this.#set({ front: source });
    this.#session?.setFront(source);
    // Said again after a return: what is lost now is no matter.
    this.#request('front.choose', { source }).catch(() => {});
  }

  /**
   * Doctor: shows these words in large letters, or takes them away.
   *
   * @throws AppError when the hub did not take them.
   */
  async showWords(words: Words | null): Promise<void> {
    await this.#request('words.show', { words });
    this.#set({ words, shownWordsId: null });
  }

  /** Kiosk: these words stand on the patient's screen now. */
  tellWordsShown(wordsId: string): void {
    this.#request('words.shown', { wordsId }).catch(() => {}); // After a return they are shown anew.
  }

  /**
   * Doctor: asks for one still.
   *
   * @throws AppError when the hub did not take the question.
   */
  async askStill(stillId: string): Promise<void> {
    this.#setStill(stillId, 'asked');
    try {
      await this.#request('still.ask', { stillId });
    } catch (error) {
      this.#setStill(stillId, 'failed');
      throw error;
    }
  }

  /** Kiosk: what became of the still. */
  tellStill(stillId: string, outcome: 'saved' | 'failed'): void {
    this.#request('still.told', { stillId, outcome }).catch(() => {}); // The chart tells it as well.
  }

  /** Kiosk: whatever its screens are told; live numbers among it go to the doctor. */
  takeKioskEvent(event: KioskEvent): void {
    const { link, isTaken } = this.#snapshot;
    if (this.#deps.kind === 'kiosk' && isTaken && link.link === 'joined') this.#vitalsOut.take(event);
  }

  #request<Row extends RoomRow>(
    row: Row,
    body: RowRequest<RoomContract, Row>,
  ): Promise<RowResponse<RoomContract, Row>> {
    if (this.#channel === null || this.#snapshot.link.link !== 'joined') {
      return Promise.reject(new AppError('LINK_DOWN', 'We are not in the room.'));
    }
    return this.#channel.request(row, body);
  }

  #onLink(link: RoomLink): void {
    if (link.link !== 'joined') this.#dropSession();
    this.#set({ link });
  }

  #onJoined(joined: Joined, channel: RoomChannel): void {
    this.#dropSession();
    this.#channel = channel;
    const front = this.#chosenFront ?? joined.front;
    this.#set({
      self: joined.self,
      isTaken: joined.call.state === 'connected',
      participants: joined.participants,
      words: joined.words,
      front,
      builds: this.#snapshot.builds + 1,
    });
    if (front !== joined.front) this.chooseFront(front);
    this.#beginSession(joined, channel);
    this.#listener.onCall?.(joined.call);
  }

  #beginSession(joined: Joined, channel: RoomChannel): void {
    const { createDevice, kind } = this.#deps;
    const session: MediaSession = new MediaSession(
      {
        channel,
        createDevice,
        routerRtpCapabilities: joined.rtpCapabilities,
        sendsVitals: kind === 'kiosk',
        isHeld: !this.#snapshot.isTaken,
      },
      {
        onRemoteTracks: tracks => this.#set({ tracks }),
        onVitalsText: text => this.#vitalsIn.takeText(text),
        onConnected: () => {
          this.#upAtMs = this.#deps.clock.monotonicMs();
          this.#set({ media: 'up' });
        },
        onBroken: why => this.#onSessionBroken(session, why),
      },
    );
    this.#session = session;
    session.setFront(this.#snapshot.front);
    for (const producer of joined.producers) session.setRemoteProducer(producer);
    for (const data of joined.dataProducers) session.setRemoteData(data);
    this.#wantLocalTracks();
    void session.start();
  }

  #onSessionBroken(session: MediaSession, why: string): void {
    if (session !== this.#session) return;
    // One that lasted was a good one; one that breaks each time is built ever more slowly.
    const wasSteady =
      this.#snapshot.media === 'up' && this.#deps.clock.monotonicMs() - this.#upAtMs > STEADY_MS;
    if (wasSteady) this.#rebuilds = 0;
    this.#set({ lastBreak: why });
    this.#dropSession();
    const waitMs = retryAfterMs(this.#rebuilds, this.#deps.random());
    this.#rebuilds += 1;
    this.#rebuildTimer = setTimeout(() => this.#connection.rejoin(), waitMs);
  }

  #dropSession(): void {
    clearTimeout(this.#rebuildTimer);
    this.#session?.close();
    this.#session = null;
    const media = this.#snapshot.media === 'up' ? 'mending' : this.#snapshot.media;
    if (this.#snapshot.tracks.length > 0 || media !== this.#snapshot.media) this.#set({ tracks: [], media });
  }

  #onNews(news: RoomNews): void {
    switch (news.type) {
      case 'participants':
        this.#set({ participants: news.participants });
        return;
      case 'producer':
        this.#session?.setRemoteProducer(news.producer);
        return;
      case 'producer-closed':
        this.#session?.removeRemoteProducer(news.producerId);
        return;
      case 'data-producer':
        this.#session?.setRemoteData(news.dataProducer);
        return;
      case 'data-producer-closed':
        this.#session?.removeRemoteData(news.dataProducerId);
        return;
      case 'media-reset':
        this.#dropSession();
        this.#connection.rejoin();
        return;
      case 'words':
        this.#set({ words: news.words, shownWordsId: null });
        return;
      case 'words-shown':
        this.#set({ shownWordsId: news.wordsId });
        return;
      case 'front':
        this.#set({ front: news.source });
        this.#session?.setFront(news.source);
        this.#wantLocalTracks();
        return;
      case 'still-asked':
        this.#setStill(news.stillId, 'asked');
        this.#listener.onStillAsked?.(news.stillId);
        return;
      case 'still-told':
        this.#setStill(news.stillId, news.outcome);
        return;
      case 'vitals':
        this.#vitalsIn.take(news.vitals);
        return;
      case 'call':
        this.#listener.onCall?.(news.call);
        if (news.call.state === 'connected') this.#take();
        if (news.call.state === 'ended') this.#end();
        return;
    }
  }

  /** The call was taken: from now on we are seen and heard. */
  #take(): void {
    if (this.#snapshot.isTaken) return;
    this.#session?.release();
    this.#set({ isTaken: true });
  }

  /** The call is over: nobody comes back. */
  #end(): void {
    this.#meter.stop();
    this.#dropSession();
    this.#connection.close();
  }

  #setStill(stillId: string, state: Still['state']): void {
    this.#set({ still: { stillId, state, sinceMs: this.#deps.clock.hubNowMs() } });
  }

  #wantLocalTracks(): void {
    const { isMuted, shed, front } = this.#snapshot;
    const isHeldBack = (source: MediaSource) =>
      (source === 'microphone' && isMuted) ||
      (source === 'face-camera' && shed !== 'none') ||
      (source === 'exam-camera' && shed === 'all');
    // The kiosk's pictures are the ones to choose from; a doctor has but a face.
    const isInFront = (source: MediaSource) =>
      this.#deps.kind === 'doctor' || source === 'microphone' || source === front;
    const wanted = [...this.#localTracks].map(([source, track]): [MediaSource, WantedTrack] => [
      source,
      { track, isPaused: isHeldBack(source), size: isInFront(source) ? 'every' : 'smallest' },
    ]);
    this.#session?.setLocalTracks(new Map(wanted));
  }

  #set(change: Partial<RoomSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }
}

/** Media that ran this long were well built. */
const STEADY_MS = 10_000;
