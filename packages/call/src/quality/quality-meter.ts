import { judgeLink, type LinkContext, type LinkQuality, SteadyLink } from './link-quality.ts';
import { type MediaCounters, readCounters } from './media-counters.ts';
import { type Shed, Shedding } from './shedding.ts';

export interface QualityMeterDeps {
  readonly readStats: () => Promise<readonly RTCStatsReport[]>;
  readonly monotonicMs: () => number;
  /** Null while there is nothing to judge. */
  readonly context: () => LinkContext | null;
  readonly hasExam: () => boolean;
  readonly onMeasured: (measured: {
    readonly quality: LinkQuality;
    readonly shed: Shed;
    readonly counters: MediaCounters;
  }) => void;
}

/** Reads the counters once a second, and says what they mean. */
export class QualityMeter {
  readonly #deps: QualityMeterDeps;
  readonly #steady = new SteadyLink();
  readonly #shedding = new Shedding();
  #window: MediaCounters[] = [];
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(deps: QualityMeterDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.stop();
    this.#timer = setInterval(() => void this.#measure(), EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#window = [];
  }

  async #measure(): Promise<void> {
    const counters = await this.#read();
    if (counters === undefined) return;
    const context = this.#deps.context();
    if (context === null) return;
    // New transports count from zero: what was before says nothing of them.
    if (counters.audioPacketsReceived < (this.#window.at(-1)?.audioPacketsReceived ?? 0)) this.#window = [];
    this.#window.push(counters);
    if (this.#window.length > WINDOW_SECONDS + 1) this.#window.shift();
    const [before] = this.#window;
    if (before === undefined) return;
    // Of the first second nothing can be said but whether there is a line at all.
    const isYoung = this.#window.length < WARM_UP_SECONDS;
    const quality =
      isYoung && context.isConnected && context.isOtherHere
        ? this.#steady.shown
        : this.#steady.add(judgeLink(before, counters, context));
    const shed = context.isConnected
      ? this.#shedding.add(counters, this.#deps.hasExam())
      : this.#shedding.shed;
    this.#deps.onMeasured({ quality, shed, counters });
  }

  async #read(): Promise<MediaCounters | undefined> {
    try {
      return readCounters(await this.#deps.readStats(), this.#deps.monotonicMs());
    } catch {
      return undefined; // The transports were closed while they were asked.
    }
  }
}

const EVERY_MS = 1_000;
const WINDOW_SECONDS = 5;
const WARM_UP_SECONDS = 4;
