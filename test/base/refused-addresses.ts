/** Names that only the tests' resolver knows. */
const NAMES: Record<string, string[]> = {
  'loopback.example': ['127.0.0.1'],
  'loopback6.example': ['::1'],
  'private.example': ['10.1.2.3'],
  'metadata.example': ['169.254.169.254'],
  'mapped.example': ['::ffff:127.0.0.1'],
  'mixed.example': ['93.184.215.14', '192.168.1.1'],
  'nothing.example': [],
  localhost: ['127.0.0.1', '::1'],
  'localhost.': ['127.0.0.1'],
};

/** Addresses that are never called, in every spelling that URL parsers take. */
export const REFUSED = [
  // Plain http and other schemes
  'http://93.184.215.14/',
  'http://ehr.example/jwks',
  'ftp://93.184.215.14/',
  'file:///etc/passwd',
  'data:text/plain,x',
  'javascript:alert(1)',
  'not a url',
  '//ehr.example/jwks',
  // User information
  'https://user@93.184.215.14/',
  'https://user:secret@93.184.215.14/',
  // Loopback and this host
  'https://127.0.0.1/',
  'https://127.8.9.10/',
  'https://127.1/',
  'https://2130706433/',
  'https://0x7f000001/',
  'https://0177.0.0.1/',
  'https://127.0.0.1./',
  'https://1２7.0.0.1/',
  'https://0.0.0.0/',
  'https://0/',
  'https://[::1]/',
  'https://[::]/',
  'https://[0:0:0:0:0:0:0:1]/',
  // IPv4 in IPv6
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:7f00:1]/',
  'https://[::ffff:93.184.215.14]/',
  'https://[::127.0.0.1]/',
  'https://[64:ff9b::7f00:1]/',
  'https://[64:ff9b:1::a00:1]/',
  'https://[2002:7f00:1::]/',
  'https://[2001:0:5ef5:79fb::1]/',
  // Private and shared
  'https://10.0.0.1/',
  'https://172.16.0.1/',
  'https://172.31.255.255/',
  'https://192.168.0.1/',
  'https://100.64.0.1/',
  'https://100.100.100.200/',
  'https://[fc00::1]/',
  'https://[fd00:ec2::254]/',
  'https://[fec0::1]/',
  // Link-local, metadata
  'https://169.254.169.254/latest/meta-data/',
  'https://[fe80::1]/',
  'https://168.63.129.16/',
  'https://192.0.0.192/',
  // Documentation, benchmarking, multicast, reserved
  'https://192.0.2.1/',
  'https://198.51.100.1/',
  'https://203.0.113.1/',
  'https://198.18.0.1/',
  'https://192.88.99.1/',
  'https://224.0.0.1/',
  'https://240.0.0.1/',
  'https://255.255.255.255/',
  'https://[ff02::1]/',
  'https://[2001:db8::1]/',
  'https://[3fff::1]/',
  // Names
  'https://localhost/',
  'https://LOCALHOST/',
  'https://localhost./',
  'https://loopback.example/',
  'https://loopback6.example/',
  'https://private.example/',
  'https://metadata.example/',
  'https://mapped.example/',
  'https://mixed.example/',
];

/** A resolver for which every other name lies on a public address. */
export async function resolveInvented(name: string): Promise<string[]> {
  return NAMES[name] ?? ['93.184.215.14'];
}
