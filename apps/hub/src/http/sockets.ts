import websocket from '@fastify/websocket';
import { SOCKET_CLOSE, SOCKET_MESSAGE_BYTES_MAX } from '@shimabashi/contracts';
import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type Logger } from 'pino';
import { type Caller } from '../identity/caller.ts';
import { type Consoles } from '../realtime/consoles.ts';
import { type Links } from '../realtime/links.ts';
import { type MediaParts } from '../realtime/media-parts.ts';
import { checkOwnPage } from './browser-door.ts';

/** How long an open socket may take to answer our closing, in milliseconds. */
const CLOSE_WITHIN_MS = 1_000;

/**
 * `/link` for kiosks, `/live` for consoles, `/room` for whoever has a ticket. Who may not enter is told
 * by a close code rather than by a refused handshake, since a browser hides the latter's status from its
 * page.
 */
export async function registerSockets(
  app: FastifyInstance,
  deps: {
    readonly callerOf: (request: FastifyRequest) => Caller;
    readonly origins: () => ReadonlySet<string>;
    readonly links: Links;
    readonly consoles: Consoles;
    readonly media: MediaParts;
    readonly logger: Logger;
  },
): Promise<void> {
  await app.register(websocket, {
    options: { maxPayload: SOCKET_MESSAGE_BYTES_MAX },
    // An oversized or broken frame ends its socket by itself (RFC 6455, 1009 or 1002).
    errorHandler: (_error, socket, request) => {
      deps.logger.error({ route: request.routeOptions.url }, 'socket failed');
      socket.terminate();
    },
    preClose(done) {
      const { clients } = this.websocketServer;
      for (const client of clients) client.close(SOCKET_CLOSE.goingAway);
      setTimeout(() => clients.forEach(client => client.terminate()), CLOSE_WITHIN_MS).unref();
      this.websocketServer.close();
      done();
    },
  });

  app.get('/link', { websocket: true }, (socket, request) => {
    const caller = deps.callerOf(request);
    if (caller.kind === 'device') deps.links.connect(socket, caller);
    else socket.close(refusalCode(caller));
  });

  app.get('/live', { websocket: true }, (socket, request) => {
    const caller = deps.callerOf(request);
    if (!isOwnPage(request, deps.origins())) socket.close(SOCKET_CLOSE.forbidden);
    else if (caller.kind === 'doctor') deps.consoles.connect(socket, caller.session);
    else socket.close(refusalCode(caller));
  });

  // No cookie and no origin: a kiosk's page is of another origin, and the ticket is the whole right.
  app.get('/room', { websocket: true }, socket => deps.media.rooms.connect(socket));
}

function refusalCode(caller: Caller): number {
  return caller.kind === 'anyone' ? SOCKET_CLOSE.signInRequired : SOCKET_CLOSE.forbidden;
}

function isOwnPage(request: FastifyRequest, origins: ReadonlySet<string>): boolean {
  try {
    checkOwnPage(request, origins);
    return true;
  } catch {
    return false;
  }
}
