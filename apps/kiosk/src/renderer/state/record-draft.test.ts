import { type RecordChange } from '@shimabashi/contracts';
import { describe, expect, it } from 'vitest';
import { draftFault, draftOf, type EditState, nextRequest, runEdit } from './record-draft.ts';

const CHANGE: RecordChange = { kind: 'contact', telephone: '1', address: '' };
const FRESH = { patientId: 'p1', baseVersionId: null, change: CHANGE, reason: '本人から聞いた' };
const failed = (retryable: boolean): EditState => ({
  state: 'failed',
  request: { operationId: 'first', ...FRESH },
  error: { code: retryable ? 'TIMEOUT' : 'CONFLICT', message: 'played', retryable, details: {} },
});

describe('a draft', () => {
  it('of an allergy that nobody has recorded names nothing yet, and cannot be kept so', () => {
    const draft = draftOf({ kind: 'allergy', base: null });
    expect(draftFault(draft, draft)).toBe('substance-missing');
    expect(draftFault(draft, { ...draft, substance: 'そば' } as RecordChange)).toBeUndefined();
  });

  it('is not kept while nothing has changed', () => {
    expect(draftFault(CHANGE, { ...CHANGE })).toBe('unchanged');
    expect(draftFault(CHANGE, { ...CHANGE, telephone: '2' })).toBeUndefined();
  });
});

describe('what is sent', () => {
  const newId = () => 'second';

  it('has the same id where it is unknown whether it was kept, and only for the same content', () => {
    expect(nextRequest(failed(true), FRESH, newId).operationId).toBe('first');
    expect(nextRequest(failed(true), { ...FRESH, reason: '家族から聞いた' }, newId).operationId).toBe(
      'second',
    );
    expect(nextRequest(failed(false), FRESH, newId).operationId).toBe('second');
  });

  it('is sent again while the store restarts', async () => {
    const answers = [
      { ok: false, error: { code: 'SERVICE_RESTARTING', message: '', retryable: true, details: {} } },
      { ok: true, body: {} },
    ];
    const sent: string[] = [];
    const api = {
      'records.edit': async ({ operationId }: { operationId: string }) => {
        sent.push(operationId);
        return answers.shift();
      },
    };
    const request = { operationId: 'first', ...FRESH };
    const { signal } = new AbortController();
    const result = await runEdit(api as never, request, { signal, wait: async () => {} });
    expect(result.ok).toBe(true);
    expect(sent).toEqual(['first', 'first']);
  });
});
