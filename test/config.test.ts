import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { loadConfig } from '../src/config.ts';

const KEY_BYTES = Buffer.from(Array.from({ length: 32 }, (_, n) => n * 7));
const KEY = KEY_BYTES.toString('base64url');
const PRODUCTION = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://opinions.example',
  DATABASE_URL: 'postgres://consilium:secret@db.example/consilium',
  MASTER_KEY: KEY,
};

function problemsOf(env: Record<string, string>): string[] {
  try {
    loadConfig(env);
  } catch (error) {
    return (error as Error).message.split('\n- ').slice(1);
  }
  return [];
}

test('needs nothing for a server on this machine', () => {
  expect(loadConfig({})).toEqual({
    production: false,
    host: '127.0.0.1',
    port: 8080,
    publicUrl: 'http://127.0.0.1:8080',
    databaseUrl: undefined,
    poolSize: 16,
    dataDir: resolve('data'),
    masterKey: undefined,
    masterKeyFile: resolve('data/master.key'),
    logLevel: 'info',
    corsOrigins: [],
    trustedProxies: [],
    outboundAllowedHosts: [],
    metricsToken: undefined,
  });
});

test('takes each setting, and variables of others are none of its business', () => {
  const config = loadConfig({
    ...PRODUCTION,
    HOST: '0.0.0.0',
    PORT: '80',
    DATA_DIR: '/srv/data',
    LOG_LEVEL: 'warn',
    POOL_SIZE: '40',
    CORS_ORIGINS: 'https://app.example, http://localhost:5173/',
    TRUSTED_PROXIES: '10.0.0.7, 192.168.1.0/24, 2001:db8::/32',
    OUTBOUND_ALLOWED_HOSTS: 'EHR.hospital.lan, 10.0.0.9:8443,[FD00:0::9]:443,bücher.example,[::1]',
    METRICS_TOKEN: 'metrics-metrics-metrics-metrics-1',
    LANG: 'C',
  });
  expect(config).toEqual({
    production: true,
    host: '0.0.0.0',
    port: 80,
    publicUrl: 'https://opinions.example',
    databaseUrl: PRODUCTION.DATABASE_URL,
    poolSize: 40,
    dataDir: '/srv/data',
    masterKey: KEY_BYTES,
    masterKeyFile: '/srv/data/master.key',
    logLevel: 'warn',
    corsOrigins: ['https://app.example', 'http://localhost:5173'],
    trustedProxies: ['10.0.0.7', '192.168.1.0/24', '2001:db8::/32'],
    metricsToken: 'metrics-metrics-metrics-metrics-1',
    outboundAllowedHosts: ['ehr.hospital.lan', '10.0.0.9:8443', '[fd00::9]:443', 'xn--bcher-kva.example', '[::1]'],
  });
});

test('is frozen', () => {
  expect(Object.isFrozen(loadConfig({}))).toBe(true);
});

test('an empty variable is one that is not set', () => {
  expect(loadConfig({ PORT: '', DATABASE_URL: '', MASTER_KEY: '', PUBLIC_URL: '', LOG_LEVEL: '' })).toEqual(
    loadConfig({}),
  );
});

test.each([
  ['https://opinions.example/', 'https://opinions.example'],
  ['http://localhost:3000', 'http://localhost:3000'],
  ['https://opinions.example:443', 'https://opinions.example'],
])('PUBLIC_URL %s is kept as the origin %s', (given, origin) => {
  expect(loadConfig({ PUBLIC_URL: given }).publicUrl).toBe(origin);
});

test('CORS_ORIGINS may be all of them', () => {
  expect(loadConfig({ CORS_ORIGINS: '*' }).corsOrigins).toEqual(['*']);
});

test('an IPv6 address makes a well-formed public address', () => {
  expect(loadConfig({ HOST: '::1' }).publicUrl).toBe('http://[::1]:8080');
});

describe('refuses', () => {
  test.each([
    ['HOST', 'not a host'],
    ['PORT', '65536'],
    ['PORT', '80.5'],
    ['PORT', 'http'],
    ['PUBLIC_URL', 'opinions.example'],
    ['PUBLIC_URL', 'ftp://opinions.example'],
    ['PUBLIC_URL', 'https://opinions.example/fhir'],
    ['PUBLIC_URL', 'https://opinions.example/?a=b'],
    ['PUBLIC_URL', 'https://me:secret@opinions.example'],
    ['DATABASE_URL', 'mysql://localhost/consilium'],
    ['MASTER_KEY', 'short'],
    ['MASTER_KEY', `${KEY}=`],
    ['MASTER_KEY', 'A'.repeat(43)],
    ['MASTER_KEY', Buffer.from('consilium'.padEnd(32, 'x')).toString('base64url')],
    ['LOG_LEVEL', 'loud'],
    ['NODE_ENV', 'staging'],
    ['EMBEDDED_DATABASE', 'true'],
    ['POOL_SIZE', '1'],
    ['POOL_SIZE', '91'],
    ['CORS_ORIGINS', 'app.example'],
    ['CORS_ORIGINS', 'https://app.example/page'],
    ['CORS_ORIGINS', 'https://app.example,*'],
    ['CORS_ORIGINS', 'null'],
    ['TRUSTED_PROXIES', 'proxy.example'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TRUSTED_PROXIES', '10.0.0.0/8/1'],
    ['TRUSTED_PROXIES', '10.0.0.1 10.0.0.2'],
    ['OUTBOUND_ALLOWED_HOSTS', 'https://ehr.hospital.lan'],
    ['OUTBOUND_ALLOWED_HOSTS', 'ehr.hospital.lan/fhir'],
    ['OUTBOUND_ALLOWED_HOSTS', '*.hospital.lan'],
    ['OUTBOUND_ALLOWED_HOSTS', '*'],
    ['OUTBOUND_ALLOWED_HOSTS', '10.0.0.0/8'],
    ['OUTBOUND_ALLOWED_HOSTS', 'me@ehr.hospital.lan'],
    ['OUTBOUND_ALLOWED_HOSTS', 'ehr.hospital.lan:0'],
    ['OUTBOUND_ALLOWED_HOSTS', 'ehr.hospital.lan:65536'],
    ['OUTBOUND_ALLOWED_HOSTS', 'ehr.hospital.lan:https'],
    ['OUTBOUND_ALLOWED_HOSTS', 'fd00::9'],
    ['OUTBOUND_ALLOWED_HOSTS', '[::1'],
    ['OUTBOUND_ALLOWED_HOSTS', '[::ffff:999.1.1.1]'],
    ['OUTBOUND_ALLOWED_HOSTS', '1.2.3.4.5'],
    ['OUTBOUND_ALLOWED_HOSTS', 'ehr.hospital.lan,,10.0.0.9'],
  ])('%s=%s and says what it must be', (name, value) => {
    const problems = problemsOf({ [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name} must `));
  });

  test('without showing a value, which may be a secret', () => {
    const env = { DATABASE_URL: 's3cret', MASTER_KEY: 's3cret', PUBLIC_URL: 'https://s3cret@opinions.example' };
    expect(problemsOf(env)).toHaveLength(3);
    expect(problemsOf(env).join()).not.toContain('s3cret');
  });

  test('all at once, rules between settings too', () => {
    const problems = problemsOf({ NODE_ENV: 'production', PORT: 'x', LOG_LEVEL: 'x', HOST: '0.0.0.0' });
    expect(problems.map((text) => text.split(' ')[0])).toEqual(['PORT', 'LOG_LEVEL', 'DATABASE_URL', 'PUBLIC_URL']);
  });
});

describe('in production', () => {
  test('the embedded database has to be wanted', () => {
    const { DATABASE_URL: _, ...rest } = PRODUCTION;
    expect(problemsOf(rest)).toEqual([expect.stringMatching(/^DATABASE_URL is needed.*EMBEDDED_DATABASE=yes/)]);
    expect(loadConfig({ ...rest, EMBEDDED_DATABASE: 'yes' }).databaseUrl).toBeUndefined();
  });

  test('it makes its own master key; servers on a database share one', () => {
    const { DATABASE_URL, MASTER_KEY: _, ...rest } = PRODUCTION;
    expect(problemsOf({ ...rest, EMBEDDED_DATABASE: 'yes' })).toEqual([]);
    expect(problemsOf({ ...rest, DATABASE_URL })).toEqual([expect.stringMatching(/^MASTER_KEY is needed/)]);
  });

  test('partners come by https; plain http is for loopback', () => {
    const refused = [expect.stringMatching(/^PUBLIC_URL must be the https address/)];
    expect(problemsOf({ ...PRODUCTION, PUBLIC_URL: 'http://opinions.example' })).toEqual(refused);
    expect(problemsOf({ ...PRODUCTION, PUBLIC_URL: '', HOST: '0.0.0.0' })).toEqual(refused);
    expect(problemsOf({ ...PRODUCTION, PUBLIC_URL: 'http://127.0.0.1.opinions.example' })).toEqual(refused);
    for (const PUBLIC_URL of ['', 'http://localhost:8080', 'http://127.0.0.1:8080', 'http://[::1]:8080']) {
      expect(problemsOf({ ...PRODUCTION, PUBLIC_URL })).toEqual([]);
    }
  });

  test('two databases are one too many', () => {
    expect(problemsOf({ ...PRODUCTION, EMBEDDED_DATABASE: 'yes' })).toEqual([
      expect.stringMatching(/exclude each other/),
    ]);
  });
});
