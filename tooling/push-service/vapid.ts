import { createPublicKey, verify } from 'node:crypto';

/** An application server may not promise further ahead (RFC 8292, 2). */
const EXPIRES_WITHIN_S = 24 * 3_600;

/**
 * Checks who sends (RFC 8292): gives the sender's public key (P-256, uncompressed, base64url), or
 * what is wrong with the header.
 */
export function checkVapid(
  header: string | undefined,
  expected: { readonly audience: string; readonly nowS: number },
): { readonly key: string } | { readonly problem: string } {
  const parts = /^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), ?k=([\w-]{87})$/.exec(header ?? '');
  if (parts === null) return { problem: 'no vapid credentials' };
  const [, head, claims, signature, key] = parts as unknown as [string, string, string, string, string];
  if (!isSigned(`${head}.${claims}`, signature, key)) return { problem: 'not signed by this key' };
  const { aud, exp, sub } = jsonOf(claims);
  if (aud !== expected.audience) return { problem: 'for another push service' };
  if (typeof exp !== 'number' || exp < expected.nowS) return { problem: 'expired' };
  if (exp > expected.nowS + EXPIRES_WITHIN_S) return { problem: 'expires too late' };
  if (typeof sub !== 'string' || !/^(mailto:[^@]+@[^@]+\.[^@]+|https:)/.test(sub)) {
    return { problem: 'nobody to write to' };
  }
  return { key };
}

function isSigned(text: string, signature: string, key: string): boolean {
  const point = Buffer.from(key, 'base64url');
  try {
    const publicKey = createPublicKey({
      format: 'jwk',
      key: {
        kty: 'EC',
        crv: 'P-256',
        x: point.subarray(1, 33).toString('base64url'),
        y: point.subarray(33).toString('base64url'),
      },
    });
    const encoded = Buffer.from(signature, 'base64url');
    return verify('sha256', Buffer.from(text), { key: publicKey, dsaEncoding: 'ieee-p1363' }, encoded);
  } catch {
    return false; // No point of the curve.
  }
}

function jsonOf(text: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, unknown>;
  } catch {
    return {};
  }
}
