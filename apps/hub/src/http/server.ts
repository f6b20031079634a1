import { readFileSync } from 'node:fs';
import cookie from '@fastify/cookie';
import { AppError } from '@shimabashi/contracts';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type Logger } from 'pino';
import { type HubConfig } from '../config.ts';
import { type Caller } from '../identity/caller.ts';
import { type DoctorSessions } from '../identity/doctor-sessions.ts';
import { type KioskIdentities } from '../identity/kiosk-identity.ts';
import { type Consoles } from '../realtime/consoles.ts';
import { type Links } from '../realtime/links.ts';
import { type MediaParts } from '../realtime/media-parts.ts';
import { loopbackOrigins, securityHeaders } from './browser-door.ts';
import { registerCompression } from './compression.ts';
import { registerObserving } from './observing.ts';
import { registerRows, type RowDeps, sendError } from './rows.ts';
import { createSessionCookie } from './session-cookie.ts';
import { registerSockets } from './sockets.ts';
import { isConsolePage, registerConsole } from './static-console.ts';

/** A thin line needs its time for a full push; nobody needs more. */
const REQUEST_WITHIN_MS = 120_000;

export interface ServerDeps {
  readonly config: HubConfig;
  readonly logger: Logger;
  readonly sessions: DoctorSessions;
  readonly kiosks: KioskIdentities;
  readonly handlers: RowDeps['handlers'];
  readonly metrics: RowDeps['metrics'];
  readonly links: Links;
  readonly consoles: Consoles;
  readonly media: MediaParts;
  readonly checkStores: () => void;
}

/** The hub's one listener: rows, sockets, observing, and the console's pages. Not listening yet. */
export async function createServer(deps: ServerDeps): Promise<FastifyInstance> {
  const { config, sessions, kiosks } = deps;
  const tls = config.tls !== undefined;
  const app = createApp(config);
  const sessionCookie = createSessionCookie(tls, () => portOf(app));
  const origins = (): ReadonlySet<string> =>
    new Set(config.publicOrigins.length > 0 ? config.publicOrigins : loopbackOrigins(portOf(app), tls));

  const callerOf = (request: FastifyRequest): Caller => {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const kiosk = kiosks.find(/^Bearer ([A-Za-z0-9_-]+)$/.exec(authorization)?.[1] ?? '');
      return kiosk === undefined ? { kind: 'anyone' } : { kind: 'device', ...kiosk };
    }
    const token = sessionCookie.read(request);
    const session = token === undefined ? undefined : sessions.find(token);
    return session === undefined ? { kind: 'anyone' } : { kind: 'doctor', session };
  };

  // First of all: a route that is loaded before its error handler never gets it.
  app.setErrorHandler((error, request, reply) => sendError(deps.logger, request, reply, error));
  app.setNotFoundHandler((request, reply) => {
    if (config.consoleDir !== undefined && isConsolePage(request)) return reply.sendFile('index.html');
    return sendError(deps.logger, request, reply, new AppError('UNKNOWN_ROW', 'There is no such row.'));
  });
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(securityHeaders(origins(), tls));
    done();
  });
  await app.register(cookie);
  registerCompression(app);
  await registerSockets(app, { ...deps, callerOf, origins });
  registerRows(app, { ...deps, cookie: sessionCookie, callerOf, origins });
  registerObserving(app, deps);
  if (config.consoleDir !== undefined) await registerConsole(app, config.consoleDir);
  return app;
}

function createApp(config: HubConfig): FastifyInstance {
  const options = {
    // Fastify's own lines carry paths and addresses; ours say what happened.
    logger: false,
    requestTimeout: REQUEST_WITHIN_MS,
    forceCloseConnections: true,
  } as const;
  return config.tls === undefined
    ? Fastify(options)
    : (Fastify({ ...options, https: readTls(config.tls) }) as unknown as FastifyInstance);
}

function readTls(tls: { readonly certFile: string; readonly keyFile: string }): {
  cert: Buffer;
  key: Buffer;
} {
  return {
    cert: readSetting('HUB_TLS_CERT_FILE', tls.certFile),
    key: readSetting('HUB_TLS_KEY_FILE', tls.keyFile),
  };
}

function readSetting(name: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw new AppError('CONFIG_INVALID', `${name}: cannot be read`);
  }
}

/** The port in use; 0 before the server listens. */
export function portOf(app: FastifyInstance): number {
  const address = app.server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
