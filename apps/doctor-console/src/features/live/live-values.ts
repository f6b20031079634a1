import {
  type AbsentReason,
  type HubClock,
  type Parameter,
  type Sample,
  STREAM_STALE_AFTER_MS,
} from '@shimabashi/contracts';
import { type LiveLink } from './live-connection.ts';

/** A number that was, for small type beside a word. `atHubMs`: hub time of its measuring. */
export interface LastValue {
  readonly value: number;
  readonly unit: string;
  readonly atHubMs: number;
}

/**
 * One live parameter as it may be shown. Only `live` carries a number that may stand large; a screen
 * that forgets a case does not compile. Times are the hub's.
 */
export type LiveReading =
  | { readonly state: 'waiting' }
  | { readonly state: 'live'; readonly sample: Sample; readonly value: number; readonly ageMs: number }
  | {
      readonly state: 'absent';
      readonly sample: Sample;
      readonly reason: AbsentReason;
      readonly ageMs: number;
    }
  | { readonly state: 'stale'; readonly last: LastValue | null }
  | { readonly state: 'ended'; readonly sinceMs: number; readonly last: LastValue | null }
  | { readonly state: 'unreachable'; readonly sinceMs: number; readonly last: LastValue | null };

/** Everything live about the watched patient, at one moment. */
export interface LiveSnapshot {
  readonly link: LiveLink;
  readonly patientId: string | null;
  readonly readings: ReadonlyMap<Parameter, LiveReading>;
}

interface Held {
  readonly sample: Sample;
  /** Monotonic. */
  readonly arrivedAtMs: number;
}

/**
 * The live numbers of the patient that is looked at.
 *
 * A number is `live` only while the socket is up, the numbers were not withdrawn, and its age is at
 * most `STREAM_STALE_AFTER_MS`. Its age is what the hub's clock says, and never less than the time
 * since it arrived: a wrong clock anywhere cannot keep an old number young.
 */
export class LiveValues {
  readonly #clock: HubClock;
  readonly #held = new Map<Parameter, Held>();
  readonly #lastValues = new Map<Parameter, LastValue>();
  readonly #listeners = new Set<() => void>();
  #patientId: string | null = null;
  #link: LiveLink;
  /** The room of a call brings the same numbers another way. */
  #isInRoom = false;
  #endedAtMs: number | null = null;
  #snapshot: LiveSnapshot;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(clock: HubClock) {
    this.#clock = clock;
    this.#link = { link: 'connecting', sinceMs: clock.hubNowMs() };
    this.#snapshot = { link: this.#link, patientId: null, readings: new Map() };
  }

  /** Begins anew with this patient, or with nobody. */
  watch(patientId: string | null): void {
    this.#patientId = patientId;
    this.#held.clear();
    this.#lastValues.clear();
    this.#endedAtMs = null;
    this.#refresh();
  }

  setLink(link: LiveLink): void {
    this.#link = link;
    // What was sent before the loss is not live after the return: it must come again.
    if (!this.#isReached()) this.#held.clear();
    this.#refresh();
  }

  /** Whether a call's room brings live numbers, with or without the socket. */
  setRoom(isInRoom: boolean): void {
    this.#isInRoom = isInRoom;
    if (!this.#isReached()) this.#held.clear();
    this.#refresh();
  }

  takeSamples(patientId: string, samples: readonly Sample[]): void {
    if (patientId !== this.#patientId) return;
    const arrivedAtMs = this.#clock.monotonicMs();
    for (const sample of samples) {
      const held = this.#held.get(sample.parameter);
      // What comes both ways is younger by the first of them only.
      if (held?.sample.sampleId === sample.sampleId) continue;
      if (held !== undefined && isOvertaken(sample, held, arrivedAtMs)) continue;
      this.#held.set(sample.parameter, { sample, arrivedAtMs });
      if (sample.measured.status === 'measured') {
        this.#lastValues.set(sample.parameter, {
          value: sample.measured.value,
          unit: sample.unit,
          atHubMs: sample.receivedAtMs,
        });
      }
    }
    this.#endedAtMs = null;
    this.#refresh();
  }

  end(patientId: string): void {
    if (patientId !== this.#patientId) return;
    this.#endedAtMs = this.#lastValues.size === 0 && this.#held.size === 0 ? null : this.#clock.hubNowMs();
    this.#held.clear();
    this.#refresh();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#refresh();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) clearTimeout(this.#timer);
    };
  };

  /** The same object until something in it changes. */
  readonly getSnapshot = (): LiveSnapshot => this.#snapshot;

  #refresh(): void {
    const readings = new Map<Parameter, LiveReading>();
    for (const parameter of new Set([...this.#lastValues.keys(), ...this.#held.keys()])) {
      readings.set(parameter, this.#reading(parameter));
    }
    this.#snapshot = { link: this.#link, patientId: this.#patientId, readings };
    for (const listener of this.#listeners) listener();
    this.#scheduleRefresh();
  }

  #reading(parameter: Parameter): LiveReading {
    const last = this.#lastValues.get(parameter) ?? null;
    if (!this.#isReached()) return { state: 'unreachable', sinceMs: this.#link.sinceMs, last };
    if (this.#endedAtMs !== null) return { state: 'ended', sinceMs: this.#endedAtMs, last };
    const held = this.#held.get(parameter);
    const ageMs = held === undefined ? undefined : this.#ageMs(held);
    if (held === undefined || ageMs === undefined || ageMs > STREAM_STALE_AFTER_MS) {
      return { state: 'stale', last };
    }
    const { sample } = held;
    return sample.measured.status === 'measured'
      ? { state: 'live', sample, value: sample.measured.value, ageMs }
      : { state: 'absent', sample, reason: sample.measured.reason, ageMs };
  }

  #isReached(): boolean {
    return this.#link.link === 'up' || this.#isInRoom;
  }

  #ageMs(held: Held): number | undefined {
    const ageMs = this.#clock.ageMs(held.sample.receivedAtMs);
    if (ageMs === undefined) return undefined;
    return Math.max(ageMs, this.#clock.monotonicMs() - held.arrivedAtMs, 0);
  }

  /** Ages tick twice a second, and a number goes the moment it is too old. */
  #scheduleRefresh(): void {
    clearTimeout(this.#timer);
    if (this.#listeners.size === 0 || this.#held.size === 0) return;
    const leftMs = [...this.#held.values()]
      .map(held => STREAM_STALE_AFTER_MS - (this.#ageMs(held) ?? 0))
      .filter(ms => ms >= 0);
    this.#timer = setTimeout(() => this.#refresh(), Math.min(AGE_TICK_MS, ...leftMs.map(ms => ms + 1)));
  }
}

const AGE_TICK_MS = 500;

/** What to show for a parameter, whether or not anything of it ever came. */
export function readingOf(snapshot: LiveSnapshot, parameter: Parameter): LiveReading {
  const reading = snapshot.readings.get(parameter);
  if (reading !== undefined) return reading;
  return snapshot.link.link === 'lost'
    ? { state: 'unreachable', sinceMs: snapshot.link.sinceMs, last: null }
    : { state: 'waiting' };
}

/** Whether a newer number of the same parameter is here already, and still current. */
function isOvertaken(sample: Sample, held: Held, nowMs: number): boolean {
  const heldIsCurrent = nowMs - held.arrivedAtMs <= STREAM_STALE_AFTER_MS;
  return heldIsCurrent && sample.receivedAtMs < held.sample.receivedAtMs;
}
