import {
  AppError,
  type MediaSource,
  type RemoteDataProducer,
  type RemoteProducer,
} from '@shimabashi/contracts';
import { type RoomChannel } from '../room/room-channel.ts';
import {
  type CreateMediaDevice,
  type DataOut,
  type Direction,
  type MediaDevice,
  type MediaParameters,
  type MediaTransport,
} from './media-device.ts';
import { Publisher, type WantedTrack } from './publisher.ts';
import { type RemoteTrack, Subscriber } from './subscriber.ts';
import { TransportWatch } from './transport-watch.ts';

export interface MediaSessionDeps {
  readonly channel: Pick<RoomChannel, 'request'>;
  readonly createDevice: CreateMediaDevice;
  readonly routerRtpCapabilities: MediaParameters;
  /** Whether we send live numbers: the kiosk does. */
  readonly sendsVitals: boolean;
  /** Whether the call still rings: nothing flows before `release`. */
  readonly isHeld: boolean;
}

export interface MediaSessionListener {
  /** A track of somebody else came, went, or changed its pause. */
  readonly onRemoteTracks: (tracks: readonly RemoteTrack[]) => void;
  readonly onVitalsText: (text: string) => void;
  /** It cannot be mended: build everything anew. Said once, not after `close`. */
  readonly onBroken: (why: string) => void;
  /** Both ways are open, first or again. */
  readonly onConnected: () => void;
}

/**
 * All media of one stay in the room: two transports and what runs over them.
 *
 * It mends a transport by an ICE restart; where that does not help, it says `onBroken`, and its owner
 * closes it and joins again. Local tracks belong to their owner and outlive it.
 */
export class MediaSession {
  readonly #deps: MediaSessionDeps;
  readonly #listener: MediaSessionListener;
  readonly #watches: TransportWatch[] = [];
  readonly #transports: MediaTransport[] = [];
  readonly #publisher: Publisher;
  readonly #subscriber: Subscriber;
  #dataOut: DataOut | null = null;
  #isHeld: boolean;
  #settleTimer: ReturnType<typeof setTimeout> | undefined;
  #isConnected = false;
  #ended = false;

  constructor(deps: MediaSessionDeps, listener: MediaSessionListener) {
    this.#deps = deps;
    this.#listener = listener;
    this.#isHeld = deps.isHeld;
    const request = deps.channel.request.bind(deps.channel);
    const onFailed = (why: string) => this.#break(why);
    this.#publisher = new Publisher({ request, onFailed, isHeld: deps.isHeld });
    this.#subscriber = new Subscriber({
      request,
      onFailed,
      onTracks: tracks => {
        if (!this.#ended) listener.onRemoteTracks(tracks);
      },
      onText: text => {
        if (!this.#ended) listener.onVitalsText(text);
      },
    });
  }

  /** Builds the transports and everything that is wanted of them. */
  async start(): Promise<void> {
    try {
      const device = await this.#deps.createDevice(this.#deps.routerRtpCapabilities);
      const [send, receive] = await Promise.all([
        this.#openTransport(device, 'send'),
        this.#openTransport(device, 'receive'),
      ]);
      if (this.#ended) return;
      this.#subscriber.begin(receive, device.rtpCapabilities);
      this.#publisher.begin(send);
      if (this.#deps.sendsVitals) {
        const out = await send.publishData('vitals');
        this.#dataOut = this.#ended ? null : out;
      }
    } catch (error) {
      this.#break(error instanceof AppError ? error.code : String(error));
    }
  }

  setLocalTracks(tracks: ReadonlyMap<MediaSource, WantedTrack>): void {
    this.#publisher.want(tracks);
  }

  setRemoteProducer(producer: RemoteProducer): void {
    this.#subscriber.setProducer(producer);
  }

  removeRemoteProducer(producerId: string): void {
    this.#subscriber.removeProducer(producerId);
  }

  setRemoteData(data: RemoteDataProducer): void {
    this.#subscriber.setData(data);
  }

  removeRemoteData(dataProducerId: string): void {
    this.#subscriber.removeData(dataProducerId);
  }

  /** Which picture is in front: it gets the bits. */
  setFront(source: MediaSource): void {
    this.#subscriber.setFront(source);
  }

  /** The call was taken: what was built flows. */
  release(): void {
    this.#isHeld = false;
    this.#publisher.release();
    this.#settleSoon();
  }

  /** Gives live numbers to the data channel. False: it is not open, or does not keep up. */
  sendVitalsText(text: string): boolean {
    const out = this.#dataOut;
    if (out === null || !out.isOpen() || out.bufferedBytes() > DATA_BUFFERED_MAX_BYTES) return false;
    try {
      out.send(text);
      return true;
    } catch {
      return false; // It closed between the question and the answer.
    }
  }

  /** Statistics of both transports, the sending one first. */
  async stats(): Promise<readonly RTCStatsReport[]> {
    return await Promise.all(this.#transports.map(transport => transport.stats()));
  }

  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#settleTimer);
    for (const watch of this.#watches) watch.stop();
    this.#publisher.end();
    this.#subscriber.end();
    for (const transport of this.#transports) transport.close();
  }

  async #openTransport(device: MediaDevice, direction: Direction): Promise<MediaTransport> {
    const { channel } = this.#deps;
    const description = await channel.request('transport.create', { direction });
    const { transportId } = description;
    const watch = new TransportWatch({
      restart: async () => {
        const { iceParameters } = await channel.request('transport.restart-ice', { transportId });
        await transport.restartIce(iceParameters);
      },
      onBroken: why => this.#break(`${direction} transport: ${why}`),
      onConnected: () => this.#onConnected(),
    });
    const transport = device.createTransport(direction, description, {
      connect: async dtlsParameters => {
        await channel.request('transport.connect', { transportId, dtlsParameters });
      },
      produce: async request =>
        (await channel.request('producer.create', { transportId, ...request })).producerId,
      produceData: async sctpStreamParameters =>
        (
          await channel.request('data-producer.create', {
            transportId,
            sctpStreamParameters,
            label: 'vitals',
          })
        ).dataProducerId,
      onState: state => watch.onState(state),
    });
    if (this.#ended) {
      transport.close();
      watch.stop();
    } else {
      this.#watches.push(watch);
      if (direction === 'send') this.#transports.unshift(transport);
      else this.#transports.push(transport);
    }
    return transport;
  }

  #onConnected(): void {
    if (this.#ended || this.#watches.some(watch => watch.isTroubled)) return;
    this.#isConnected = true;
    this.#settleSoon();
    this.#listener.onConnected();
  }

  #settleSoon(): void {
    if (this.#ended || this.#isHeld || !this.#isConnected) return;
    this.#settleTimer ??= setTimeout(() => this.#settle(), SETTLED_AFTER_MS);
  }

  #settle(): void {
    this.#publisher.takeOthers();
    this.#subscriber.settle();
  }

  #break(why: string): void {
    if (this.#ended) return;
    this.close();
    this.#listener.onBroken(why);
  }
}

/**
 * The picture in front has this long for itself: WebRTC finds out what the line takes, from 300 kbit/s
 * up, and the small pictures would have their share of that.
 */
const SETTLED_AFTER_MS = 1_500;
/** Numbers that wait in the browser are already old: rather the socket, or none. */
const DATA_BUFFERED_MAX_BYTES = 65_536;
