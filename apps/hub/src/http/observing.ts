import { AppError } from '@shimabashi/contracts';
import { type FastifyInstance } from 'fastify';
import { isLoopback } from '../config.ts';
import { type HubMetrics } from '../metrics.ts';

/** `/healthz` (the process answers), `/readyz` (its databases do too), `/metrics` (this machine). */
export function registerObserving(
  app: FastifyInstance,
  deps: { readonly metrics: HubMetrics; readonly checkStores: () => void },
): void {
  app.get('/healthz', async () => ({ status: 'ok' }));

  app.get('/readyz', async (_request, reply) => {
    try {
      deps.checkStores();
      return { status: 'ready' };
    } catch {
      return reply.code(503).send({ status: 'not ready' });
    }
  });

  app.get('/metrics', async (request, reply) => {
    // A proxy on this machine makes every caller look like loopback; it says so in these headers.
    const proxied = request.headers['x-forwarded-for'] ?? request.headers.forwarded;
    if (!isLoopback(request.ip) || proxied !== undefined) {
      throw new AppError('FORBIDDEN', 'Metrics are read on this machine.');
    }
    return reply.type(deps.metrics.registry.contentType).send(await deps.metrics.registry.metrics());
  });
}
