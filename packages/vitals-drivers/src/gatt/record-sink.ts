import { type NumericReading } from '../decoder.ts';
import { hexOf } from '../hex.ts';
import { type GattValue } from './envelope.ts';

/**
 * Keeps numbers durably: resolves when no power cut can take them, rejects when they cannot be kept. The
 * same ones may come twice (after a restart of this process): they have the same `rawHex`.
 */
export type PersistRecords = (numbers: readonly NumericReading[]) => Promise<void>;

/** Far more than any device keeps; beyond it the oldest are forgotten. */
const REMEMBERED_MAX = 20_000;

/**
 * Which records of a device were taken before, and whether they are kept. Lives as long as the process,
 * over all connections of the device.
 */
export class RecordMemory {
  readonly #seen = new Set<string>();
  #lastSequence: number | undefined;

  /** How many records are remembered. */
  get size(): number {
    return this.#seen.size;
  }

  /** The highest number of a record that is kept. */
  get lastSequence(): number | undefined {
    return this.#lastSequence;
  }

  has(key: string): boolean {
    return this.#seen.has(key);
  }

  add(key: string): void {
    this.#seen.add(key);
    const oldest = this.#seen.values().next();
    if (this.#seen.size > REMEMBERED_MAX && oldest.done !== true) this.#seen.delete(oldest.value);
  }

  forget(key: string): void {
    this.#seen.delete(key);
  }

  keepSequence(sequence: number): void {
    this.#lastSequence = Math.max(this.#lastSequence ?? 0, sequence);
  }
}

/**
 * What makes a record the same as another: all that the device said of it. Undefined for one without time
 * or number, which may well be measured twice.
 */
function recordKeyOf(sent: GattValue, numbers: readonly NumericReading[]): string | undefined {
  const [first] = numbers;
  if (first === undefined) return undefined;
  if (first.deviceTime === null && first.recordNumber === undefined) return undefined;
  return `${sent.characteristic}:${hexOf(sent.value)}`;
}

/** Sees to it that what one connection brings is kept, one after the other. */
export class RecordSink {
  readonly #persist: PersistRecords | undefined;
  readonly #memory: RecordMemory;
  #queue: Promise<void> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;
  #received = 0;

  constructor(persist: PersistRecords | undefined, memory: RecordMemory) {
    this.#persist = persist;
    this.#memory = memory;
  }

  /** Records of this connection, known before or not. */
  get received(): number {
    return this.#received;
  }

  /** Takes what a value says. Answers false for a record that was taken before: it is not to be shown again. */
  take(sent: GattValue, numbers: readonly NumericReading[]): boolean {
    if (numbers.length === 0) return true;
    this.#received += 1;
    const key = recordKeyOf(sent, numbers);
    if (key !== undefined && this.#memory.has(key)) return false;
    if (key !== undefined) this.#memory.add(key);
    const persist = this.#persist;
    if (persist !== undefined) this.#queue = this.#queue.then(() => this.#keep(persist, numbers, key));
    return true;
  }

  /** Resolves when all that was taken is kept. Rejects with why one is not. */
  async settled(): Promise<void> {
    await this.#queue;
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #keep(
    persist: PersistRecords,
    numbers: readonly NumericReading[],
    key: string | undefined,
  ): Promise<void> {
    try {
      await persist(numbers);
    } catch (error) {
      this.#failure ??= { error };
      // The device still has it: it is to be taken again.
      if (key !== undefined) this.#memory.forget(key);
      return;
    }
    const number = numbers[0]?.recordNumber;
    // After a failure the number stays where it is, or the lost record would never be asked for again.
    if (number !== undefined && this.#failure === undefined) this.#memory.keepSequence(number);
  }
}
