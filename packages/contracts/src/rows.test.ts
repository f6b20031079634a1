import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { AppError, toWireError } from './errors.ts';
import { answerRow } from './rows.ts';

const contract = {
  'bell.ring': {
    request: z.strictObject({ times: z.number().int().max(3) }),
    response: z.strictObject({ rung: z.number() }),
  },
} as const;

function ring(handler: (request: { times: number }) => unknown, row: string, request: unknown) {
  const reportUnexpected = vi.fn<(error: unknown, row: string) => void>();
  const answer = answerRow({
    contract,
    handlers: { 'bell.ring': handler as (request: { times: number }) => { rung: number } },
    context: undefined,
    row,
    request,
    reportUnexpected,
  });
  return { answer, reportUnexpected };
}

describe('answerRow', () => {
  it('answers a request that fits', async () => {
    await expect(ring(({ times }) => ({ rung: times }), 'bell.ring', { times: 2 }).answer).resolves.toEqual({
      ok: true,
      body: { rung: 2 },
    });
  });

  it.each([
    ['an unknown row', 'bell.melt', {}, 'UNKNOWN_ROW'],
    ["a row of the object's own", 'toString', {}, 'UNKNOWN_ROW'],
    ['the prototype', '__proto__', {}, 'UNKNOWN_ROW'],
    ['a missing field', 'bell.ring', {}, 'BAD_REQUEST'],
    ['a field too many', 'bell.ring', { times: 1, name: 'secret' }, 'BAD_REQUEST'],
    ['a value out of range', 'bell.ring', { times: 4 }, 'BAD_REQUEST'],
    ['no object', 'bell.ring', null, 'BAD_REQUEST'],
  ])('refuses %s', async (_case, row, request, code) => {
    const { answer, reportUnexpected } = ring(() => ({ rung: 0 }), row, request);
    await expect(answer).resolves.toMatchObject({ ok: false, error: { code } });
    expect(JSON.stringify(await answer)).not.toContain('secret');
    expect(reportUnexpected).not.toHaveBeenCalled();
  });

  it('brings out an expected failure with its code', async () => {
    const { answer } = ring(
      () => Promise.reject(new AppError('CONFLICT', 'It rings already.')),
      'bell.ring',
      { times: 1 },
    );
    await expect(answer).resolves.toMatchObject({ ok: false, error: { code: 'CONFLICT', retryable: false } });
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('島田 ハル');
      },
    ],
    ['breaks its contract', () => ({ rung: 'loud' })],
  ])('keeps to itself what a handler says that %s', async (_case, handler) => {
    const { answer, reportUnexpected } = ring(handler, 'bell.ring', { times: 1 });
    await expect(answer).resolves.toEqual({ ok: false, error: toWireError(new Error('anything')) });
    expect(reportUnexpected).toHaveBeenCalledOnce();
  });
});
