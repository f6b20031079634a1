import { pipeline, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createGunzip, createGzip, gzip } from 'node:zlib';
import { AppError } from '@shimabashi/contracts';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

const gzipWhole = promisify<Buffer, Buffer>(gzip);

/** Below this, compressing costs more than it saves (about one network packet). */
const COMPRESS_FROM_CHARS = 1_024;

const COMPRESSIBLE = /^(application\/(json|javascript|manifest\+json)|text\/|image\/svg)/;

/** gzip in both directions: an island's line is thin. */
export function registerCompression(app: FastifyInstance): void {
  app.addHook('preParsing', (request, reply, payload, done) => {
    const encoding = request.headers['content-encoding'];
    if (encoding === undefined || encoding === 'identity') {
      done(null, payload);
    } else if (encoding === 'gzip') {
      done(null, gunzipped(payload, reply));
    } else {
      done(new AppError('BAD_REQUEST', 'The body is compressed in a way that is not taken here.'));
    }
  });

  app.addHook('onSend', async (request, reply, payload: unknown) => {
    if (!mayCompress(request, reply)) return payload;
    if (typeof payload === 'string' && payload.length >= COMPRESS_FROM_CHARS) {
      markCompressed(reply);
      return gzipWhole(Buffer.from(payload));
    }
    if (payload instanceof Readable && request.method === 'GET') {
      markCompressed(reply);
      // A reader that went away ends both streams; there is nobody left to tell.
      return pipeline(payload, createGzip(), () => {});
    }
    return payload;
  });
}

/**
 * The body as it was before it was compressed. Fastify counts what comes out and refuses at the
 * row's limit; the answer then ends the decompression, so that a bomb is never unpacked further.
 */
function gunzipped(payload: Readable, reply: FastifyReply): Readable {
  const gunzip = Object.assign(createGunzip(), { receivedEncodedLength: 0 });
  payload.on('data', (chunk: Buffer) => {
    gunzip.receivedEncodedLength += chunk.length;
  });
  // Fastify stops listening once it has refused a body; an error after that must not end the hub.
  gunzip.on('error', () => {});
  payload.on('error', error => gunzip.destroy(error));
  reply.raw.once('finish', () => {
    payload.unpipe(gunzip);
    payload.resume();
    gunzip.destroy();
  });
  return payload.pipe(gunzip);
}

function mayCompress(request: FastifyRequest, reply: FastifyReply): boolean {
  const accepted = request.headers['accept-encoding'] ?? '';
  const type = reply.getHeader('content-type');
  return (
    /\bgzip\b/.test(accepted) &&
    reply.getHeader('content-encoding') === undefined &&
    reply.getHeader('content-range') === undefined &&
    reply.statusCode !== 304 &&
    typeof type === 'string' &&
    COMPRESSIBLE.test(type)
  );
}

function markCompressed(reply: FastifyReply): void {
  reply.header('content-encoding', 'gzip').header('vary', 'accept-encoding').removeHeader('content-length');
}
