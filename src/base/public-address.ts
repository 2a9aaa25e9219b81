import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

const closed = new BlockList();
const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');

// https://www.iana.org/assignments/iana-ipv4-special-registry, and multicast, and Azure's host (168.63.129.16), which
// is a public address that answers inside a machine.
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  closed.addSubnet(network, prefix, 'ipv4');
}
// https://www.iana.org/assignments/iana-ipv6-special-registry: what lies within global unicast and yet is not public,
// or carries an IPv4 address of anybody's choice (Teredo, 6to4).
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3ffe::', 16],
  ['3fff::', 20],
] as const) {
  closed.addSubnet(network, prefix, 'ipv6');
}

const inside = new BlockList();
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  inside.addSubnet(network, prefix, 'ipv4');
}
inside.addAddress('::1', 'ipv6');
inside.addSubnet('fc00::', 7, 'ipv6');
// Machines' own services at addresses of private networks: they give away the keys of whoever asks.
const metadata = new BlockList();
metadata.addAddress('100.100.100.200', 'ipv4');
metadata.addSubnet('fd00:ec2::', 32, 'ipv6');
metadata.addAddress('fd20:ce::254', 'ipv6');
metadata.addAddress('fd00:42::42', 'ipv6');
metadata.addAddress('fd00:a9fe:a9fe::1', 'ipv6');

/** May the open internet be reached at this address? Anything that is not plainly public is not. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !closed.check(address, 'ipv4');
  // A scoped address (fe80::1%eth0) is never public; IPv4-mapped and NAT64 ones lie outside global unicast.
  if (family !== 6 || address.includes('%')) return false;
  return globalUnicast.check(address, 'ipv6') && !closed.check(address, 'ipv6');
}

/** May a host that the operator allows lie here? On the open internet or in a private network, but nowhere stranger. */
export function isInsideAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 0 || address.includes('%')) return false;
  const name = family === 4 ? 'ipv4' : 'ipv6';
  return (isPublicAddress(address) || inside.check(address, name)) && !metadata.check(address, name);
}

/** The addresses at which this machine is reached. */
export function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((found = []) => found.map(({ address }) => address));
}

/** @param own addresses in any spelling */
export function isOwnAddress(address: string, own: readonly string[]): boolean {
  const list = new BlockList();
  // Scoped ones are not public anyway.
  for (const one of own.filter((text) => !text.includes('%'))) list.addAddress(one, isIP(one) === 4 ? 'ipv4' : 'ipv6');
  return list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}
