import { expect, test } from '@jest/globals';
import type { Request } from '@hapi/hapi';
import { createPeerReader } from '../../src/http/peer.ts';

const peerOf = createPeerReader(['10.0.0.0/8', '203.0.113.9', '2001:db8:aa::/48']);

test.each([
  ['a public address', '93.184.215.14', undefined, '93.184.215.14'],
  ['the same over IPv6', '::ffff:93.184.215.14', undefined, '93.184.215.14'],
  ['a proxy that nobody named', '192.168.0.1', '93.184.215.14', undefined],
  ['a public sender, who says to be somebody else', '93.184.215.14', '1.2.3.4', '93.184.215.14'],
  ['a trusted proxy', '10.1.2.3', '93.184.215.14', '93.184.215.14'],
  ['one over IPv6', '2001:db8:aa::1', '2001:db8:bb::7', '2001:db8:bb::7'],
  ['two of them', '203.0.113.9', '93.184.215.14, 10.9.9.9', '93.184.215.14'],
  ['one that passes on what its sender made up', '10.1.2.3', '1.2.3.4, 93.184.215.14', '93.184.215.14'],
  ['one that says nothing', '10.1.2.3', undefined, undefined],
  ['one that says nonsense', '10.1.2.3', '93.184.215.14, unknown', undefined],
  ['none but proxies', '10.1.2.3', '10.0.0.2, 10.0.0.1', undefined],
])('%s', (_what, remoteAddress, forwarded, expected) => {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  expect(peerOf({ info: { remoteAddress }, headers } as unknown as Request)).toBe(expected);
});
