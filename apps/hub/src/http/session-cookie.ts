import '@fastify/cookie';
import { type FastifyReply, type FastifyRequest } from 'fastify';

/** The doctor's session in the browser: out of reach of scripts and of other sites. */
export interface SessionCookie {
  readonly read: (request: FastifyRequest) => string | undefined;
  readonly set: (
    reply: FastifyReply,
    session: { readonly token: string; readonly maxAgeMs: number } | null,
  ) => void;
}

/**
 * Cookies do not know ports, so the name carries it: two hubs on one machine do not sign each other
 * out. Under TLS the prefix `__Host-` keeps other hosts of the domain from setting it (RFC 6265bis,
 * section 4.1.3).
 */
export function createSessionCookie(tls: boolean, port: () => number): SessionCookie {
  const name = () => `${tls ? '__Host-' : ''}shimabashi-${port()}`;
  const options = { path: '/', httpOnly: true, sameSite: 'strict', secure: tls } as const;
  return {
    read: request => request.cookies[name()],
    set: (reply, session) => {
      if (session === null) reply.clearCookie(name(), options);
      else reply.setCookie(name(), session.token, { ...options, maxAge: session.maxAgeMs / 1_000 });
    },
  };
}
