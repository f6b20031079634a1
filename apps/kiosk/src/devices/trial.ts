import { type DeviceFacts, type DeviceStatus, type DeviceTrial, type Sample } from '@shimabashi/contracts';
import {
  detect,
  driverOf,
  type GattFacts,
  type SupervisedDevice,
  Supervisor,
  type SupervisorClock,
} from '@shimabashi/vitals-drivers';
import { type DeviceConfig } from './config.ts';
import { factsOf } from './device-board.ts';
import { type Lines } from './lines.ts';
import { type Candidate } from './search.ts';

/** A stream that is looked at for minutes says no more than this; the newest are remembered. */
const SAMPLE_IDS_MAX = 4_096;

export interface TrialDeps {
  readonly lines: Lines;
  readonly clock: SupervisorClock;
  /** The device with its driver and line, as it will be once it is enrolled. */
  readonly deviceOf: (device: DeviceConfig, onFacts: (facts: GattFacts) => void) => SupervisedDevice;
  readonly onBug: (error: unknown) => void;
}

/**
 * One candidate, connected to and read as an enrolled device is, by the same code: but what it says is
 * shown to whoever tries it, and goes nowhere else.
 */
export class Trial {
  readonly candidate: Candidate;
  readonly deviceId: string;
  readonly #deps: TrialDeps;
  readonly #stop = new AbortController();
  readonly #samples = new Map<Sample['parameter'], Sample>();
  readonly #sampleIds = new Set<string>();
  readonly #ended: Promise<void>;
  #state: DeviceTrial['state'] = 'connecting';
  #protocol: string | null = null;
  #facts: DeviceFacts | null;

  constructor(candidate: Candidate, deviceId: string, deps: TrialDeps) {
    this.candidate = candidate;
    this.deviceId = deviceId;
    this.#deps = deps;
    const { manufacturer, model, serialNumber } = candidate;
    const isKnown = serialNumber !== null || model !== null;
    this.#facts = isKnown
      ? { manufacturer, model, serialNumber, firmware: null, battery: null, clockOffsetMs: null }
      : null;
    this.#ended = this.#run().catch((error: unknown) => {
      // A bug in a driver that nobody has enrolled takes nothing else with it.
      this.#state = 'failed';
      deps.onBug(error);
    });
  }

  told(): DeviceTrial {
    return {
      foundId: this.candidate.found.foundId,
      state: this.#state,
      protocol: this.#protocol,
      facts: this.#facts,
      samples: [...this.#samples.values()],
    };
  }

  get protocol(): string | null {
    return this.#protocol;
  }

  get serialNumber(): string | null {
    return this.#facts?.serialNumber ?? null;
  }

  /** Whether it said that number, and not only that it has none. */
  hasMeasured(sampleId: string): boolean {
    return this.#sampleIds.has(sampleId);
  }

  /** Resolves when the line is closed: then another may open it. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const protocols = await this.#protocols();
    this.#protocol = protocols[0] ?? null;
    if (protocols.length === 0) this.#state = 'failed';
    for (let at = 0; protocols.length > 0 && !signal.aborted; at += 1) {
      const protocol = protocols[at % protocols.length]!;
      // Two drivers may read one profile: the one whose measurements the device has stays.
      await this.#read(protocol, { leavesAtFailure: protocols.length > 1 });
    }
  }

  async #protocols(): Promise<readonly string[]> {
    const { found, place } = this.candidate;
    if (place.kind !== 'serial') return found.protocols;
    this.#state = 'detecting';
    const { lines, clock } = this.#deps;
    const port = { isSerial: true, transport: lines.serialAt(place.path) };
    // A port that cannot be opened, and one on which nothing is heard, end alike.
    const drivers = await detect(port, this.#stop.signal, clock).catch(() => []);
    return drivers.slice(0, 1).map(driver => driver.protocol);
  }

  async #read(protocol: string, how: { readonly leavesAtFailure: boolean }): Promise<void> {
    const { candidate, deviceId } = this;
    const name = candidate.found.name ?? deviceId;
    const leave = new AbortController();
    // It has what this driver reads, or has said something: another driver need not be asked.
    let fits = false;
    const device = this.#deps.deviceOf({ deviceId, name, protocol, transport: candidate.place }, facts => {
      fits = true;
      this.#facts = factsOf(facts);
    });
    const supervisor = new Supervisor([device], this.#deps.clock, {
      onSamples: samples => {
        fits = true;
        this.#take(samples);
      },
      onWaveform: () => {},
      onStatus: status => this.#enter(status, protocol),
      onWithdrawn: () => {
        if (driverOf(protocol)?.gives !== 'spot') this.#samples.clear();
      },
      onSessionFailed: () => {
        if (how.leavesAtFailure && !fits) leave.abort();
      },
    });
    await supervisor.run(AbortSignal.any([this.#stop.signal, leave.signal]));
  }

  #enter({ state }: DeviceStatus, protocol: string): void {
    if (this.#stop.signal.aborted) return;
    this.#state = state === 'initial' ? 'connecting' : state;
    this.#protocol = protocol;
  }

  #take(samples: readonly Sample[]): void {
    for (const sample of samples) {
      if (sample.measured.status === 'measured') this.#sampleIds.add(sample.sampleId);
      const known = this.#samples.get(sample.parameter);
      if (known === undefined || timeOf(sample) >= timeOf(known)) this.#samples.set(sample.parameter, sample);
    }
    for (const oldest of this.#sampleIds) {
      if (this.#sampleIds.size <= SAMPLE_IDS_MAX) return;
      this.#sampleIds.delete(oldest);
    }
  }
}

/** A memory may give its newest record first. What has no known time is as old as can be. */
function timeOf({ origin, measuredAtMs, receivedAtMs }: Sample): number {
  return measuredAtMs ?? (origin === 'live' ? receivedAtMs : 0);
}
