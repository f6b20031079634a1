import { createECDH, randomBytes } from 'node:crypto';
import ece from 'http_ece';

/** A browser's end of Web Push (RFC 8291): the keys of a subscription, and what can be read with them. */
export interface Receiver {
  /** P-256, uncompressed, base64url. */
  readonly p256dh: string;
  /** 16 bytes, base64url. */
  readonly auth: string;
  /** base64url. */
  readonly privateKey: string;
  /** @throws Error when the message was not made for these keys. */
  decrypt(body: Uint8Array): string;
}

/** With keys of its own, or with given ones (`privateKey` and `auth` in base64url). */
export function createReceiver(keys?: { readonly privateKey: string; readonly auth: string }): Receiver {
  const ecdh = createECDH('prime256v1');
  if (keys === undefined) ecdh.generateKeys();
  else ecdh.setPrivateKey(Buffer.from(keys.privateKey, 'base64url'));
  const auth = keys?.auth ?? randomBytes(16).toString('base64url');
  return {
    p256dh: ecdh.getPublicKey('base64url'),
    auth,
    privateKey: ecdh.getPrivateKey('base64url'),
    decrypt: body =>
      ece.decrypt(body, { version: 'aes128gcm', privateKey: ecdh, authSecret: auth }).toString('utf8'),
  };
}

/** The same receiver with one byte of its auth secret changed: nothing can be read with it. */
export function withOtherAuth(receiver: Receiver, byte = 0): string {
  const auth = Buffer.from(receiver.auth, 'base64url');
  auth[byte]! ^= 0x01;
  return auth.toString('base64url');
}
