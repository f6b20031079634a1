import { BlockList, isIP } from 'node:net';

/**
 * The push services of the browsers in use, by the hosts of their endpoints.
 * Sources: Chrome and its kin `fcm.googleapis.com`; Apple "Sending web push notifications",
 * `*.push.apple.com`; Mozilla autopush `updates.push.services.mozilla.com`; Microsoft WNS
 * `*.notify.windows.com`.
 */
export const PUSH_HOSTS: readonly string[] = [
  'fcm.googleapis.com',
  '*.push.apple.com',
  '*.push.services.mozilla.com',
  '*.notify.windows.com',
];

const HOST = /^(\*\.)?([a-z0-9-]+\.)+[a-z0-9-]*[a-z][a-z0-9-]*$/;

/**
 * Whether `text` may stand in the list: a host name, `*.` and one (for all below it), or the whole
 * origin of a push service inside the own network (`http://127.0.0.1:8030`), which must be named so.
 */
export function isPushHost(text: string): boolean {
  return HOST.test(text) || isOrigin(text);
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:\/\//.test(text) && new URL(text).origin === text;
}

/** Where a push may go. A subscription comes from a browser, so that its endpoint could be any address. */
export interface PushHosts {
  /** Whether the address is of a push service that we know. Nothing else is ever asked. */
  readonly allows: (endpoint: string) => boolean;
  /**
   * Whether this network address may be connected to for that endpoint: never an inner one, unless
   * the whole origin is in the list.
   */
  readonly mayConnect: (endpoint: string, address: string) => boolean;
}

export function createPushHosts(list: readonly string[]): PushHosts {
  const origins = new Set(list.filter(isOrigin));
  const hosts = list.filter(entry => !isOrigin(entry));
  const allows = (endpoint: string): boolean => {
    const url = new URL(endpoint);
    if (url.username !== '' || url.password !== '') return false;
    if (origins.has(url.origin)) return true;
    const isUsual = url.protocol === 'https:' && url.port === '' && isIP(url.hostname) === 0;
    return isUsual && hosts.some(host => fits(host, url.hostname));
  };
  return {
    allows,
    mayConnect: (endpoint, address) =>
      allows(endpoint) && (origins.has(new URL(endpoint).origin) || isPublic(address)),
  };
}

function fits(host: string, name: string): boolean {
  return host.startsWith('*.') ? name.endsWith(host.slice(1)) : name === host;
}

/** IANA's special-purpose registries (RFC 6890 and its updates), and multicast. */
const INNER = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  INNER.addSubnet(net, prefix, 'ipv4');
}
/** All of global unicast is 2000::/3; what lies outside is inner, mapped or not assigned. */
const OUTER6 = new BlockList();
OUTER6.addSubnet('2000::', 3, 'ipv6');
/** Inside of it: addresses that stand for IPv4 ones (6to4, Teredo), and documentation. */
const INNER6 = new BlockList();
for (const [net, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  INNER6.addSubnet(net, prefix, 'ipv6');
}

/** Whether an address is of the public internet. */
export function isPublic(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !INNER.check(address, 'ipv4');
    case 6:
      return OUTER6.check(address, 'ipv6') && !INNER6.check(address, 'ipv6');
    default:
      return false;
  }
}
