import {
  answerRow,
  APP_ERRORS,
  AppError,
  hubContract,
  type HubContract,
  type HubRow,
  HUB_ACCESS,
  PUSH_BODY_BYTES_MAX,
  ROW_BODY_BYTES_MAX,
  type RowHandlers,
  type RowResult,
  SYNC_FEATURES_HEADER,
  toWireError,
} from '@shimabashi/contracts';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type Logger } from 'pino';
import { type Caller, checkAccess, type HubContext } from '../identity/caller.ts';
import { type HubMetrics } from '../metrics.ts';
import { checkOwnPage } from './browser-door.ts';
import { type SessionCookie } from './session-cookie.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks, once the row's door has found out; undefined before and elsewhere. */
    caller?: Caller;
  }
}

export interface RowDeps {
  readonly handlers: RowHandlers<HubContract, HubContext>;
  readonly callerOf: (request: FastifyRequest) => Caller;
  readonly cookie: SessionCookie;
  readonly origins: () => ReadonlySet<string>;
  readonly metrics: HubMetrics;
  readonly logger: Logger;
}

const ROWS = Object.keys(hubContract) as HubRow[];

/** Rows that set or need the cookie: a browser sends it along whoever wrote the page. */
function isBrowserRow(row: HubRow): boolean {
  const allowed: readonly string[] = HUB_ACCESS[row];
  return row === 'session.sign-in' || allowed.includes('doctor');
}

/** `POST /api/<row>` for every row of the contract, and for no other. */
export function registerRows(app: FastifyInstance, deps: RowDeps): void {
  app.decorateRequest('caller');
  for (const row of ROWS) {
    app.post<{ Body: unknown }>(`/api/${row}`, {
      bodyLimit: row === 'sync.push' ? PUSH_BODY_BYTES_MAX : ROW_BODY_BYTES_MAX,
      // Before the body is read: who may not ask is not listened to.
      onRequest: (request, _reply, done) => {
        done(refusalOf(() => checkDoor(deps, row, request)));
      },
      handler: (request, reply) => answer(deps, row, request, reply),
    });
  }
}

function checkDoor(deps: RowDeps, row: HubRow, request: FastifyRequest): void {
  const caller = deps.callerOf(request);
  // A kiosk's token is not sent along by a browser, and a kiosk has no page.
  if (isBrowserRow(row) && caller.kind !== 'device') checkOwnPage(request, deps.origins());
  checkAccess(row, caller);
  request.caller = caller;
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new AppError('BAD_REQUEST', 'The body must be application/json.');
  }
}

function namesIn(header: string | string[] | undefined): ReadonlySet<string> {
  return new Set(String(header ?? '').split(/\s*,\s*/));
}

/** A hook's `done` takes an error; what throws inside is handed to it. */
function refusalOf(check: () => void): Error | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error('A check threw what is no error.');
  }
}

async function answer(
  deps: RowDeps,
  row: HubRow,
  request: FastifyRequest<{ Body: unknown }>,
  reply: FastifyReply,
): Promise<RowResult> {
  const stop = deps.metrics.rowSeconds.startTimer({ row });
  const context: HubContext = {
    caller: request.caller ?? { kind: 'anyone' },
    address: request.ip,
    syncFeatures: namesIn(request.headers[SYNC_FEATURES_HEADER]),
    setSession: session => deps.cookie.set(reply, session),
  };
  const result = await answerRow({
    contract: hubContract,
    handlers: deps.handlers,
    context,
    row,
    request: request.body,
    reportUnexpected: error => reportUnexpected(deps.logger, row, error),
  });
  const code = result.ok ? 'OK' : result.error.code;
  stop({ code });
  if (!result.ok && (HUB_ACCESS[row] as readonly string[]).includes('anyone')) {
    deps.metrics.signInsRefused.inc({ row, code });
  }
  deps.logger.info({ row, code }, 'row answered');
  return result.ok ? result : withStatus(reply, result);
}

/** Sends any failure of the HTTP door as a value of the error table. */
export function sendError(
  logger: Logger,
  request: FastifyRequest,
  reply: FastifyReply,
  thrown: unknown,
): void {
  // The pattern of the route, never the path: a path may hold anything.
  const route = request.routeOptions.url ?? 'none';
  const error = appErrorOf(thrown);
  if (!(error instanceof AppError)) reportUnexpected(logger, route, error);
  const result: RowResult = { ok: false, error: toWireError(error) };
  logger.info({ route, code: result.error.code }, 'request refused');
  void reply.send(withStatus(reply, result));
}

function withStatus<Failure extends Extract<RowResult, { ok: false }>>(
  reply: FastifyReply,
  result: Failure,
): Failure {
  reply.code(APP_ERRORS[result.error.code].httpStatus);
  const retryAfterMs = result.error.details['retryAfterMs'];
  if (typeof retryAfterMs === 'number') reply.header('retry-after', Math.ceil(retryAfterMs / 1_000));
  return result;
}

/** Fastify's own refusals in the words of our table. Their texts may quote the request. */
function appErrorOf(thrown: unknown): unknown {
  if (thrown instanceof AppError || !(thrown instanceof Error)) return thrown;
  const statusCode = 'statusCode' in thrown ? Number(thrown.statusCode) : 500;
  if (statusCode === 413) return new AppError('TOO_LARGE', 'The body is too large.');
  if (statusCode >= 400 && statusCode < 500) {
    return new AppError('BAD_REQUEST', 'The request cannot be read.');
  }
  return thrown;
}

/** An unexpected error's message may quote a patient: its kind and where it arose are enough. */
function reportUnexpected(logger: Logger, route: string, error: unknown): void {
  logger.error({ route, failure: failureOf(error) }, 'unexpected failure');
}

export function failureOf(error: unknown): { readonly name: string; readonly at: readonly string[] } {
  if (!(error instanceof Error)) return { name: typeof error, at: [] };
  const frames = (error.stack ?? '').split('\n').filter(line => /^\s+at /.test(line));
  return { name: error.name, at: frames.slice(0, 6).map(line => line.trim()) };
}
