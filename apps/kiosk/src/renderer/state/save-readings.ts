import { type KioskApi, type ObservationSource, type Sample, type WireError } from '@shimabashi/contracts';
import { askPatiently, type Wait } from './ask.ts';

/** What one press of a button means: these readings, under these ids, however often it is sent. */
export interface SaveJob {
  readonly encounterId: string;
  readonly entries: readonly {
    readonly operationId: string;
    readonly source: ObservationSource;
  }[];
}

export type SaveState =
  | { readonly state: 'idle' }
  | { readonly state: 'saving'; readonly job: SaveJob }
  | { readonly state: 'saved'; readonly count: number; readonly atMs: number }
  | { readonly state: 'failed'; readonly job: SaveJob; readonly error: WireError };

/** About a minute: longer than any restart of the store, shorter than a nurse's doubt. */
const ATTEMPTS_MAX = 60;

/** The samples that stood on the screen when the button was pressed. */
export function saveJobOf(encounterId: string, samples: readonly Sample[], newId: () => string): SaveJob {
  return {
    encounterId,
    entries: samples.map(({ sampleId }) => ({
      operationId: newId(),
      source: { kind: 'device', sampleId },
    })),
  };
}

/**
 * Saves, and asks again with the same ids while the store restarts. "Saved" comes only from the
 * store's own answer, which it gives after the commit (invariant 1).
 */
export async function runSave(
  api: Pick<KioskApi, 'observations.save'>,
  job: SaveJob,
  deps: { readonly signal: AbortSignal; readonly wait?: Wait; readonly nowMs: () => number },
): Promise<SaveState> {
  const request = { encounterId: job.encounterId, entries: [...job.entries] };
  const result = await askPatiently(() => api['observations.save'](request), {
    signal: deps.signal,
    attempts: ATTEMPTS_MAX,
    ...(deps.wait === undefined ? {} : { wait: deps.wait }),
  });
  return result.ok
    ? { state: 'saved', count: result.body.entries.length, atMs: deps.nowMs() }
    : { state: 'failed', job, error: result.error };
}

/**
 * The job that the next press sends: the same one where it is unknown whether it was done, a new one
 * where the store has said that it was not.
 */
export function nextJob(state: SaveState, fresh: () => SaveJob): SaveJob {
  return state.state === 'failed' && state.error.retryable ? state.job : fresh();
}
