import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPushHosts, isPublic, isPushHost, PUSH_HOSTS } from './push-hosts.ts';

describe('the push services', () => {
  const hosts = createPushHosts(PUSH_HOSTS);

  it.each([
    'https://fcm.googleapis.com/fcm/send/abc',
    'https://web.push.apple.com/QGu',
    'https://updates.push.services.mozilla.com/wpush/v2/x',
    'https://db5p.notify.windows.com/w/?token=x',
  ])('take %s', endpoint => {
    expect(hosts.allows(endpoint)).toBe(true);
  });

  it.each([
    'http://fcm.googleapis.com/fcm/send/abc',
    'https://fcm.googleapis.com:8443/fcm/send/abc',
    'https://someone@fcm.googleapis.com/fcm/send/abc',
    'https://fcm.googleapis.com.example.org/x',
    'https://notfcm.googleapis.com/x',
    'https://push.apple.com.example.org/x',
    'https://evilpush.apple.com/x',
    'https://127.0.0.1/x',
    'https://[::1]/x',
    'http://169.254.169.254/latest/meta-data',
    'https://localhost/x',
    'https://2130706433/x',
  ])('are not %s', endpoint => {
    expect(hosts.allows(endpoint)).toBe(false);
  });

  it('are never at an inner address, unless the whole origin is named', () => {
    const endpoint = 'https://web.push.apple.com/x';
    expect(hosts.mayConnect(endpoint, '17.188.143.34')).toBe(true);
    expect(hosts.mayConnect(endpoint, '10.0.0.1')).toBe(false);
    const own = createPushHosts([...PUSH_HOSTS, 'http://127.0.0.1:8030']);
    expect(own.mayConnect('http://127.0.0.1:8030/push/x', '127.0.0.1')).toBe(true);
    expect(own.mayConnect('http://127.0.0.1:8031/push/x', '127.0.0.1')).toBe(false);
    expect(own.mayConnect(endpoint, '127.0.0.1')).toBe(false);
  });

  it.each(['*', '*.', '10.0.0.1', 'localhost', 'http://x/', 'https://push.example/x', ' push.example'])(
    'cannot be listed as %s',
    text => {
      expect(isPushHost(text)).toBe(false);
    },
  );
});

describe('an address', () => {
  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::a00:1',
    '2001:db8::1',
    '2002:7f00:1::',
    'name',
    '',
  ])('such as %s is not public', address => {
    expect(isPublic(address)).toBe(false);
  });

  it.each(['8.8.8.8', '17.188.143.34', '172.32.0.1', '2600::1', '2a00:1450:4001::200a'])(
    'such as %s is',
    address => {
      expect(isPublic(address)).toBe(true);
    },
  );

  it('mapped into IPv6 is never public', () => {
    fc.assert(
      fc.property(fc.ipV4(), address => {
        expect(isPublic(`::ffff:${address}`)).toBe(false);
      }),
    );
  });
});
