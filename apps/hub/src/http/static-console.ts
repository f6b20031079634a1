import fastifyStatic from '@fastify/static';
import { AppError } from '@shimabashi/contracts';
import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const FOREVER = 'public, max-age=31536000, immutable';
const ASK_EVERY_TIME = 'no-cache';

/**
 * Serves the built console. What the build named by its content is kept for ever; everything else,
 * the page itself above all, is asked for again each time.
 *
 * @throws AppError `CONFIG_INVALID` when there is no console in the folder.
 */
export async function registerConsole(app: FastifyInstance, consoleDir: string): Promise<void> {
  if (!existsSync(join(consoleDir, 'index.html'))) {
    throw new AppError('CONFIG_INVALID', 'HUB_CONSOLE_DIR: there is no index.html in it');
  }
  await app.register(fastifyStatic, {
    root: consoleDir,
    cacheControl: false,
    setHeaders: (response, path) => {
      const hashed = path.startsWith(join(consoleDir, 'assets'));
      response.header('cache-control', hashed ? FOREVER : ASK_EVERY_TIME);
    },
  });
}

/** Whether a path that is no file is one of the console's own pages, which its router draws. */
export function isConsolePage(request: FastifyRequest): boolean {
  const path = request.url.split('?', 1)[0]!;
  const wantsPage = request.headers.accept?.includes('text/html') === true;
  return request.method === 'GET' && wantsPage && !path.startsWith('/api/') && !/\.[^/]+$/.test(path);
}
