import { createECDH } from 'node:crypto';
import ece from 'http_ece';
import { describe, expect, it } from 'vitest';
import { createReceiver, withOtherAuth } from './receiver.ts';

/** RFC 8291, appendix A. */
const EXAMPLE = {
  plaintext: 'When I grow up, I want to be a watermelon',
  senderPrivate: 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw',
  receiverPublic: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  receiverPrivate: 'q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94',
  salt: 'DGv6ra1nlYgDCS1FRnbzlw',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  message:
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
};

describe('the example of RFC 8291', () => {
  const receiver = createReceiver({ privateKey: EXAMPLE.receiverPrivate, auth: EXAMPLE.auth });

  it('is read by our receiver', () => {
    expect(receiver.p256dh).toBe(EXAMPLE.receiverPublic);
    expect(receiver.decrypt(Buffer.from(EXAMPLE.message, 'base64url'))).toBe(EXAMPLE.plaintext);
  });

  it('is made, byte for byte, by the library that the hub encrypts with', () => {
    const privateKey = createECDH('prime256v1');
    privateKey.setPrivateKey(Buffer.from(EXAMPLE.senderPrivate, 'base64url'));
    const message = ece.encrypt(Buffer.from(EXAMPLE.plaintext), {
      version: 'aes128gcm',
      privateKey,
      dh: EXAMPLE.receiverPublic,
      salt: EXAMPLE.salt,
      authSecret: EXAMPLE.auth,
    });
    expect(message.toString('base64url')).toBe(EXAMPLE.message);
  });

  it.each(Array.from({ length: 16 }, (_, byte) => byte))(
    'cannot be read with another byte %i of auth',
    byte => {
      const auth = withOtherAuth(receiver, byte);
      const other = createReceiver({ privateKey: EXAMPLE.receiverPrivate, auth });
      expect(() => other.decrypt(Buffer.from(EXAMPLE.message, 'base64url'))).toThrow(
        'unable to authenticate data',
      );
    },
  );
});
