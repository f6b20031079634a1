import assert from 'node:assert/strict';
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { type types } from 'mediasoup';

/**
 * SRTP and SRTCP by the book and on node:crypto, so that it shares nothing with the worker's libsrtp.
 * Only what the check needs: one stream, no rollover of its sequence numbers.
 *
 * Source: RFC 3711 (AES-CM, HMAC-SHA1, key derivation with rate 0), RFC 7714 (AEAD_AES_GCM).
 */
export interface Suite {
  readonly keyBytes: number;
  readonly saltBytes: number;
  readonly gcm?: 'aes-128-gcm' | 'aes-256-gcm';
  /** Length of the authentication tag behind an RTP packet. Behind RTCP it is always 10 (RFC 3711, 5.2). */
  readonly tagBytes: number;
}

export const SUITES: Readonly<Record<types.SrtpCryptoSuite, Suite>> = {
  AEAD_AES_256_GCM: { keyBytes: 32, saltBytes: 12, gcm: 'aes-256-gcm', tagBytes: 16 },
  AEAD_AES_128_GCM: { keyBytes: 16, saltBytes: 12, gcm: 'aes-128-gcm', tagBytes: 16 },
  AES_CM_128_HMAC_SHA1_80: { keyBytes: 16, saltBytes: 14, tagBytes: 10 },
  AES_CM_128_HMAC_SHA1_32: { keyBytes: 16, saltBytes: 14, tagBytes: 4 },
};
const RTCP_TAG_BYTES = 10;
const GCM_TAG_BYTES = 16;

interface StreamKeys {
  readonly key: Buffer;
  readonly authentication: Buffer;
  readonly salt: Buffer;
}

export interface SessionKeys {
  readonly rtp: StreamKeys;
  readonly rtcp: StreamKeys;
}

/** Session keys out of master key and salt (RFC 3711, 4.3). */
export function deriveKeys(suite: Suite, master: Buffer): SessionKeys {
  const masterKey = master.subarray(0, suite.keyBytes);
  const masterSalt = Buffer.alloc(14);
  master.copy(masterSalt, 0, suite.keyBytes);
  const derived = (label: number, bytes: number): Buffer => {
    const iv = Buffer.alloc(16);
    masterSalt.copy(iv);
    iv.writeUInt8(iv.readUInt8(7) ^ label, 7);
    return counterMode(masterKey, iv, Buffer.alloc(bytes));
  };
  const stream = (label: number): StreamKeys => ({
    key: derived(label, suite.keyBytes),
    authentication: derived(label + 1, 20),
    salt: derived(label + 2, suite.saltBytes),
  });
  return { rtp: stream(0), rtcp: stream(3) };
}

function counterMode(key: Buffer, iv: Buffer, data: Buffer): Buffer {
  return createCipheriv(`aes-${key.length * 8}-ctr`, key, iv).update(data);
}

function exclusiveOr(salt: Buffer, value: Buffer): Buffer {
  const result = Buffer.from(value);
  salt.forEach((byte, at) => result.writeUInt8(result.readUInt8(at) ^ byte, at));
  return result;
}

/** RFC 3711, 4.1.1. */
function counterIv(salt: Buffer, ssrc: Buffer, index: number): Buffer {
  const value = Buffer.alloc(16);
  ssrc.copy(value, 4);
  value.writeUIntBE(index, 8, 6);
  return exclusiveOr(salt, value);
}

/** RFC 7714, 8.1 and 9.1. */
function gcmIv(salt: Buffer, ssrc: Buffer, high: number, low: number): Buffer {
  const value = Buffer.alloc(12);
  ssrc.copy(value, 2);
  value.writeUInt32BE(high, 6);
  value.writeUInt16BE(low, 10);
  return exclusiveOr(salt, value);
}

function headerBytes(packet: Buffer): number {
  const first = packet.readUInt8(0);
  const bytes = 12 + 4 * (first & 0x0f);
  return (first & 0x10) === 0 ? bytes : bytes + 4 + 4 * packet.readUInt16BE(bytes + 2);
}

function tagOf(keys: StreamKeys, bytes: number, ...parts: Buffer[]): Buffer {
  const mac = createHmac('sha1', keys.authentication);
  for (const part of parts) mac.update(part);
  return mac.digest().subarray(0, bytes);
}

const NO_ROLLOVER = Buffer.alloc(4);

export function protectRtp(suite: Suite, { rtp }: SessionKeys, packet: Buffer): Buffer {
  const header = packet.subarray(0, headerBytes(packet));
  const payload = packet.subarray(header.length);
  const ssrc = packet.subarray(8, 12);
  const sequence = packet.readUInt16BE(2);
  if (suite.gcm !== undefined) {
    const cipher = createCipheriv(suite.gcm, rtp.key, gcmIv(rtp.salt, ssrc, 0, sequence));
    cipher.setAAD(header);
    return Buffer.concat([header, cipher.update(payload), cipher.final(), cipher.getAuthTag()]);
  }
  const message = Buffer.concat([header, counterMode(rtp.key, counterIv(rtp.salt, ssrc, sequence), payload)]);
  return Buffer.concat([message, tagOf(rtp, suite.tagBytes, message, NO_ROLLOVER)]);
}

/** The payload. Throws when the packet is not authentic. */
export function unprotectRtp(suite: Suite, { rtp }: SessionKeys, packet: Buffer): Buffer {
  const header = packet.subarray(0, headerBytes(packet));
  const ssrc = packet.subarray(8, 12);
  const sequence = packet.readUInt16BE(2);
  if (suite.gcm !== undefined) {
    const decipher = createDecipheriv(suite.gcm, rtp.key, gcmIv(rtp.salt, ssrc, 0, sequence));
    decipher.setAAD(header).setAuthTag(packet.subarray(-GCM_TAG_BYTES));
    const payload = decipher.update(packet.subarray(header.length, -GCM_TAG_BYTES));
    return Buffer.concat([payload, decipher.final()]);
  }
  const message = packet.subarray(0, -suite.tagBytes);
  assert.deepEqual(tagOf(rtp, suite.tagBytes, message, NO_ROLLOVER), packet.subarray(-suite.tagBytes));
  return counterMode(rtp.key, counterIv(rtp.salt, ssrc, sequence), message.subarray(header.length));
}

/** The compound packet. Throws when it is not authentic, or not encrypted. */
export function unprotectRtcp(suite: Suite, { rtcp }: SessionKeys, packet: Buffer): Buffer {
  const header = packet.subarray(0, 8);
  const ssrc = packet.subarray(4, 8);
  const end = suite.gcm === undefined ? packet.length - RTCP_TAG_BYTES : packet.length;
  const word = packet.subarray(end - 4, end);
  const index = word.readUInt32BE(0) & 0x7fff_ffff;
  assert.ok((word.readUInt8(0) & 0x80) !== 0, 'RTCP is encrypted');
  if (suite.gcm !== undefined) {
    const iv = gcmIv(rtcp.salt, ssrc, index >>> 16, index & 0xffff);
    const decipher = createDecipheriv(suite.gcm, rtcp.key, iv);
    const tagAt = end - 4 - GCM_TAG_BYTES;
    decipher.setAAD(Buffer.concat([header, word])).setAuthTag(packet.subarray(tagAt, end - 4));
    return Buffer.concat([header, decipher.update(packet.subarray(8, tagAt)), decipher.final()]);
  }
  assert.deepEqual(tagOf(rtcp, RTCP_TAG_BYTES, packet.subarray(0, end)), packet.subarray(end));
  const payload = packet.subarray(8, end - 4);
  return Buffer.concat([header, counterMode(rtcp.key, counterIv(rtcp.salt, ssrc, index), payload)]);
}
