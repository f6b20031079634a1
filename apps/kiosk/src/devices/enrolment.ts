import { createHash } from 'node:crypto';
import {
  AppError,
  type EnrolledDevice,
  type IdentityProof,
  type KioskContract,
  type RowRequest,
  type RowResponse,
} from '@shimabashi/contracts';
import { type SupervisorClock } from '@shimabashi/vitals-drivers';
import { DeviceConfig, placeOf } from './config.ts';
import { type Candidate, type Search } from './search.ts';
import { type StoreLine } from './store-line.ts';
import { Trial, type TrialDeps } from './trial.ts';

/** A trial goes on so long after the last asking, in milliseconds: a page that was closed asks no more. */
const TRIED_AFTER_MS = 6_000;
/** How often it is tried to learn what is enrolled, while the store is not there, in milliseconds. */
const ASK_AGAIN_MS = 500;

export interface EnrolmentDeps extends TrialDeps {
  readonly store: Pick<StoreLine, 'ask'>;
  readonly search: Search;
  readonly clock: SupervisorClock;
  /** Those of the settings file: an engineer's, and not to be changed here. */
  readonly configured: readonly DeviceConfig[];
  /** A device is enrolled: from now on it is read. */
  readonly onEnrolled: (device: DeviceConfig) => void;
  /** Resolves when nothing of it is left. */
  readonly onRemoved: (deviceId: string) => Promise<void>;
  /** One of the store's that this release cannot read. */
  readonly onUnknown: (deviceId: string) => void;
}

/**
 * Enrols devices at the kiosk: looks, tries one, and keeps it once a nurse has made sure that it is this one.
 *
 * Deny by default: nothing is connected to that was not chosen, nothing enrolled that was not tried, and
 * the store keeps it only for a nurse who is signed in.
 */
export class Enrolment {
  readonly #deps: EnrolmentDeps;
  /** Enrolled at the kiosk, by id. */
  readonly #enrolled = new Map<string, DeviceConfig>();
  #trial: Trial | undefined;
  /** One after the other: two fingers must not try two devices. */
  #lane: Promise<unknown> = Promise.resolve();
  #cancelTrialEnd = () => {};

  constructor(deps: EnrolmentDeps) {
    this.#deps = deps;
  }

  /** Whether a device was enrolled here, and may be let go. */
  has(deviceId: string): boolean {
    return this.#enrolled.has(deviceId);
  }

  /** Reads what was enrolled before; asks until the store answers. */
  async load(signal: AbortSignal): Promise<void> {
    const { store, onEnrolled, onUnknown } = this.#deps;
    while (!signal.aborted) {
      const answer = await store.ask('enrolled.list', {}).catch(() => undefined);
      for (const device of answer?.devices ?? []) {
        const { proof: _, ...config } = device;
        const parsed = DeviceConfig.safeParse(config);
        if (!parsed.success || this.#isTaken(parsed.data)) onUnknown(device.deviceId);
        else if (!signal.aborted) {
          this.#enrolled.set(device.deviceId, parsed.data);
          onEnrolled(parsed.data);
        }
      }
      if (answer !== undefined) return;
      await new Promise<void>(resolve => {
        this.#deps.clock.after(ASK_AGAIN_MS, resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  /** @throws AppError `SIGN_IN_REQUIRED` */
  async search(): Promise<RowResponse<KioskContract, 'devices.search'>> {
    await this.#requireNurse();
    this.#keepTrialOn();
    const { candidates, unavailable } = this.#deps.search.look();
    const found = candidates.filter(candidate => !this.#isKnown(candidate)).map(each => each.found);
    const tried = this.#trial?.candidate.found;
    // A device that is connected to advertises no more.
    const isListed = tried === undefined || found.some(({ foundId }) => foundId === tried.foundId);
    return {
      found: isListed ? found : [...found, tried],
      unavailable,
      trial: this.#trial?.told() ?? null,
    };
  }

  /** @throws AppError `SIGN_IN_REQUIRED`, `NOT_FOUND` */
  try(request: RowRequest<KioskContract, 'devices.try'>): Promise<void> {
    return this.#inLane(() => this.#try(request));
  }

  /** @throws AppError `SIGN_IN_REQUIRED`, `NOT_FOUND`, `CONFLICT` */
  enrol(request: RowRequest<KioskContract, 'devices.enrol'>): Promise<DeviceConfig> {
    return this.#inLane(() => this.#enrol(request));
  }

  /** @throws AppError `SIGN_IN_REQUIRED`, `NOT_FOUND` */
  remove({ deviceId }: RowRequest<KioskContract, 'devices.remove'>): Promise<void> {
    return this.#inLane(() => this.#remove(deviceId));
  }

  async stop(): Promise<void> {
    this.#deps.search.stop();
    await this.#endTrial();
  }

  async #try({ foundId }: RowRequest<KioskContract, 'devices.try'>): Promise<void> {
    await this.#requireNurse();
    const candidate = foundId === null ? undefined : this.#deps.search.find(foundId);
    if (foundId !== null && (candidate === undefined || this.#isKnown(candidate))) {
      throw new AppError('NOT_FOUND', 'There is no such device in reach.');
    }
    await this.#endTrial();
    if (candidate === undefined) return;
    this.#trial = new Trial(candidate, deviceIdOf(candidate), this.#deps);
    this.#keepTrialOn();
  }

  async #enrol(request: RowRequest<KioskContract, 'devices.enrol'>): Promise<DeviceConfig> {
    const { foundId, name, proof } = request;
    await this.#requireNurse();
    const trial = this.#trial;
    if (trial === undefined || trial.candidate.found.foundId !== foundId || trial.protocol === null) {
      throw new AppError('NOT_FOUND', 'This device is not being tried.');
    }
    if (!isProven(trial, proof)) throw new AppError('CONFLICT', 'The device did not say so.');
    const { deviceId, protocol } = trial;
    const { place } = trial.candidate;
    const device: EnrolledDevice = { deviceId, name, protocol, transport: place, proof: proof.kind };
    const config = DeviceConfig.parse({ deviceId, name, protocol, transport: place });
    if (this.#isTaken(config)) throw new AppError('CONFLICT', 'The device is enrolled already.');
    await this.#deps.store.ask('enrolled.keep', { device });
    // Its line is free before the one that stays is opened.
    await this.#endTrial();
    this.#enrolled.set(deviceId, config);
    this.#deps.onEnrolled(config);
    return config;
  }

  async #remove(deviceId: string): Promise<void> {
    await this.#requireNurse();
    if (!this.#enrolled.has(deviceId)) throw new AppError('NOT_FOUND', 'No such device was enrolled here.');
    await this.#deps.store.ask('enrolled.forget', { deviceId });
    this.#enrolled.delete(deviceId);
    await this.#deps.onRemoved(deviceId);
  }

  async #requireNurse(): Promise<void> {
    await this.#deps.store.ask('nurse.required', {});
  }

  #keepTrialOn(): void {
    this.#cancelTrialEnd();
    this.#cancelTrialEnd = this.#deps.clock.after(TRIED_AFTER_MS, () => void this.#endTrial());
  }

  async #endTrial(): Promise<void> {
    this.#cancelTrialEnd();
    const trial = this.#trial;
    this.#trial = undefined;
    await trial?.stop();
  }

  #inLane<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#lane.then(work);
    this.#lane = done.catch(() => {});
    return done;
  }

  #isKnown({ found, place }: Candidate): boolean {
    return found.protocols.length === 0
      ? this.#isTaken({ deviceId: '', protocol: '', transport: place })
      : found.protocols.some(protocol => this.#isTaken({ deviceId: '', protocol, transport: place }));
  }

  #isTaken(device: Parameters<typeof placeOf>[0]): boolean {
    const place = placeOf(device);
    return [...this.#deps.configured, ...this.#enrolled.values()].some(other => placeOf(other) === place);
  }
}

function isProven(trial: Trial, proof: IdentityProof): boolean {
  if (proof.kind === 'serial-number') return trial.serialNumber === proof.serialNumber;
  return trial.hasMeasured(proof.sampleId);
}

/** The same device has the same id whenever it is enrolled, so that its measurements go on being its own. */
function deviceIdOf({ found, place }: Candidate): string {
  const digest = createHash('sha256').update(`${found.way} ${found.identity}`).digest('hex');
  return `${place.kind}-${digest.slice(0, 12)}`;
}
