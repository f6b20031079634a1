import { pipeline, Readable, type Transform } from 'node:stream';
import { promisify } from 'node:util';
import { createBrotliDecompress, createGunzip, createGzip, gzip } from 'node:zlib';
import { AppError } from '@shimabashi/contracts';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

const gzipWhole = promisify<Buffer, Buffer>(gzip);

/** Below this, compressing costs more than it saves (about one network packet). */
const COMPRESS_FROM_CHARS = 1_024;

const COMPRESSIBLE = /^(application\/(json|javascript|manifest\+json)|text\/|image\/svg)/;

/** What bodies may be compressed with, the best first. */
const DECOMPRESSORS: Readonly<Record<string, () => Transform>> = {
  br: () => createBrotliDecompress(),
  gzip: () => createGunzip(),
};

/**
 * Compression in both directions: an island's line is thin. Every answer to a body says how the next
 * one may be compressed (RFC 7694), so that a kiosk need not know our release.
 */
export function registerCompression(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.method === 'POST') reply.header('accept-encoding', Object.keys(DECOMPRESSORS).join(', '));
  });

  app.addHook('preParsing', (request, reply, payload, done) => {
    const encoding = request.headers['content-encoding'] ?? 'identity';
    const decompressor = Object.hasOwn(DECOMPRESSORS, encoding) ? DECOMPRESSORS[encoding] : undefined;
    if (encoding === 'identity') done(null, payload);
    else if (decompressor !== undefined) done(null, decompressed(payload, decompressor(), reply));
    else done(new AppError('BAD_REQUEST', 'The body is compressed in a way that is not taken here.'));
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
function decompressed(payload: Readable, decompressor: Transform, reply: FastifyReply): Readable {
  const plain = Object.assign(decompressor, { receivedEncodedLength: 0 });
  payload.on('data', (chunk: Buffer) => {
    plain.receivedEncodedLength += chunk.length;
  });
  // Fastify stops listening once it has refused a body; an error after that must not end the hub.
  plain.on('error', () => {});
  payload.on('error', error => plain.destroy(error));
  reply.raw.once('finish', () => {
    payload.unpipe(plain);
    payload.resume();
    plain.destroy();
  });
  return payload.pipe(plain);
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
