/**
 * The floor: a bare hapi + pg server that does the least that each interaction could do, with prepared statements on
 * plain tables in the same PostgreSQL. No tokens (but where these are the work), no access, no validation, no audit, no outbox. What Consilium does on
 * top of it is what its ratio to the floor measures. Run by the bench as a process of its own; tells its port by IPC.
 */
import { createPublicKey, generateKeyPairSync, randomUUID, sign, verify } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { server as createHapi } from '@hapi/hapi';
import type { Request, ResponseToolkit } from '@hapi/hapi';
import { Pool } from 'pg';
import { INSERT, insertValues, paramOf, paramsOf, textOf, toRow, valuesOf } from './floor-tables.ts';
import type { Json } from './records.ts';

const FHIR_JSON = 'application/fhir+json; charset=utf-8';

const [databaseUrl, poolSize, publicJwks = ''] = process.argv.slice(2);
const pool = new Pool({ connectionString: databaseUrl, max: Number(poolSize), options: '-c jit=off' });

async function run<R extends Record<string, unknown>>(name: string, text: string, values: unknown[]): Promise<R[]> {
  return (await pool.query<R>({ name, text, values })).rows;
}

const READ = 'select body from floor.current where ref = $1';

async function read(request: Request, h: ResponseToolkit) {
  const { type, id } = request.params as { type: string; id: string };
  const [row] = await run<{ body: string }>('read', READ, [`${type}/${id}`]);
  return row === undefined ? h.response().code(404) : h.response(row.body).type(FHIR_JSON);
}

// Written so that the second key and the text are probed for one by one: left alone, the planner merges whole ranges of
// the index, which costs ten times as much.
const SEARCH = `
  select c.body
  from (select target from floor.index_row where param = ${paramOf('ServiceRequest', 'subject')} and value = $1 offset 0) a
  cross join lateral (
    select from floor.index_row b
    where b.param = ${paramOf('ServiceRequest', 'status')} and b.value = $2 and b.target = a.target offset 0
  ) b
  cross join lateral (select body from floor.current where ref = a.target offset 0) c
  limit 10`;

async function search(request: Request, h: ResponseToolkit) {
  const { subject, status } = request.query as { subject: string; status: string };
  const rows = await run<{ body: string }>('search', SEARCH, [subject, status]);
  return h.response(`[${rows.map(({ body }) => body).join(',')}]`).type(FHIR_JSON);
}

const DOCUMENTS = `
  (select c.body from (select at, target from floor.document where patient = $1 order by at desc, target limit 10) d
    join floor.current c on c.ref = d.target order by d.at desc, d.target)
  union all select body from floor.current where ref = $1`;

async function searchDocuments(request: Request, h: ResponseToolkit) {
  const { patient } = request.query as { patient: string };
  const rows = await run<{ body: string }>('documents', DOCUMENTS, [patient]);
  return h.response(`[${rows.map(({ body }) => body).join(',')}]`).type(FHIR_JSON);
}

async function create(request: Request, h: ResponseToolkit) {
  const row = toRow(request.payload as Json);
  await run('insert', INSERT, insertValues([row]));
  return h.response(row.body).code(201).type(FHIR_JSON);
}

const UPDATE = `
  with changed as (
    update floor.current set version = version + 1, body = $2 || (version + 1)::text || $3
    where ref = $1 and ($4::int8 is null or version = $4) returning ref, version, body
  ), history as (
    insert into floor.history (ref, version, body) select ref, version, body from changed
  ), stale as (
    delete from floor.index_row i using changed
    where i.target = changed.ref and (i.param, i.value) not in (select * from unnest($5::int4[], $6::text[]))
  ), fresh as (
    insert into floor.index_row (param, value, target)
    select v.param, v.value, changed.ref from changed cross join unnest($5::int4[], $6::text[]) as v(param, value)
    on conflict do nothing
  )
  select body from changed`;

async function update(request: Request, h: ResponseToolkit) {
  const { type, id } = request.params as { type: string; id: string };
  const resource = request.payload as Json;
  const { head, tail } = textOf(resource, id);
  const ifMatch = /^W\/"(\d+)"$/.exec((request.headers['if-match'] as string | undefined) ?? '')?.[1] ?? null;
  const values = [`${type}/${id}`, head, tail, ifMatch, paramsOf(type), valuesOf(resource)];
  const [written] = await run<{ body: string }>('update', UPDATE, values);
  return written === undefined ? h.response().code(409) : h.response(written.body).type(FHIR_JSON);
}

/** The create's statement for each of the ten, in one transaction. */
async function writeCase(request: Request, h: ResponseToolkit) {
  const { entry } = request.payload as { entry: readonly { resource: Json }[] };
  const rows = entry.map(({ resource }) => toRow(resource));
  const client = await pool.connect();
  try {
    await client.query('begin');
    for (const row of rows) await client.query({ name: 'insert', text: INSERT, values: insertValues([row]) });
    await client.query('commit');
  } finally {
    client.release();
  }
  return h.response(JSON.stringify(rows.map(({ ref }) => ref))).type(FHIR_JSON);
}

const jwks = JSON.parse(publicJwks) as Record<'assertions' | 'tokens', JsonWebKey>;
const assertionKey = createPublicKey({ key: jwks.assertions, format: 'jwk' });
const tokenKey = createPublicKey({ key: jwks.tokens, format: 'jwk' });
const { privateKey: signingKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });

/** Claims of a JWT whose ES384 signature is good. */
function readJwt(token: string, key: KeyObject): Json {
  const [head = '', claims = '', signature = ''] = token.split('.');
  const options = { key, dsaEncoding: 'ieee-p1363' } as const;
  if (!verify('sha384', Buffer.from(`${head}.${claims}`), options, Buffer.from(signature, 'base64url'))) {
    throw new Error('The signature is not good.');
  }
  return JSON.parse(Buffer.from(claims, 'base64url').toString()) as Json;
}

const SPEND = 'insert into floor.spent (jti) values ($1)';

async function giveToken(request: Request, h: ResponseToolkit) {
  const { client_assertion: assertion, scope } = request.payload as Record<string, string>;
  const { sub, jti } = readJwt(assertion ?? '', assertionKey);
  await run('spend', SPEND, [jti]);
  const iat = Math.floor(Date.now() / 1000);
  const parts = [
    { typ: 'at+jwt', alg: 'ES384' },
    { sub, scope, iat, exp: iat + 300, jti: randomUUID() },
  ];
  const input = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const signature = sign('sha384', Buffer.from(input), { key: signingKey, dsaEncoding: 'ieee-p1363' });
  const access_token = `${input}.${signature.toString('base64url')}`;
  return h.response({ access_token, token_type: 'Bearer', expires_in: 300, scope });
}

async function readVerified(request: Request, h: ResponseToolkit) {
  readJwt(String(request.headers['authorization']).slice('Bearer '.length), tokenKey);
  return await read(request, h);
}

const server = createHapi({ host: '127.0.0.1', port: 0, routes: { payload: { maxBytes: 32 * 1024 * 1024 } } });
server.route([
  { method: 'GET', path: '/search', handler: search },
  { method: 'GET', path: '/documents', handler: searchDocuments },
  { method: 'POST', path: '/case', handler: writeCase },
  { method: 'POST', path: '/token', handler: giveToken },
  { method: 'GET', path: '/verified/{type}/{id}', handler: readVerified },
  { method: 'GET', path: '/{type}/{id}', handler: read },
  { method: 'POST', path: '/{type}', handler: create },
  { method: 'PUT', path: '/{type}/{id}', handler: update },
]);
await server.start();
process.send?.(server.info.port);
process.once('disconnect', () => process.exit(0));
process.once('SIGTERM', () => process.exit(0));
