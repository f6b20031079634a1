import { readAllergyEdit, readContact } from '@shimabashi/clinical';
import {
  type ChartEntry,
  type KioskApi,
  type RecordChange,
  type RowResult,
  type WireError,
} from '@shimabashi/contracts';
import { askPatiently, type Wait } from './ask.ts';

/** What a form opens with. */
export type EditTarget =
  | { readonly kind: 'contact'; readonly base: ChartEntry }
  /** Without a base: an allergy that nobody has recorded yet. */
  | { readonly kind: 'allergy'; readonly base: ChartEntry | null };

/** @throws AppError `RESOURCE_INVALID` when the record cannot be read: then it is not edited. */
export function draftOf(target: EditTarget): RecordChange {
  if (target.kind === 'contact') return { kind: 'contact', ...readContact(target.base.resource) };
  if (target.base !== null) return { kind: 'allergy', ...readAllergyEdit(target.base.resource) };
  return { kind: 'allergy', substance: '', reaction: '', severe: false, standing: 'active' };
}

export type DraftFault = 'unchanged' | 'substance-missing';

/** Why a draft cannot be kept yet. */
export function draftFault(before: RecordChange, draft: RecordChange): DraftFault | undefined {
  if (draft.kind === 'allergy' && draft.substance.trim() === '') return 'substance-missing';
  return JSON.stringify(before) === JSON.stringify(draft) ? 'unchanged' : undefined;
}

export type EditRequest = Parameters<KioskApi['records.edit']>[0];
export type EditState =
  | { readonly state: 'idle' }
  | { readonly state: 'saving'; readonly request: EditRequest }
  | { readonly state: 'failed'; readonly request: EditRequest; readonly error: WireError };

/** About a minute, as with readings. */
const ATTEMPTS_MAX = 60;

/** Saves, and asks again with the same id while the store restarts. */
export async function runEdit(
  api: Pick<KioskApi, 'records.edit'>,
  request: EditRequest,
  { signal, wait }: { readonly signal: AbortSignal; readonly wait?: Wait },
): Promise<RowResult> {
  return await askPatiently(() => api['records.edit'](request), {
    signal,
    attempts: ATTEMPTS_MAX,
    ...(wait === undefined ? {} : { wait }),
  });
}

/** The same id for the same content where it is unknown whether it was kept; a new one otherwise. */
export function nextRequest(
  state: EditState,
  fresh: Omit<EditRequest, 'operationId'>,
  newId: () => string,
): EditRequest {
  if (state.state === 'failed' && state.error.retryable) {
    const { operationId, ...sent } = state.request;
    if (JSON.stringify(sent) === JSON.stringify(fresh)) return { ...fresh, operationId };
  }
  return { ...fresh, operationId: newId() };
}
