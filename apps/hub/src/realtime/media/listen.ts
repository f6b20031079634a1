import { isIPv6 } from 'node:net';
import { type networkInterfaces } from 'node:os';
import { type types } from 'mediasoup';

/**
 * Where one worker listens: UDP first, then TCP for networks that let no UDP through.
 *
 * Without an announced address that is the address of each interface. Loopback is among them only for
 * a hub that itself listens there, or where there is nothing else: another machine would look for it on
 * itself.
 */
export function listenInfosOf(options: {
  /** 0 takes any free ones. */
  readonly port: number;
  /** The address or host name by which browsers reach this machine, where a NAT stands before it. */
  readonly announcedAddress: string | undefined;
  readonly withLoopback: boolean;
  readonly interfaces: ReturnType<typeof networkInterfaces>;
}): types.TransportListenInfo[] {
  const { port, announcedAddress } = options;
  const places: Pick<types.TransportListenInfo, 'ip' | 'announcedAddress'>[] =
    announcedAddress === undefined
      ? addressesOf(options).map(ip => ({ ip }))
      : [{ ip: isIPv6(announcedAddress) ? '::' : '0.0.0.0', announcedAddress }];
  return (['udp', 'tcp'] as const).flatMap(protocol => places.map(place => ({ protocol, ...place, port })));
}

function addressesOf({
  withLoopback,
  interfaces,
}: Pick<Parameters<typeof listenInfosOf>[0], 'withLoopback' | 'interfaces'>): string[] {
  const all = Object.values(interfaces).flatMap(addresses => addresses ?? []);
  const outer = all
    // A link-local address means nothing without the name of an interface.
    .filter(({ internal, address }) => !internal && !address.toLowerCase().startsWith('fe80:'))
    .map(({ address }) => address);
  return withLoopback || outer.length === 0 ? [...outer, '127.0.0.1'] : outer;
}
