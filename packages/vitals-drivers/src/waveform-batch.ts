import {
  WAVEFORM_SAMPLES_PER_BLOCK_MAX,
  WAVEFORMS,
  type WaveformBlock,
  type WaveformName,
} from '@shimabashi/contracts';
import { type WaveformReading } from './decoder.ts';
import { type Driver } from './driver.ts';

/**
 * How long a waveform sample may wait for company, in milliseconds: each block crosses three processes, and
 * screens draw 0.4 s behind the newest sample anyway. Numbers do not wait.
 */
const WAVEFORM_BATCH_MS = 80;

interface WaveformScale {
  readonly sampleRateHz: number;
  /** As in `WaveformBlock`. */
  readonly fullScale: number | undefined;
}

/** Gathers the samples of one channel into blocks, and counts them. */
export class WaveformBatch {
  readonly #deviceId: string;
  readonly #waveform: WaveformName;
  #sampleRateHz: number;
  readonly #fullScale: number | undefined;
  #samples: (number | null)[] = [];
  #firstSequence = 0;

  constructor(deviceId: string, waveform: WaveformName, scale: WaveformScale) {
    this.#deviceId = deviceId;
    this.#waveform = waveform;
    this.#sampleRateHz = scale.sampleRateHz;
    this.#fullScale = scale.fullScale;
  }

  add(value: number | null): void {
    this.#samples.push(value);
  }

  /** A sample of a protocol that tells the rate with it. */
  take(reading: WaveformReading): void {
    this.#sampleRateHz = reading.sampleRateHz ?? this.#sampleRateHz;
    this.add(reading.value);
  }

  /** The blocks that are due; fewer samples than fill the time of a batch stay for the next call. */
  takeDue(receivedAtMs: number): WaveformBlock[] {
    if (this.#samples.length < (this.#sampleRateHz * WAVEFORM_BATCH_MS) / 1_000) return [];
    const blocks: WaveformBlock[] = [];
    for (let start = 0; start < this.#samples.length; start += WAVEFORM_SAMPLES_PER_BLOCK_MAX) {
      const samples = this.#samples.slice(start, start + WAVEFORM_SAMPLES_PER_BLOCK_MAX);
      blocks.push({
        deviceId: this.#deviceId,
        waveform: this.#waveform,
        sampleRateHz: this.#sampleRateHz,
        firstSequence: this.#firstSequence,
        receivedAtMs,
        ...(this.#fullScale === undefined ? {} : { fullScale: this.#fullScale }),
        samples,
      });
      this.#firstSequence += samples.length;
    }
    this.#samples = [];
    return blocks;
  }
}

/** The batches of all waveforms of a device, each beginning at sample zero. */
export function waveformBatches(
  deviceId: string,
  driver: Pick<Driver, 'waveforms' | 'fullScales'>,
): Map<WaveformName, WaveformBatch> {
  const batches = new Map<WaveformName, WaveformBatch>();
  for (const waveform of Object.keys(WAVEFORMS) as WaveformName[]) {
    const sampleRateHz = driver.waveforms[waveform];
    if (sampleRateHz === undefined) continue;
    const fullScale = driver.fullScales?.[waveform];
    batches.set(waveform, new WaveformBatch(deviceId, waveform, { sampleRateHz, fullScale }));
  }
  return batches;
}
