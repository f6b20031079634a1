import { AppError } from '@shimabashi/contracts';
import { type FastifyRequest } from 'fastify';

/**
 * Refuses what did not come from our own pages: another site's page in the same browser carries the
 * doctor's cookie too (cross-site request forgery), and a name that was rebound to our address
 * carries another Host. Browsers send Origin with every POST and every WebSocket.
 *
 * @throws AppError `FORBIDDEN`
 */
export function checkOwnPage(request: FastifyRequest, origins: ReadonlySet<string>): void {
  const { origin, host } = request.headers;
  const hosts = [...origins].map(own => new URL(own).host);
  if (origin === undefined || !origins.has(origin) || host === undefined || !hosts.includes(host)) {
    throw new AppError('FORBIDDEN', 'Not from a page of this hub.');
  }
}

/** The origins of the console when nothing else is configured: loopback, at the port in use. */
export function loopbackOrigins(port: number, tls: boolean): string[] {
  const scheme = tls ? 'https' : 'http';
  return [`${scheme}://localhost:${port}`, `${scheme}://127.0.0.1:${port}`];
}

/**
 * What a page of ours may do in a browser. Styles may be inline since React Aria adds a style
 * element; scripts may not.
 */
export function securityHeaders(origins: ReadonlySet<string>, tls: boolean): Record<string, string> {
  // Not every browser takes 'self' to include the WebSocket of the same origin.
  const sockets = [...origins].map(origin => origin.replace(/^http/, 'ws')).join(' ');
  return {
    'content-security-policy': [
      `default-src 'self'`,
      `connect-src 'self' ${sockets}`,
      `style-src 'self' 'unsafe-inline'`,
      `img-src 'self' data: blob:`,
      `object-src 'none'`,
      `base-uri 'none'`,
      `form-action 'self'`,
      `frame-ancestors 'none'`,
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    ...(tls ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  };
}
