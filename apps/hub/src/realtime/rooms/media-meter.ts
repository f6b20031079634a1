import { type types } from 'mediasoup';

type MediaKind = 'audio' | 'video' | 'data';
type Direction = 'received' | 'sent';
type Stat = types.ProducerStat | types.ConsumerStat | types.DataProducerStat | types.DataConsumerStat;

/** Whatever of mediasoup carries one stream. */
interface Watched {
  readonly observer: { once(event: 'close', listener: () => void): unknown };
  getStats(): Promise<Stat[]>;
}

interface Meter {
  readonly direction: Direction;
  readonly kind: MediaKind;
  readonly watched: Watched;
  bytes: number;
}

/** What was carried since the hub's start, in bytes of payload and RTP headers, by the worker's count. */
export type MediaBytes = Readonly<Record<Direction, Readonly<Record<MediaKind, number>>>>;

/** Reads the worker's own counters of every stream, so that what has flowed is known after its end. */
export class MediaMeter {
  readonly #meters = new Set<Meter>();
  readonly #bytes = {
    received: { audio: 0, video: 0, data: 0 },
    sent: { audio: 0, video: 0, data: 0 },
  };
  #reading: Promise<MediaBytes> | undefined;

  watch(watched: Watched, direction: Direction, kind: MediaKind): void {
    const meter = { direction, kind, watched, bytes: 0 };
    this.#meters.add(meter);
    watched.observer.once('close', () => this.#meters.delete(meter));
  }

  /** How many streams there are now. */
  count(direction: Direction, kind: MediaKind): number {
    return [...this.#meters].filter(meter => meter.direction === direction && meter.kind === kind).length;
  }

  /** The counters as they are now. What a stream carried since the last reading before its end is lost. */
  read(): Promise<MediaBytes> {
    this.#reading ??= this.#readAll().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readAll(): Promise<MediaBytes> {
    await Promise.all([...this.#meters].map(meter => this.#readOne(meter)));
    return this.#bytes;
  }

  async #readOne(meter: Meter): Promise<void> {
    let stats: Stat[];
    try {
      stats = await meter.watched.getStats();
    } catch {
      return; // It ended meanwhile.
    }
    const bytes = stats.reduce((sum, stat) => sum + bytesOf(stat, meter.direction), 0);
    this.#bytes[meter.direction][meter.kind] += Math.max(0, bytes - meter.bytes);
    meter.bytes = bytes;
  }
}

/** A consumer's figures hold those of its producer too, which are not its own. */
function bytesOf(stat: Stat, direction: Direction): number {
  if ('bytesReceived' in stat) return stat.bytesReceived;
  if ('bytesSent' in stat) return stat.bytesSent;
  return stat.type === (direction === 'received' ? 'inbound-rtp' : 'outbound-rtp') ? stat.byteCount : 0;
}
