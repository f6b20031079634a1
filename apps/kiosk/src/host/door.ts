import cookie from '@fastify/cookie';
import fastifyStatic from '@fastify/static';
import websocket from '@fastify/websocket';
import {
  APP_ERRORS,
  AppError,
  PHOTO_BODY_BYTES_MAX,
  ROW_BODY_BYTES_MAX,
  SOCKET_CLOSE,
  SOCKET_MESSAGE_BYTES_MAX,
  toWireError,
} from '@shimabashi/contracts';
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import * as z from 'zod';
import { type Broker } from '../broker/index.ts';
import { screenPolicy } from '../service/screen-policy.ts';
import { type DoorKeys } from './door-keys.ts';

export interface DoorDeps {
  readonly broker: Broker;
  readonly keys: DoorKeys;
  readonly rendererDir: string;
  /** Where the screens find the room of a call, if there is a hub. */
  readonly hubUrl?: string | undefined;
  readonly logger: FastifyBaseLogger;
  /** 0 takes any free port; the origin is known after listening. */
  readonly port: number;
  /** Told how many screens are connected, whenever that changes. */
  readonly onScreens: (open: number) => void;
}

const SessionRequest = z.strictObject({ token: z.string().min(16).max(200) });

/** A screen that does not take its events this long is cut off: it asks for everything anew then. */
const SCREEN_BACKLOG_BYTES_MAX = 4_194_304;

/**
 * The loopback door (D2): `POST /api/<row>`, `/events`, and the screens themselves.
 *
 * It trusts nobody: a page of another origin fails the Host and Origin checks, a local program
 * without the cookie fails the cookie check.
 */
export async function openLoopbackDoor(
  deps: DoorDeps,
): Promise<{ port: number; close: () => Promise<void> }> {
  const policy = screenPolicy(deps.hubUrl);
  const app = Fastify({
    loggerInstance: deps.logger,
    // Paths and answers are not logged: refusals are, with their code.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: ROW_BODY_BYTES_MAX,
    forceCloseConnections: true,
  });
  let port = deps.port;
  const cookieName = (): string => `kiosk_session_${port}`;
  await app.register(cookie);
  await app.register(websocket, { options: { maxPayload: SOCKET_MESSAGE_BYTES_MAX } });

  app.setErrorHandler((error, _request, reply) => sendError(reply, asAppError(error)));
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('content-security-policy', policy);
    void reply.header('x-content-type-options', 'nosniff');
    void reply.header('referrer-policy', 'no-referrer');
    checkSameOrigin(request, port);
  });

  app.post('/session', async (request, reply) => {
    const parsed = SessionRequest.safeParse(request.body);
    if (!parsed.success) throw new AppError('BAD_REQUEST', 'A token is expected.');
    const value = deps.keys.trade(parsed.data.token);
    if (value === undefined) throw new AppError('DOOR_CLOSED', 'The token is not valid.');
    // Cookies do not know ports: the name keeps two kiosks on one machine apart.
    void reply.setCookie(cookieName(), value, { httpOnly: true, sameSite: 'strict', path: '/' });
    return reply.code(204).send();
  });

  const requireCookie = (request: FastifyRequest): void => {
    if (!deps.keys.opens(request.cookies[cookieName()])) {
      throw new AppError('DOOR_CLOSED', 'This screen must be opened again.');
    }
  };
  const answer = async (row: string, request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const result = await deps.broker.answer(row, request.body);
    return reply.code(result.ok ? 200 : APP_ERRORS[result.error.code].httpStatus).send(result);
  };
  // Before the body is read: only our own screens may send as much as a photograph.
  const onRequest = async (request: FastifyRequest): Promise<void> => requireCookie(request);
  app.post('/api/photos.save', { bodyLimit: PHOTO_BODY_BYTES_MAX, onRequest }, (request, reply) =>
    answer('photos.save', request, reply),
  );
  app.post<{ Params: { row: string } }>('/api/:row', { onRequest }, (request, reply) =>
    answer(request.params.row, request, reply),
  );
  serveEvents(app, deps, requireCookie);
  await app.register(fastifyStatic, {
    root: deps.rendererDir,
    setHeaders: (reply, path) => {
      void reply.header(
        'cache-control',
        path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
    },
  });
  app.setNotFoundHandler((_request, reply) =>
    sendError(reply, new AppError('UNKNOWN_ROW', 'There is nothing here.')),
  );

  await app.listen({ host: '127.0.0.1', port: deps.port });
  const address = app.server.address();
  if (address !== null && typeof address === 'object') port = address.port;
  return { port, close: () => app.close() };
}

function serveEvents(
  app: FastifyInstance,
  deps: DoorDeps,
  requireCookie: (request: FastifyRequest) => void,
): void {
  let screens = 0;
  const count = (change: 1 | -1): void => {
    screens += change;
    deps.onScreens(screens);
  };
  app.get('/events', { websocket: true, preValidation: async request => requireCookie(request) }, socket => {
    const unsubscribe = deps.broker.subscribe(event => {
      if (socket.bufferedAmount > SCREEN_BACKLOG_BYTES_MAX) {
        socket.terminate();
        return;
      }
      socket.send(JSON.stringify(event));
    });
    count(1);
    socket.on('close', () => {
      unsubscribe();
      count(-1);
    });
    // Events flow one way: a screen that talks here is not one of ours.
    socket.on('message', () => socket.close(SOCKET_CLOSE.badMessage));
    socket.on('error', () => socket.terminate());
  });
}

/**
 * Refuses a request that a page of another origin could have caused.
 *
 * `Host` keeps out DNS rebinding, `Origin` and `Sec-Fetch-Site` keep out other sites. A program such
 * as curl sends neither of the last two, and needs the cookie.
 */
function checkSameOrigin(request: FastifyRequest, port: number): void {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host, origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const hostIsOurs = host !== undefined && hosts.includes(host);
  const originIsOurs = origin === undefined || hosts.some(ours => origin === `http://${ours}`);
  const siteIsOurs = site === undefined || site === 'same-origin' || site === 'none';
  if (!hostIsOurs || !originIsOurs || !siteIsOurs) {
    throw new AppError('FORBIDDEN', 'This door is for the screens of this kiosk.');
  }
}

/** Fastify's own refusals in our words. Anything else keeps its text to itself. */
function asAppError(error: unknown): unknown {
  const status = (error as { statusCode?: unknown }).statusCode;
  if (error instanceof AppError) return error;
  if (status === 413) return new AppError('TOO_LARGE', 'The request is too large.');
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new AppError('BAD_REQUEST', 'The request cannot be read.');
  }
  return error;
}

function sendError(
  reply: { code(status: number): { send(body: unknown): unknown }; log: FastifyBaseLogger },
  error: unknown,
): unknown {
  const wire = toWireError(error);
  if (wire.code === 'INTERNAL')
    reply.log.error({ errorName: (error as Error).name }, 'unexpected failure at the door');
  else reply.log.warn({ code: wire.code }, 'refused at the door');
  return reply.code(APP_ERRORS[wire.code].httpStatus).send({ ok: false, error: wire });
}
