import {
  type DeviceStatus,
  type HubClock,
  type KioskEvent,
  type LiveVitals,
  type Sample,
  type WaveformBlock,
} from '@shimabashi/contracts';

export interface VitalsOutDeps {
  readonly clock: HubClock;
  /** Over the data channel; false when it is not open or does not keep up. */
  readonly sendText: (text: string) => boolean;
  /** Over the socket. */
  readonly sendMessage: (vitals: LiveVitals) => void;
}

/**
 * The kiosk's live numbers on their way into the room, in the hub's time.
 *
 * A number whose time cannot be told in the hub's clock yet is not sent: nobody could show its age.
 */
export class VitalsOut {
  readonly #deps: VitalsOutDeps;
  /** Devices whose numbers may stand on the doctor's screen. */
  readonly #heard = new Set<string>();

  constructor(deps: VitalsOutDeps) {
    this.#deps = deps;
  }

  /** Takes whatever the kiosk tells its screens; what is not about live numbers is let pass. */
  take(event: KioskEvent): void {
    if (event.event === 'samples') this.#takeSamples(event.samples);
    else if (event.event === 'waveform') this.#takeWaveform(event.block);
    else if (event.event === 'device') this.#takeDevice(event.device);
  }

  #takeSamples(samples: readonly Sample[]): void {
    for (const { deviceId } of samples) this.#heard.add(deviceId);
    const timed = samples.flatMap(sample => {
      const receivedAtMs = this.#deps.clock.toHubMs(sample.receivedAtMs);
      return receivedAtMs === undefined ? [] : [{ ...sample, receivedAtMs }];
    });
    if (timed.length > 0) this.#send({ kind: 'samples', samples: timed });
  }

  #takeWaveform(block: WaveformBlock): void {
    if (block.waveform !== 'pleth') return; // The one that a console draws.
    const receivedAtMs = this.#deps.clock.toHubMs(block.receivedAtMs);
    if (receivedAtMs !== undefined) this.#send({ kind: 'waveform', block: { ...block, receivedAtMs } });
  }

  #takeDevice({ deviceId, state }: DeviceStatus): void {
    if (state === 'connected' || !this.#heard.delete(deviceId)) return;
    // Surely: a channel that may lose it is not asked.
    this.#deps.sendMessage({ kind: 'ended' });
  }

  #send(vitals: LiveVitals): void {
    for (const part of fitting(vitals)) {
      if (!this.#deps.sendText(part.text)) this.#deps.sendMessage(part.vitals);
    }
  }
}

/** Largest message that every browser takes whole over a data channel. Source: RFC 8831, section 6.6. */
export const DATA_MESSAGE_BYTES_MAX = 16_384;

/** Cut into messages that fit, oldest first. Our JSON has characters of one byte, but for names. */
function fitting(vitals: LiveVitals): { readonly text: string; readonly vitals: LiveVitals }[] {
  const text = JSON.stringify(vitals);
  if (new TextEncoder().encode(text).length < DATA_MESSAGE_BYTES_MAX) return [{ text, vitals }];
  return halves(vitals).flatMap(fitting);
}

/** Two messages that say together what one said. One that cannot be halved is dropped. */
function halves(vitals: LiveVitals): LiveVitals[] {
  if (vitals.kind === 'samples' && vitals.samples.length > 1) {
    const middle = Math.ceil(vitals.samples.length / 2);
    return [vitals.samples.slice(0, middle), vitals.samples.slice(middle)].map(samples => ({
      kind: 'samples',
      samples,
    }));
  }
  if (vitals.kind === 'waveform' && vitals.block.samples.length > 1) {
    const middle = Math.ceil(vitals.block.samples.length / 2);
    return [partOf(vitals.block, 0, middle), partOf(vitals.block, middle, vitals.block.samples.length)].map(
      block => ({ kind: 'waveform', block }),
    );
  }
  return [];
}

function partOf(block: WaveformBlock, from: number, to: number): WaveformBlock {
  const afterMs = ((block.samples.length - to) / block.sampleRateHz) * 1_000;
  return {
    ...block,
    firstSequence: block.firstSequence + from,
    receivedAtMs: Math.max(0, Math.round(block.receivedAtMs - afterMs)),
    samples: block.samples.slice(from, to),
  };
}
