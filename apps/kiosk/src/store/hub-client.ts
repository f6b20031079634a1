import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import * as z from 'zod';
import {
  AppError,
  BACKFILL_FEATURE,
  fromWireError,
  hubContract,
  type HubContract,
  type HubRow,
  MERGED_VERSIONS_FEATURE,
  PUSH_BODY_BYTES_MAX,
  RECEIPTS_FEATURE,
  type RowRequest,
  type RowResponse,
  SYNC_FEATURES_HEADER,
  WireError,
} from '@shimabashi/contracts';

/** Bodies beyond this are sent compressed; below it the header costs more than it saves. */
const COMPRESSED_FROM_BYTES = 1_024;
/** Signing in and the like: small, and somebody waits. */
const SMALL_ROW_LIMIT_MS = 10_000;
/** A full batch at 64 kbit/s takes half a minute; a dead link is noticed by its heartbeat earlier. */
const SYNC_ROW_LIMIT_MS = 60_000;
/** However long a busy hub asks us to wait, we ask again after this. */
const RETRY_AFTER_MS_MAX = 60_000;

const RowAnswer = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), body: z.unknown() }),
  z.strictObject({ ok: z.literal(false), error: WireError }),
]);

export interface HubCallOptions {
  readonly token?: string;
  readonly signal?: AbortSignal;
}

/**
 * Asks rows of the hub over HTTP.
 *
 * Whatever answers is not trusted to be the hub: a captive portal's page, a cut body, a redirect or
 * a proxy's error all count as a link that is down.
 */
export class HubClient {
  readonly #baseUrl: URL;
  readonly #nowMs: () => number;
  #busyUntilMs = 0;
  #coding: Coding = 'gzip';

  constructor(baseUrl: URL, nowMs: () => number) {
    this.#baseUrl = baseUrl;
    this.#nowMs = nowMs;
  }

  /**
   * @throws AppError with the hub's own code, or `LINK_DOWN` when no hub answered, `TIMEOUT`,
   * `TOO_LARGE` when something on the way refused the size.
   */
  async call<Row extends HubRow>(
    row: Row,
    request: RowRequest<HubContract, Row>,
    options: HubCallOptions = {},
  ): Promise<RowResponse<HubContract, Row>> {
    const waitMs = this.#busyUntilMs - this.#nowMs();
    if (waitMs > 0) throw linkDown('The hub asked us to wait.', { retryAfterMs: waitMs });

    const limitMs =
      row === 'sync.push' || row === 'sync.pull' || row === 'sync.backfill'
        ? SYNC_ROW_LIMIT_MS
        : SMALL_ROW_LIMIT_MS;
    const limit = AbortSignal.timeout(limitMs);
    const signal = options.signal === undefined ? limit : AbortSignal.any([limit, options.signal]);
    try {
      const response = await this.#post(row, request, options.token, signal);
      this.#noteRetryAfter(response);
      return answerOf(row, response.status, await textOf(response));
    } catch (error) {
      if (error instanceof AppError) throw error;
      if (limit.aborted)
        throw new AppError('TIMEOUT', 'The hub did not answer in time.', { details: { row } });
      throw linkDown('The hub cannot be reached.', { row });
    }
  }

  async #post(
    row: HubRow,
    request: unknown,
    token: string | undefined,
    signal: AbortSignal,
  ): Promise<Response> {
    const coding = this.#coding;
    const response = await fetch(new URL(`/api/${row}`, this.#baseUrl), {
      method: 'POST',
      ...(await bodyOf(request, token, coding)),
      // A redirect leads to a portal's page, or takes our token to a stranger.
      redirect: 'error',
      signal,
    });
    this.#coding = codingOf(response);
    const isOlderHub = response.status === 400 && coding === 'br' && this.#coding === 'gzip';
    if (!isOlderHub) return response;
    // Another release than the one that told us how: it may have found fault with nothing else.
    await response.body?.cancel();
    return this.#post(row, request, token, signal);
  }

  #noteRetryAfter(response: Response): void {
    if (response.status !== 429 && response.status !== 503) return;
    const seconds = Number(response.headers.get('retry-after') ?? '');
    if (!Number.isFinite(seconds) || seconds <= 0) return;
    this.#busyUntilMs = this.#nowMs() + Math.min(seconds * 1_000, RETRY_AFTER_MS_MAX);
  }
}

type Coding = 'br' | 'gzip';

/** How a hub takes bodies, from its answer (RFC 7694). Those of the release before do not say: gzip. */
function codingOf(response: Response): Coding {
  return /\bbr\b/.test(response.headers.get('accept-encoding') ?? '') ? 'br' : 'gzip';
}

async function bodyOf(
  request: unknown,
  token: string | undefined,
  coding: Coding,
): Promise<{ headers: Record<string, string>; body: Uint8Array<ArrayBuffer> }> {
  const plain = new TextEncoder().encode(JSON.stringify(request));
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json',
    [SYNC_FEATURES_HEADER]: [MERGED_VERSIONS_FEATURE, RECEIPTS_FEATURE, BACKFILL_FEATURE].join(', '),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  if (plain.length < COMPRESSED_FROM_BYTES) return { headers, body: plain };
  const body = new Uint8Array(await compressed(plain, coding));
  return { headers: { ...headers, 'content-encoding': coding }, body };
}

/** Brotli makes a fifth less of a hundred vital signs than gzip does, in no more time at this quality. */
function compressed(plain: Uint8Array, coding: Coding): Promise<Buffer> {
  return coding === 'gzip'
    ? promisify(gzip)(plain)
    : promisify(brotliCompress)(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
}

/** The body as text, given up as soon as it is larger than any answer of ours (a zip bomb is). */
async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > PUSH_BODY_BYTES_MAX) throw linkDown('The answer is too large.', {});
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function answerOf<Row extends HubRow>(row: Row, status: number, text: string): RowResponse<HubContract, Row> {
  const answer = RowAnswer.safeParse(jsonOf(text));
  if (!answer.success) {
    // Not the hub's words. A proxy that finds us too large is the one thing that we can act on.
    if (status === 413) throw new AppError('TOO_LARGE', 'Something on the way refused the size.');
    throw linkDown('What answered is not the hub.', { row, status });
  }
  if (!answer.data.ok) throw fromWireError(answer.data.error);
  const body = hubContract[row].response.safeParse(answer.data.body);
  if (!body.success) throw linkDown('The answer does not fit.', { row, status });
  return body.data as RowResponse<HubContract, Row>;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function linkDown(message: string, details: Record<string, string | number>): AppError {
  return new AppError('LINK_DOWN', message, { details });
}
