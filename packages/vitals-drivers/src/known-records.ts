import { createHash } from 'node:crypto';
import { type NumericReading } from './decoder.ts';
import { type Persist } from './driver.ts';

/** More than any device keeps; beyond it the oldest are forgotten. */
const REMEMBERED_MAX = 20_000;

/**
 * Which records of a device's memory are kept: a memory is read anew with each connection, and must not
 * give its records twice. Lives as long as the process; what is kept after that, whoever keeps it knows.
 */
export class KnownRecords {
  readonly #kept = new Set<string>();

  /** Whether it was kept before. What has neither time nor number may well be measured twice. */
  has(reading: NumericReading): boolean {
    const key = keyOf(reading);
    return key !== undefined && this.#kept.has(key);
  }

  /** Keeps each record once, and remembers it when it is. */
  keepingWith(persist: Persist): Persist {
    return async numbers => {
      const fresh = numbers.filter(reading => !this.has(reading));
      if (fresh.length === 0) return;
      await persist(fresh);
      for (const reading of fresh) this.#remember(keyOf(reading));
    };
  }

  #remember(key: string | undefined): void {
    if (key === undefined) return;
    this.#kept.add(key);
    const oldest = this.#kept.values().next();
    if (this.#kept.size > REMEMBERED_MAX && oldest.done !== true) this.#kept.delete(oldest.value);
  }
}

/**
 * The id of a record of a device's memory: the same however often it is sent, over restarts, too. Undefined
 * for what may well be measured twice.
 */
export function recordIdOf(deviceId: string, reading: NumericReading): string | undefined {
  const key = keyOf(reading);
  if (key === undefined) return undefined;
  return `${deviceId}/record/${createHash('sha256').update(key).digest('hex').slice(0, 24)}`;
}

function keyOf({ origin, parameter, deviceTime, recordNumber, rawHex }: NumericReading): string | undefined {
  if (origin === 'live' || (deviceTime === null && recordNumber === undefined)) return undefined;
  return `${parameter} ${deviceTime} ${recordNumber} ${rawHex}`;
}
