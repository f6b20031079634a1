import { expect, it } from 'vitest';
import { listenInfosOf } from './listen.ts';

type Interfaces = Parameters<typeof listenInfosOf>[0]['interfaces'];
const address = (ip: string, internal = false) =>
  ({ address: ip, internal }) as NonNullable<Interfaces[string]>[number];

const MACHINE: Interfaces = {
  lo: [address('127.0.0.1', true), address('::1', true)],
  eth0: [address('192.0.2.7'), address('2001:db8::7'), address('fe80::1')],
};
const where = (options: Partial<Parameters<typeof listenInfosOf>[0]>): string[] =>
  listenInfosOf({
    port: 47_300,
    announcedAddress: undefined,
    withLoopback: false,
    interfaces: MACHINE,
    ...options,
  }).map(({ protocol, ip, port, announcedAddress }) =>
    [protocol, ip, port, announcedAddress].filter(Boolean).join(' '),
  );

it('listens on the address of each interface, UDP before TCP', () => {
  expect(where({})).toEqual([
    'udp 192.0.2.7 47300',
    'udp 2001:db8::7 47300',
    'tcp 192.0.2.7 47300',
    'tcp 2001:db8::7 47300',
  ]);
});

it('listens on loopback for callers on this machine, or where there is nothing else', () => {
  expect(where({ withLoopback: true })).toContain('udp 127.0.0.1 47300');
  expect(where({ interfaces: { lo: MACHINE['lo'] } })).toEqual([
    'udp 127.0.0.1 47300',
    'tcp 127.0.0.1 47300',
  ]);
});

it('announces the address that a NAT has, and listens everywhere behind it', () => {
  const told = where({ announcedAddress: 'hub.example', port: 0 });
  expect(told).toEqual(['udp 0.0.0.0 hub.example', 'tcp 0.0.0.0 hub.example']);
  expect(where({ announcedAddress: '2001:db8::1', port: 0 })[0]).toBe('udp :: 2001:db8::1');
});
