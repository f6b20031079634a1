import { PARAMETERS, type Sample, SAMPLES_PER_MESSAGE_MAX } from '@shimabashi/contracts';
import {
  type NumericReading,
  type Persist,
  recordIdOf,
  type SupervisorClock,
  type Transport,
} from '@shimabashi/vitals-drivers';
import { type StoreLine } from './store-line.ts';

/** How often it is tried to learn what is kept, while the store is not there, in milliseconds. */
const ASK_AGAIN_MS = 500;

/**
 * Sees to it that what devices remember is kept once and told once, over restarts of this process, too.
 *
 * Records are told and then kept: what was told and not kept comes again with the same id, and a device is
 * told to delete only what was kept. So none is lost, and none is two.
 */
export class RecordKeeper {
  readonly #store: Pick<StoreLine, 'ask'>;
  readonly #clock: SupervisorClock;
  readonly #stop: AbortSignal;
  readonly #known = new Set<string>();
  #learning: Promise<void> | undefined;

  constructor(store: Pick<StoreLine, 'ask'>, clock: SupervisorClock, stop: AbortSignal) {
    this.#store = store;
    this.#clock = clock;
    this.#stop = stop;
  }

  /** Whether a former process has kept it, and told it. */
  isKnown({ sampleId }: Sample): boolean {
    return this.#known.has(sampleId);
  }

  /** A line that is opened only when it is known what is kept: without the store no memory is read. */
  readonly guarded = (transport: Transport): Transport => ({
    ...transport,
    open: async signal => {
      this.#learning ??= this.#learn();
      await this.#learning;
      return transport.open(signal);
    },
  });

  /** For a device: numbers that stream are not kept, since only the newest counts. */
  persistOf(device: { readonly deviceId: string; readonly name: string; readonly isSpot: boolean }): Persist {
    return async numbers => {
      const records = numbers
        .filter(({ origin }) => device.isSpot || origin === 'stored')
        .map((reading, index) => this.#recordOf(device, reading, index));
      for (let start = 0; start < records.length; start += SAMPLES_PER_MESSAGE_MAX) {
        const part = records.slice(start, start + SAMPLES_PER_MESSAGE_MAX);
        await this.#store.ask('records.keep', { records: part });
      }
    };
  }

  #recordOf(
    { deviceId, name }: { readonly deviceId: string; readonly name: string },
    reading: NumericReading,
    index: number,
  ): Sample {
    const receivedAtMs = this.#clock.nowMs();
    const { parameter, measured, quality, origin, deviceTime, rawHex, recordNumber } = reading;
    return {
      sampleId: recordIdOf(deviceId, reading) ?? `${deviceId}/kept/${receivedAtMs}/${index}`,
      deviceId,
      deviceName: name,
      parameter,
      measured,
      unit: PARAMETERS[parameter].unit,
      quality: [...quality],
      origin,
      deviceTime,
      receivedAtMs,
      sequence: recordNumber ?? 0,
      rawHex,
    };
  }

  async #learn(): Promise<void> {
    while (!this.#stop.aborted) {
      try {
        const { recordIds } = await this.#store.ask('records.known', {});
        for (const recordId of recordIds) this.#known.add(recordId);
        return;
      } catch {
        // The store starts, or is starting again: the memories wait in their devices.
        await new Promise<void>(resolve => {
          this.#clock.after(ASK_AGAIN_MS, resolve);
          this.#stop.addEventListener('abort', () => resolve(), { once: true });
        });
      }
    }
  }
}
