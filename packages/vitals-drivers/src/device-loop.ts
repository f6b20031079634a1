import {
  AppError,
  type DeviceState,
  type DeviceStatus,
  PARAMETERS,
  type Sample,
  SAMPLES_PER_MESSAGE_MAX,
  type WaveformName,
} from '@shimabashi/contracts';
import { type NumericReading, type Reading, type RejectedFrame, type StatementReading } from './decoder.ts';
import { readingsOf } from './driver.ts';
import { KnownRecords, recordIdOf } from './known-records.ts';
import { measuredAtMs } from './measured-at.ts';
import { loggedTransport } from './raw-log.ts';
import { type SupervisedDevice, type SupervisorClock, type SupervisorListener } from './supervised.ts';
import { type Transport } from './transport.ts';
import { wallMs } from './wall-time.ts';
import { type WaveformBatch, waveformBatches } from './waveform-batch.ts';

/** How long opening a line may take, in milliseconds. */
const OPEN_TIMEOUT_MS = 5_000;
/** The pause between two tries doubles from the first to the second of these. */
const PAUSE_MIN_MS = 500;
const PAUSE_MAX_MS = 5_000;
/** Up to this share is added at random, so that devices behind one server do not knock together. */
const PAUSE_JITTER = 0.2;
/** A growing count of bad frames is told at most this often, in milliseconds. */
const BAD_FRAMES_TOLD_EVERY_MS = 1_000;

/** The pause after so many tries in a row that never reached `connected`, in milliseconds. */
export function pauseMs(failures: number, random: number, maxMs: number = PAUSE_MAX_MS): number {
  return Math.min(maxMs, PAUSE_MIN_MS * 2 ** Math.min(failures, 10) * (1 + PAUSE_JITTER * random));
}

/** What one connection has given so far. */
interface Session {
  readonly startedAtMs: number;
  readonly waveforms: ReadonlyMap<WaveformName, WaveformBatch>;
  nextSequence: number;
  /** How fast the device's clock is; undefined until it has told, null when it is not set. */
  clockOffsetMs: number | null | undefined;
}

/** The life of one device: connecting, listening, and beginning again. For `Supervisor` only. */
export class DeviceLoop {
  readonly #device: SupervisedDevice;
  readonly #transport: Transport;
  readonly #clock: SupervisorClock;
  readonly #listener: SupervisorListener;
  readonly #known = new KnownRecords();
  #state: DeviceState = 'initial';
  #sinceMs: number;
  #lastHeardAtMs: number | null = null;
  #badFrames = 0;
  #badFramesToldAtMs = 0;
  #lastSessionStartMs = 0;

  constructor(device: SupervisedDevice, clock: SupervisorClock, listener: SupervisorListener) {
    this.#device = device;
    const { transport, rawLog } = device;
    this.#transport =
      rawLog === undefined ? transport : loggedTransport(transport, rawLog, () => clock.nowMs());
    this.#clock = clock;
    this.#listener = listener;
    this.#sinceMs = clock.nowMs();
  }

  status(): DeviceStatus {
    return {
      deviceId: this.#device.deviceId,
      name: this.#device.name,
      protocol: this.#device.driver.protocol,
      state: this.#state,
      sinceMs: this.#sinceMs,
      lastHeardAtMs: this.#lastHeardAtMs,
      badFrames: this.#badFrames,
      ...(this.#device.driver.gives === 'spot' ? { gives: 'spot' as const } : {}),
    };
  }

  async run(stop: AbortSignal): Promise<void> {
    let failures = 0;
    while (!stop.aborted) {
      this.#enter('connecting');
      const wasConnected = await this.#session(stop);
      failures = wasConnected ? 0 : failures + 1;
      const { retryMaxMs } = this.#device.transport;
      if (!stop.aborted) await this.#pause(pauseMs(failures, this.#clock.random(), retryMaxMs), stop);
    }
    this.#enter('initial');
  }

  /** One connection from opening to its end. Answers whether the device was ever heard. */
  async #session(stop: AbortSignal): Promise<boolean> {
    const quiet = new AbortController();
    const signal = AbortSignal.any([stop, quiet.signal]);
    const watch = this.#watchdog(() => quiet.abort());
    const session = this.#newSession();
    try {
      watch.expectWithin(this.#device.transport.openTimeoutMs ?? OPEN_TIMEOUT_MS);
      const connection = await this.#transport.open(signal);
      this.#enter('negotiating');
      watch.expectWithin(this.#device.driver.maxQuietMs);
      const { driver, persist } = this.#device;
      const keeping = persist === undefined ? {} : { persist: this.#known.keepingWith(persist) };
      for await (const readings of readingsOf({
        driver,
        connection,
        signal,
        clock: this.#clock,
        ...keeping,
      })) {
        // Only a good frame counts as being heard: noise at a wrong speed is no device.
        if (readings.some(reading => reading.kind !== 'rejected')) {
          watch.expectWithin(this.#device.driver.maxQuietMs);
          this.#heard();
        }
        this.#take(readings, session);
      }
      this.#fail(new AppError('DEVICE_LOST', stop.aborted ? 'Stopped.' : 'The device fell silent.'), stop);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#fail(error, stop);
    } finally {
      watch.cancel();
    }
    const wasConnected = this.#state === 'connected';
    this.#enter('connecting');
    return wasConnected;
  }

  #newSession(): Session {
    // A sample's id must not come back, even if the wall clock was set back in between.
    this.#lastSessionStartMs = Math.max(this.#clock.nowMs(), this.#lastSessionStartMs + 1);
    this.#badFrames = 0;
    return {
      startedAtMs: this.#lastSessionStartMs,
      waveforms: waveformBatches(this.#device.deviceId, this.#device.driver),
      nextSequence: 0,
      clockOffsetMs: undefined,
    };
  }

  #heard(): void {
    this.#lastHeardAtMs = this.#clock.nowMs();
    if (this.#state === 'negotiating') this.#enter('connected');
  }

  #take(readings: readonly Reading[], session: Session): void {
    const receivedAtMs = this.#clock.nowMs();
    const samples: Sample[] = [];
    const badFramesBefore = this.#badFrames;
    for (const reading of readings) {
      if (reading.kind === 'numeric') {
        // What the device sends anew from its memory was told when it was kept.
        if (!this.#known.has(reading)) samples.push(this.#sampleOf(reading, session, receivedAtMs));
      } else if (reading.kind === 'waveform') session.waveforms.get(reading.waveform)?.take(reading);
      else if (reading.kind === 'rejected') this.#takeRejected(reading, session);
      else if (reading.about === 'device-clock') this.#takeClock(reading, session);
    }
    for (let start = 0; start < samples.length; start += SAMPLES_PER_MESSAGE_MAX) {
      this.#listener.onSamples(samples.slice(start, start + SAMPLES_PER_MESSAGE_MAX));
    }
    for (const batch of session.waveforms.values()) {
      for (const block of batch.takeDue(receivedAtMs)) this.#listener.onWaveform(block);
    }
    if (this.#badFrames > badFramesBefore) this.#tellBadFrames(receivedAtMs);
  }

  #takeRejected(frame: RejectedFrame, session: Session): void {
    this.#badFrames += 1;
    if (this.#state !== 'connected') return; // Before the first good frame there is no wave to have a gap.
    for (const batch of session.waveforms.values()) {
      for (let lost = 0; lost < frame.lostWaveformSamples; lost += 1) batch.add(null);
    }
  }

  #takeClock({ deviceTime, details }: StatementReading, session: Session): void {
    const { resolutionMs } = details;
    session.clockOffsetMs = this.#clockOffset(deviceTime, Number(resolutionMs ?? 0));
    this.#listener.onClock?.(this.#device.deviceId, session.clockOffsetMs);
  }

  /** A clock that tells whole minutes is as right as it can be while its minute is the one that it is. */
  #clockOffset(deviceTime: string | null, resolutionMs: number): number | null {
    const { timeZone } = this.#device;
    const shownMs = deviceTime === null ? Number.NaN : Date.parse(`${deviceTime}Z`);
    if (timeZone === undefined || Number.isNaN(shownMs)) return null;
    const offsetMs = shownMs - wallMs(this.#clock.nowMs(), timeZone);
    return offsetMs > 0 ? offsetMs : Math.min(offsetMs + resolutionMs, 0);
  }

  #sampleOf(reading: NumericReading, session: Session, receivedAtMs: number): Sample {
    const { deviceId, name, driver, timeZone } = this.#device;
    const { clockOffsetMs } = session;
    const sequence = session.nextSequence;
    session.nextSequence += 1;
    const takenAtMs =
      driver.gives === 'spot' ? measuredAtMs(reading, { receivedAtMs, timeZone, clockOffsetMs }) : undefined;
    return {
      sampleId: recordIdOf(deviceId, reading) ?? `${deviceId}/${session.startedAtMs}/${sequence}`,
      deviceId,
      deviceName: name,
      parameter: reading.parameter,
      measured: reading.measured,
      unit: PARAMETERS[reading.parameter].unit,
      quality: [...reading.quality],
      origin: reading.origin,
      deviceTime: reading.deviceTime,
      receivedAtMs,
      ...(takenAtMs === undefined ? {} : { measuredAtMs: takenAtMs }),
      sequence,
      rawHex: reading.rawHex,
    };
  }

  #tellBadFrames(nowMs: number): void {
    if (Math.abs(nowMs - this.#badFramesToldAtMs) < BAD_FRAMES_TOLD_EVERY_MS) return;
    this.#badFramesToldAtMs = nowMs;
    this.#listener.onStatus(this.status());
  }

  #fail(error: AppError, stop: AbortSignal): void {
    if (!stop.aborted) this.#listener.onSessionFailed(this.#device.deviceId, error);
  }

  #enter(state: DeviceState): void {
    if (state === this.#state) return;
    const left = this.#state;
    this.#state = state;
    this.#sinceMs = this.#clock.nowMs();
    if (left === 'connected') this.#listener.onWithdrawn(this.#device.deviceId);
    this.#listener.onStatus(this.status());
  }

  #watchdog(onSilence: () => void): { expectWithin(delayMs: number): void; cancel(): void } {
    let cancel = () => {};
    return {
      expectWithin: delayMs => {
        cancel();
        cancel = this.#clock.after(delayMs, onSilence);
      },
      cancel: () => cancel(),
    };
  }

  #pause(delayMs: number, stop: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const end = () => {
        cancel();
        stop.removeEventListener('abort', end);
        resolve();
      };
      const cancel = this.#clock.after(delayMs, end);
      stop.addEventListener('abort', end, { once: true });
    });
  }
}
