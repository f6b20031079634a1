import { type QueryClient } from '@tanstack/react-query';
import { queryKeys } from './queries.ts';

/**
 * Reads again what changed: the list, and the chart of that patient. An island that returns after
 * hours brings hundreds of changes at once, so they are gathered: the first is read at once, the
 * rest once every `GATHER_MS`.
 */
export class ChartChanges {
  readonly #client: QueryClient;
  readonly #patientIds = new Set<string | null>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: QueryClient) {
    this.#client = client;
  }

  /** `patientId` is null for what is nobody's chart (a clinic, a practitioner). */
  add(patientId: string | null): void {
    this.#patientIds.add(patientId);
    if (this.#timer === undefined) this.#readAgain();
  }

  /** Reads everything that is on the screen again: messages may have been missed. */
  addAll(): void {
    void this.#client.invalidateQueries({ predicate: query => query.queryKey[0] !== queryKeys.session[0] });
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#patientIds.clear();
  }

  #readAgain(): void {
    const patientIds = [...this.#patientIds];
    this.#patientIds.clear();
    const keys = new Set<readonly string[]>();
    for (const patientId of patientIds) {
      if (patientId === null) {
        keys.add(queryKeys.clinics);
      } else {
        keys.add(queryKeys.patient(patientId));
        keys.add(queryKeys.observations(patientId));
      }
    }
    if (patientIds.length > 0) keys.add(queryKeys.patients);
    for (const queryKey of keys) void this.#client.invalidateQueries({ queryKey });
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#patientIds.size > 0) this.#readAgain();
    }, GATHER_MS);
  }
}

const GATHER_MS = 400;
