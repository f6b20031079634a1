import { LiveVitals, type Sample, type WaveformBlock } from '@shimabashi/contracts';
import { DATA_MESSAGE_BYTES_MAX } from './vitals-out.ts';

export interface VitalsInListener {
  readonly onSamples: (samples: readonly Sample[]) => void;
  readonly onWaveform: (block: WaveformBlock) => void;
  /** A device is gone: its numbers are withdrawn. */
  readonly onEnded: () => void;
}

/**
 * Live numbers as they arrive in the room, whichever way they came: each once, and a trace never
 * backwards.
 */
export class VitalsIn {
  readonly #listener: VitalsInListener;
  readonly #seen = new Set<string>();
  readonly #traces = new Map<string, { readonly end: number; readonly receivedAtMs: number }>();
  /** Messages that were no messages of ours. */
  refused = 0;

  constructor(listener: VitalsInListener) {
    this.#listener = listener;
  }

  /** One message of the data channel. What does not fit the contract is dropped and counted. */
  takeText(text: string): void {
    const vitals = text.length > DATA_MESSAGE_BYTES_MAX ? undefined : parse(text);
    if (vitals === undefined) this.refused += 1;
    else this.take(vitals);
  }

  take(vitals: LiveVitals): void {
    switch (vitals.kind) {
      case 'samples': {
        const fresh = vitals.samples.filter(({ sampleId }) => this.#isNew(sampleId));
        if (fresh.length > 0) this.#listener.onSamples(fresh);
        return;
      }
      case 'waveform':
        if (this.#isNext(vitals.block)) this.#listener.onWaveform(vitals.block);
        return;
      case 'ended':
        this.#listener.onEnded();
        return;
    }
  }

  #isNew(sampleId: string): boolean {
    if (this.#seen.has(sampleId)) return false;
    this.#seen.add(sampleId);
    // A set keeps its order: the oldest goes. What comes twice comes within seconds.
    if (this.#seen.size > SAMPLES_REMEMBERED) {
      const [oldest] = this.#seen;
      if (oldest !== undefined) this.#seen.delete(oldest);
    }
    return true;
  }

  /**
   * A block that goes back is late, or came twice. Only one that was also received later is of a
   * session that began anew.
   */
  #isNext({ deviceId, waveform, firstSequence, receivedAtMs, samples }: WaveformBlock): boolean {
    const trace = `${deviceId}/${waveform}`;
    const last = this.#traces.get(trace);
    if (last !== undefined && firstSequence < last.end && receivedAtMs <= last.receivedAtMs) return false;
    this.#traces.set(trace, { end: firstSequence + samples.length, receivedAtMs });
    return true;
  }
}

const SAMPLES_REMEMBERED = 1_024;

function parse(text: string): LiveVitals | undefined {
  try {
    return LiveVitals.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
