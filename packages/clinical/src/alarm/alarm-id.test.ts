import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Alarm } from '@shimabashi/contracts';
import { alarmIdText, uuidOfDigest } from './alarm-id.ts';

const sha256 = (text: string): Uint8Array => createHash('sha256').update(text).digest();

it('is a UUID of version 8 that the same facts give again, and others do not', () => {
  const fact = fc.record({ deviceId: fc.string(), ruleId: fc.constant('spo2-low'), sampleId: fc.string() });
  fc.assert(
    fc.property(fact, fact, (one, other) => {
      const id = uuidOfDigest(sha256(alarmIdText(one)));
      expect(Alarm.shape.alarmId.parse(id)[14]).toBe('8');
      expect(id === uuidOfDigest(sha256(alarmIdText(other)))).toBe(
        one.deviceId === other.deviceId && one.sampleId === other.sampleId,
      );
    }),
  );
});

it('takes the digest’s own bytes but for version and variant (RFC 9562, 5.8)', () => {
  const digest = Uint8Array.from({ length: 32 }, (_, index) => index * 8);
  expect(uuidOfDigest(digest)).toBe('00081018-2028-8038-8048-505860687078');
});
