import {
  APP_ERRORS,
  AppError,
  type MediaSource,
  MediaSource as MediaSourceSchema,
} from '@shimabashi/contracts';
import { type RoomChannel } from '../room/room-channel.ts';
import { type MediaTransport, type PictureSize, type PublishedTrack } from './media-device.ts';

export interface WantedTrack {
  readonly track: MediaStreamTrack;
  /** Muted, or held back for the sake of the voices. */
  readonly isPaused: boolean;
  /** A picture that nobody has in front goes in its smallest size: the uplink is an island's. */
  readonly size: PictureSize;
}

export interface PublisherDeps {
  readonly request: RoomChannel['request'];
  readonly onFailed: (why: string) => void;
  /** Whether everything is silent and dark until `release`. The hub, which lets nothing through, is not told. */
  readonly isHeld: boolean;
}

interface Published {
  readonly published: PublishedTrack;
  track: MediaStreamTrack;
  isPaused: boolean;
  size: PictureSize;
}

/**
 * Makes what is sent equal to what is wanted, one step after the other, voices first. What changes
 * meanwhile is seen before the next step.
 */
export class Publisher {
  readonly #deps: PublisherDeps;
  readonly #sent = new Map<MediaSource, Published>();
  /** What the browser or the hub did not take: not tried again, and the others go on. */
  readonly #refused = new Map<MediaSource, MediaStreamTrack>();
  #wanted: ReadonlyMap<MediaSource, WantedTrack> = new Map();
  #transport: MediaTransport | null = null;
  #working = false;
  #isHeld: boolean;
  #takesOthers = false;
  /** Something changed since the last look: it may have come just behind it. */
  #isChanged = false;

  constructor(deps: PublisherDeps) {
    this.#deps = deps;
    this.#isHeld = deps.isHeld;
  }

  begin(transport: MediaTransport): void {
    this.#transport = transport;
    void this.#work();
  }

  want(tracks: ReadonlyMap<MediaSource, WantedTrack>): void {
    this.#wanted = tracks;
    void this.#work();
  }

  /** From now on what is not paused is seen and heard. */
  release(): void {
    this.#isHeld = false;
    for (const { published, isPaused } of this.#sent.values()) published.setPaused(isPaused);
  }

  /** What is in front runs: there is room for pictures that nobody has in front. */
  takeOthers(): void {
    this.#takesOthers = true;
    void this.#work();
  }

  end(): void {
    this.#transport = null;
    this.#sent.clear();
  }

  async #work(): Promise<void> {
    this.#isChanged = true;
    if (this.#working) return;
    this.#working = true;
    try {
      while (this.#isChanged) {
        this.#isChanged = false;
        let transport = this.#transport;
        while (transport !== null && (await this.#step(transport))) transport = this.#transport;
      }
    } catch (error) {
      if (this.#transport !== null) {
        this.#deps.onFailed(`publishing: ${error instanceof AppError ? error.code : String(error)}`);
      }
    } finally {
      this.#working = false;
    }
  }

  /** One difference less; false when there is none. */
  async #step(transport: MediaTransport): Promise<boolean> {
    for (const source of MediaSourceSchema.options) {
      const wanted = this.#wantedOf(source);
      const sent = this.#sent.get(source);
      if (wanted === undefined && sent === undefined) continue;
      if (wanted === undefined) await this.#remove(source, sent!);
      else if (sent === undefined) await this.#add(transport, source, wanted);
      else if (sent.track !== wanted.track) await replace(sent, wanted.track);
      else if (sent.isPaused !== wanted.isPaused) await this.#pause(sent, wanted.isPaused);
      else if (sent.size !== wanted.size) await resize(sent, wanted.size);
      else continue;
      return true;
    }
    return false;
  }

  #wantedOf(source: MediaSource): WantedTrack | undefined {
    const wanted = this.#wanted.get(source);
    if (wanted === undefined || wanted.track === this.#refused.get(source)) return undefined;
    const mayWait = wanted.size === 'smallest' && !this.#takesOthers && !this.#sent.has(source);
    return mayWait ? undefined : wanted;
  }

  async #add(transport: MediaTransport, source: MediaSource, wanted: WantedTrack): Promise<void> {
    const { track, isPaused, size } = wanted;
    let published: PublishedTrack;
    try {
      published = await transport.publish({ source, track, isPaused: isPaused || this.#isHeld, size });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#refused.set(source, track);
      return;
    }
    const sent: Published = { published, track, isPaused, size };
    this.#sent.set(source, sent);
    published.setPaused(isPaused || this.#isHeld); // It may have been released meanwhile.
    if (isPaused) await this.#tellPaused(sent);
  }

  async #remove(source: MediaSource, { published }: Published): Promise<void> {
    this.#sent.delete(source);
    published.close();
    await this.#deps.request('producer.close', { producerId: published.producerId });
  }

  async #pause(sent: Published, isPaused: boolean): Promise<void> {
    sent.isPaused = isPaused;
    // Silent at once, whenever the hub hears of it.
    sent.published.setPaused(isPaused || this.#isHeld);
    await this.#tellPaused(sent);
  }

  async #tellPaused({ published, isPaused }: Published): Promise<void> {
    await this.#deps.request('producer.pause', { producerId: published.producerId, isPaused });
  }
}

/** Said of this one thing; anything else is about the way, and says that all is to be built anew. */
function isRefusal(error: unknown): boolean {
  if (error instanceof AppError) return !APP_ERRORS[error.code].retryable;
  return error instanceof Error && (error.name === 'OperationError' || error.name === 'UnsupportedError');
}

async function replace(sent: Published, track: MediaStreamTrack): Promise<void> {
  await sent.published.replace(track);
  sent.track = track;
}

async function resize(sent: Published, size: PictureSize): Promise<void> {
  await sent.published.setSize(size);
  sent.size = size;
}
