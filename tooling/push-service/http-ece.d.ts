declare module 'http_ece' {
  import { type ECDH } from 'node:crypto';

  interface Parameters {
    readonly version: 'aes128gcm';
    readonly privateKey: ECDH;
    /** base64url. */
    readonly authSecret: string;
    readonly dh?: string;
    readonly salt?: string;
  }
  const ece: {
    /** @throws Error when the message was not made for these keys. */
    decrypt(message: Uint8Array, parameters: Parameters): Buffer;
    encrypt(message: Uint8Array, parameters: Parameters): Buffer;
  };
  export default ece;
}
