import { BlockList, isIP } from 'node:net';
import type { Request } from '@hapi/hapi';
import { isPublicAddress } from '../base/index.ts';
import { headerOf } from './request.ts';

/** Tells who sends a request, as an address; undefined where that is a proxy that nobody named. */
export type PeerOf = (request: Request) => string | undefined;

/**
 * Makes the function that tells it: what a trusted proxy says in X-Forwarded-For is believed, up to the first address that
 * is no trusted proxy's; what others say there is not. `trusted`: addresses and networks (`10.0.0.0/8`).
 */
export function createPeerReader(trusted: readonly string[]): PeerOf {
  const proxies = new BlockList();
  for (const text of trusted) {
    const [address = '', bits] = text.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) proxies.addAddress(address, family);
    else proxies.addSubnet(address, Number(bits), family);
  }
  const isProxy = (address: string): boolean => proxies.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

  return (request) => {
    const peer = bare(request.info.remoteAddress);
    if (!isProxy(peer)) return isPublicAddress(peer) ? peer : undefined;
    const said = (headerOf(request, 'x-forwarded-for') ?? '').split(',').map((part) => bare(part.trim()));
    const sender = said.findLast((address) => isIP(address) === 0 || !isProxy(address));
    return sender === undefined || isIP(sender) === 0 ? undefined : sender;
  };
}

/** IPv4 as itself, though it came in over IPv6. */
function bare(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}
