import { assert } from '@shimabashi/contracts';

/**
 * A UUID made of a SHA-256 digest: version 8 of RFC 9562, section 5.8 (the first 16 bytes, with the bits
 * of version and variant set). The same facts give the same id on every machine and after every restart.
 */
export function uuidOfDigest(sha256: Uint8Array): string {
  assert(sha256.length === 32, 'a SHA-256 digest has 32 bytes');
  const bytes = sha256.slice(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** What the id of an alarm is made of: the text to be hashed (UTF-8). `sampleId` is never used twice. */
export function alarmIdText(episode: {
  readonly deviceId: string;
  readonly ruleId: string;
  readonly sampleId: string;
}): string {
  return `alarm\n${episode.deviceId}\n${episode.ruleId}\n${episode.sampleId}`;
}
