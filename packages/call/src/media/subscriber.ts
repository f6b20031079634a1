import {
  APP_ERRORS,
  AppError,
  type MediaSource,
  type RemoteDataProducer,
  type RemoteProducer,
} from '@shimabashi/contracts';
import { type RoomChannel } from '../room/room-channel.ts';
import { SEND_PLANS } from './encodings.ts';
import { type ConsumedTrack, type MediaParameters, type MediaTransport } from './media-device.ts';

/** Somebody else's sound or picture, as it arrives here. */
export interface RemoteTrack {
  readonly participantId: string;
  readonly source: MediaSource;
  readonly track: MediaStreamTrack;
  /** Its sender holds it back: muted, or a thin line. */
  readonly isPaused: boolean;
}

export interface SubscriberDeps {
  readonly request: RoomChannel['request'];
  readonly onTracks: (tracks: readonly RemoteTrack[]) => void;
  readonly onText: (text: string) => void;
  readonly onFailed: (why: string) => void;
}

interface Subscriptions {
  readonly transport: MediaTransport;
  readonly rtpCapabilities: MediaParameters;
}

/** Takes everything that the others send, and says which picture matters most. */
export class Subscriber {
  readonly #deps: SubscriberDeps;
  readonly #producers = new Map<string, RemoteProducer>();
  readonly #data = new Map<string, RemoteDataProducer>();
  readonly #consumed = new Map<string, ConsumedTrack>();
  /** Producers that are being taken, or were; each is taken once. */
  readonly #taken = new Set<string>();
  #subscriptions: Subscriptions | null = null;
  #front: MediaSource = 'face-camera';
  #isSettled = false;

  constructor(deps: SubscriberDeps) {
    this.#deps = deps;
  }

  begin(transport: MediaTransport, rtpCapabilities: MediaParameters): void {
    this.#subscriptions = { transport, rtpCapabilities };
    for (const producer of this.#producers.values()) this.#take(producer);
    for (const data of this.#data.values()) this.#takeData(data);
  }

  setProducer(producer: RemoteProducer): void {
    this.#producers.set(producer.producerId, producer);
    this.#take(producer);
    this.#tell();
  }

  removeProducer(producerId: string): void {
    this.#producers.delete(producerId);
    this.#taken.delete(producerId);
    this.#consumed.get(producerId)?.close();
    this.#consumed.delete(producerId);
    this.#tell();
  }

  setData(data: RemoteDataProducer): void {
    this.#data.set(data.dataProducerId, data);
    this.#takeData(data);
  }

  removeData(dataProducerId: string): void {
    this.#data.delete(dataProducerId);
    this.#taken.delete(dataProducerId);
  }

  setFront(source: MediaSource): void {
    if (this.#front === source) return;
    this.#front = source;
    for (const producer of this.#producers.values()) this.#prefer(producer);
  }

  /** It runs: the picture in front may become as sharp as the line allows. */
  settle(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    for (const producer of this.#producers.values()) {
      if (producer.source === this.#front) this.#prefer(producer);
    }
  }

  end(): void {
    this.#subscriptions = null;
    this.#consumed.clear();
  }

  #take(producer: RemoteProducer): void {
    const { producerId } = producer;
    if (this.#subscriptions === null || this.#taken.has(producerId)) return;
    this.#taken.add(producerId);
    void this.#guard(this.#consume(producer, this.#subscriptions));
  }

  async #consume({ producerId }: RemoteProducer, on: Subscriptions): Promise<void> {
    const { transport, rtpCapabilities } = on;
    const { transportId } = transport;
    const description = await this.#deps.request('consumer.create', {
      transportId,
      producerId,
      rtpCapabilities,
    });
    const consumed = await transport.consume(description);
    const producer = this.#producers.get(producerId);
    if (this.#subscriptions !== on || producer === undefined) {
      consumed.close();
      return;
    }
    this.#consumed.set(producerId, consumed);
    // Before it flows: a picture that is not in front never takes the bits of one that is.
    this.#prefer(producer);
    await this.#deps.request('consumer.resume', { consumerId: consumed.consumerId });
    this.#tell();
  }

  #takeData(data: RemoteDataProducer): void {
    const on = this.#subscriptions;
    if (on === null || this.#taken.has(data.dataProducerId)) return;
    this.#taken.add(data.dataProducerId);
    void this.#guard(this.#consumeData(data, on.transport));
  }

  async #consumeData({ dataProducerId }: RemoteDataProducer, transport: MediaTransport): Promise<void> {
    const { transportId } = transport;
    const description = await this.#deps.request('data-consumer.create', { transportId, dataProducerId });
    await transport.consumeData(description, this.#deps.onText);
  }

  #prefer({ producerId, kind, source }: RemoteProducer): void {
    const consumed = this.#consumed.get(producerId);
    if (kind !== 'video' || consumed === undefined) return;
    const topLayer = SEND_PLANS[source].encodings.length - 1;
    // The hub changes to another size only when it has a sender report of both (about a second), and
    // forwards every fourth frame until then. So it begins one below the best, which it can keep.
    const wish =
      source === this.#front
        ? { priority: 200, spatialLayer: topLayer - (this.#isSettled ? 0 : 1) }
        : { priority: 20, spatialLayer: 0 };
    const { consumerId } = consumed;
    void this.#guard(this.#deps.request('consumer.prefer', { consumerId, ...wish }));
  }

  /**
   * What is refused is left out, and the others go on: it may be gone already. Only a hub that does
   * not answer is a failure of the whole.
   */
  async #guard(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      const isRefusal = error instanceof AppError && !APP_ERRORS[error.code].retryable;
      if (this.#subscriptions === null || isRefusal) return;
      this.#deps.onFailed(`receiving: ${error instanceof AppError ? error.code : String(error)}`);
    }
  }

  #tell(): void {
    const tracks = [...this.#consumed].flatMap(([producerId, { track }]) => {
      const producer = this.#producers.get(producerId);
      if (producer === undefined) return [];
      const { participantId, source, isPaused } = producer;
      return [{ participantId, source, track, isPaused }];
    });
    this.#deps.onTracks(tracks);
  }
}
