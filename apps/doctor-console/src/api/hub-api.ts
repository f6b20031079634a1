import {
  AppError,
  fromWireError,
  type HubClock,
  hubContract,
  WireError,
  type HubContract,
  type RowRequest,
  type RowResponse,
} from '@shimabashi/contracts';
import * as z from 'zod';

/** What a doctor may ask of the hub. */
export type ConsoleRow =
  | 'session.sign-in'
  | 'session.current'
  | 'session.sign-out'
  | 'clinics.list'
  | 'patients.list'
  | 'patients.get'
  | 'observations.list'
  | 'conflicts.list'
  | 'conflicts.resolve'
  | 'history.get'
  | 'alerts.list'
  | 'alerts.get'
  | 'alerts.trend'
  | 'alerts.seen'
  | 'alerts.accept'
  | 'push.key'
  | 'push.subscribe'
  | 'push.unsubscribe'
  | 'photos.get'
  | 'calls.list'
  | 'calls.ring-kiosk'
  | 'calls.accept'
  | 'calls.decline'
  | 'calls.end'
  | 'calls.join'
  | 'notes.save'
  | 'visits.close';

/**
 * Asks the hub. Answers are checked by the contract.
 *
 * @throws AppError the hub's own; `LINK_DOWN` when it was not reached or something else answered in
 *   its place; `TIMEOUT`; `INTERNAL` when its answer does not fit (this page is from another release).
 */
export type HubApi = <Row extends ConsoleRow>(
  row: Row,
  request: RowRequest<HubContract, Row>,
  signal?: AbortSignal,
) => Promise<RowResponse<HubContract, Row>>;

export function createHubApi(deps: { fetch: typeof fetch; clock: HubClock }): HubApi {
  return async (row, request, signal) => {
    const timeout = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const askedAtMs = deps.clock.ask();
    const answer = await fetchAnswer(deps.fetch, row, request, { timeout, signal });
    if (!answer.ok) throw fromWireError(answer.error);
    const body = hubContract[row].response.safeParse(answer.body);
    if (!body.success) throw new AppError('INTERNAL', `The answer does not fit ${row}.`);
    if ('hubTimeMs' in body.data) deps.clock.answer(askedAtMs, body.data.hubTimeMs);
    return body.data as RowResponse<HubContract, typeof row>;
  };
}

/** Longer than the slowest answer on a thin line, shorter than a person's patience. */
const ANSWER_WITHIN_MS = 15_000;

const Answer = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), body: z.unknown() }),
  z.strictObject({ ok: z.literal(false), error: WireError }),
]);

async function fetchAnswer(
  fetchFrom: typeof fetch,
  row: ConsoleRow,
  request: unknown,
  signals: { timeout: AbortSignal; signal: AbortSignal | undefined },
): Promise<z.infer<typeof Answer>> {
  const { timeout, signal } = signals;
  try {
    const response = await fetchFrom(`/api/${row}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
      credentials: 'same-origin',
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    });
    return Answer.parse(await response.json());
  } catch (cause) {
    signal?.throwIfAborted();
    if (timeout.aborted) throw new AppError('TIMEOUT', 'The hub did not answer in time.', { cause });
    throw new AppError('LINK_DOWN', 'The hub was not reached.', { cause });
  }
}
