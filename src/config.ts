/** The only reader of the environment. Says what is set, makes nothing: keys and folders are the application's. */
import { isIP, isIPv6 } from 'node:net';
import { join, resolve } from 'node:path';
import Joi from 'joi';

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Everything that the environment decides; read once, frozen. */
export interface Config {
  readonly production: boolean;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Origin that partners reach this server at, e.g. `https://opinions.example`. */
  readonly publicUrl: string;
  /** Undefined: the embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl: string | undefined;
  /** Connections to the database at most. */
  readonly poolSize: number;
  /** Absolute folder of all that is kept outside the database. */
  readonly dataDir: string;
  /** 32 bytes that wrap the keys in the database; undefined: they are in `masterKeyFile`, or still to be made. */
  readonly masterKey: Uint8Array | undefined;
  readonly masterKeyFile: string;
  readonly logLevel: LogLevel;
  /** Origins whose pages may call from a browser; `*`: all. */
  readonly corsOrigins: readonly string[];
  /** Addresses and networks of the proxies in front, whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  /** Hosts (`name` or `name:port`) that are also called by plain http and at private addresses. */
  readonly outboundAllowedHosts: readonly string[];
  /** Who sends it may read /metrics; undefined: nobody may. */
  readonly metricsToken: string | undefined;
}

interface Settings {
  HOST: string;
  PORT: number;
  PUBLIC_URL?: string;
  DATABASE_URL?: string;
  DATA_DIR: string;
  MASTER_KEY?: string;
  LOG_LEVEL: LogLevel;
  NODE_ENV: 'production' | 'development' | 'test';
  EMBEDDED_DATABASE: 'yes' | 'no';
  POOL_SIZE: number;
  CORS_ORIGINS: readonly string[];
  TRUSTED_PROXIES: readonly string[];
  OUTBOUND_ALLOWED_HOSTS: readonly string[];
  METRICS_TOKEN?: string;
}

const HOW_TO_MAKE_A_KEY = `node -e "console.log(crypto.randomBytes(32).toString('base64url'))"`;

/** What each variable has to be; shown instead of its value, which may be a secret. */
const EXPECTED: Readonly<Record<keyof Settings, string>> = {
  HOST: 'must be the address or name to listen on, for example 127.0.0.1, or 0.0.0.0 for all.',
  PORT: 'must be a whole number from 0 to 65535, for example 8080.',
  PUBLIC_URL: 'must be an http or https address without path, query or user, for example https://opinions.example.',
  DATABASE_URL: 'must look like postgres://user:password@host:5432/database.',
  DATA_DIR: 'must be the path of a folder, for example ./data.',
  MASTER_KEY: `must be 32 random bytes in base64url (43 characters). Make one with: ${HOW_TO_MAKE_A_KEY}`,
  LOG_LEVEL: `must be one of ${LOG_LEVELS.join(', ')}.`,
  NODE_ENV: 'must be one of production, development, test.',
  EMBEDDED_DATABASE: 'must be yes or no.',
  POOL_SIZE: 'must be a whole number from 2 to 90, for example 16.',
  CORS_ORIGINS:
    'must be origins with commas between, for example https://app.example,https://viewer.example, or * for all.',
  TRUSTED_PROXIES: 'must be addresses or networks with commas between, for example 10.0.0.7,192.168.1.0/24.',
  OUTBOUND_ALLOWED_HOSTS:
    'must be hosts in private networks that are called all the same, with commas between and without scheme or path, ' +
    'for example ehr.hospital.lan,10.0.0.9:8443.',
  METRICS_TOKEN: `must be 32 to 200 letters, digits, hyphens and underscores. Make one with: ${HOW_TO_MAKE_A_KEY}`,
};

const text = () => Joi.string().trim().empty('');
const yesOrNo = () => text().valid('yes', 'no').default('no');

const SCHEMA = Joi.object<Settings>({
  HOST: text().hostname().default('127.0.0.1'),
  PORT: Joi.number().empty('').integer().min(0).max(65_535).default(8080),
  PUBLIC_URL: text().custom(toOrigin),
  DATABASE_URL: text().uri({ scheme: ['postgres', 'postgresql'] }),
  DATA_DIR: text().default('./data'),
  MASTER_KEY: text()
    .pattern(/^[\w-]{43}$/)
    .custom(refuseTyped),
  LOG_LEVEL: text()
    .valid(...LOG_LEVELS)
    .default('info'),
  NODE_ENV: text().valid('production', 'development', 'test').default('development'),
  EMBEDDED_DATABASE: yesOrNo(),
  POOL_SIZE: Joi.number().empty('').integer().min(2).max(90).default(16),
  CORS_ORIGINS: text().custom(toOrigins).default([]),
  TRUSTED_PROXIES: text().custom(toNetworks).default([]),
  OUTBOUND_ALLOWED_HOSTS: text().custom(toHosts).default([]),
  METRICS_TOKEN: text().pattern(/^[\w-]{32,200}$/),
});

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Reads the settings. Throws one Error whose text lists all that is wrong and how to mend it, without any value. */
export function loadConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const { error } = SCHEMA.validate(env, { abortEarly: false, allowUnknown: true });
  const wrong = new Set(error?.details.map(({ path }) => String(path[0]) as keyof Settings));
  const problems = [...wrong].map((name) => `${name} ${EXPECTED[name]}`);
  // The rules between settings are checked on those that are right in themselves, so that all is told at once.
  const settings = readRight(env, wrong);
  problems.push(...checkTogether(settings, wrong));
  if (problems.length > 0) throw new Error(`The configuration cannot be used:\n- ${problems.join('\n- ')}`);
  return toConfig(settings);
}

/**
 * Where the command line was called: npm runs scripts in the package's folder, and paths on a command line mean the
 * folder that they were typed in.
 */
export function callersFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return (
    (['consilium', 'demo'].includes(env['npm_lifecycle_event'] ?? '') ? env['INIT_CWD'] : undefined) ?? process.cwd()
  );
}

/** Whether npm runs this process as the script that keeps a server up; a shell of npm's is its parent then. */
export function isNpmScript(env: Readonly<Record<string, string | undefined>> = process.env): boolean {
  return ['start', 'consilium', 'demo'].includes(env['npm_lifecycle_event'] ?? '');
}

function readRight(env: Readonly<Record<string, string | undefined>>, wrong: ReadonlySet<string>): Settings {
  const right = Object.fromEntries(Object.entries(env).filter(([name]) => !wrong.has(name)));
  return SCHEMA.validate(right, { stripUnknown: true }).value as Settings;
}

function checkTogether(settings: Settings, wrong: ReadonlySet<keyof Settings>): string[] {
  const { NODE_ENV, DATABASE_URL, EMBEDDED_DATABASE } = settings;
  const isSet = (name: 'DATABASE_URL' | 'MASTER_KEY') => settings[name] !== undefined || wrong.has(name);
  const problems: string[] = [];
  if (DATABASE_URL !== undefined && EMBEDDED_DATABASE === 'yes') {
    problems.push('DATABASE_URL and EMBEDDED_DATABASE=yes exclude each other: remove one of them.');
  }
  if (NODE_ENV !== 'production') return problems;
  if (!isSet('DATABASE_URL') && EMBEDDED_DATABASE === 'no') {
    problems.push(
      'DATABASE_URL is needed in production. For a small server, the PostgreSQL that comes along will do: ' +
        'set EMBEDDED_DATABASE=yes and back up DATA_DIR.',
    );
  }
  if (DATABASE_URL !== undefined && !isSet('MASTER_KEY')) {
    problems.push(
      'MASTER_KEY is needed in production with DATABASE_URL, the same one for all servers on that database. ' +
        `Make one with: ${HOW_TO_MAKE_A_KEY}`,
    );
  }
  const { protocol, hostname } = new URL(publicUrlOf(settings));
  if (!wrong.has('PUBLIC_URL') && protocol !== 'https:' && !LOOPBACK.test(hostname)) {
    problems.push(
      'PUBLIC_URL must be the https address that partners use: in production plain http is for loopback only.',
    );
  }
  return problems;
}

function toConfig(settings: Settings): Config {
  const dataDir = resolve(settings.DATA_DIR);
  return Object.freeze({
    production: settings.NODE_ENV === 'production',
    host: settings.HOST,
    port: settings.PORT,
    publicUrl: publicUrlOf(settings),
    databaseUrl: settings.DATABASE_URL,
    poolSize: settings.POOL_SIZE,
    dataDir,
    masterKey: settings.MASTER_KEY === undefined ? undefined : Buffer.from(settings.MASTER_KEY, 'base64url'),
    masterKeyFile: join(dataDir, 'master.key'),
    logLevel: settings.LOG_LEVEL,
    corsOrigins: settings.CORS_ORIGINS,
    trustedProxies: settings.TRUSTED_PROXIES,
    outboundAllowedHosts: settings.OUTBOUND_ALLOWED_HOSTS,
    metricsToken: settings.METRICS_TOKEN,
  });
}

function publicUrlOf({ PUBLIC_URL, HOST, PORT }: Settings): string {
  return PUBLIC_URL ?? `http://${isIPv6(HOST) ? `[${HOST}]` : HOST}:${PORT}`;
}

/** 32 random bytes hold about 30 different ones; fewer than 16 means that somebody typed them. */
function refuseTyped(value: string): string {
  if (new Set(Buffer.from(value, 'base64url')).size < 16) throw new Error('not random');
  return value;
}

function toOrigins(value: string): string[] {
  return value === '*' ? [value] : value.split(',').map((origin) => toOrigin(origin.trim()));
}

function toOrigin(value: string): string {
  const url = new URL(value);
  const bare = url.pathname === '/' && !url.search && !url.hash && !url.username && !url.password;
  if (!bare || !/^https?:$/.test(url.protocol)) throw new Error('not an origin');
  return url.origin;
}

function toNetworks(value: string): string[] {
  return value.split(',').map((part) => {
    const [address = '', bits, ...rest] = part.trim().split('/');
    const width = isIP(address) === 6 ? 128 : 32;
    const fits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= width);
    if (isIP(address) === 0 || !fits || rest.length > 0) throw new Error('not a network');
    return part.trim();
  });
}

/** As URLs spell them: what is called is compared with these letter by letter. */
function toHosts(value: string): string[] {
  return value.split(',').map((part) => {
    const [, host, port] = /^(\[[\da-f:.]+\]|[^\s:/\\?#@*%[\]]+)(?::([1-9]\d{0,4}))?$/i.exec(part.trim()) ?? [];
    if (host === undefined || Number(port ?? 0) > 65_535) throw new Error('not a host');
    const { hostname } = new URL(`https://${host}`);
    return port === undefined ? hostname : `${hostname}:${port}`;
  });
}
