import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Logger } from '../../src/base/index.ts';
import { startHouse } from '../support/house.ts';
import type { Answer, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';
import { countRows } from '../support/rows.ts';
import { waitUntil } from '../support/wait-until.ts';

/**
 * Every kind of bad request: its status, its OperationOutcome with the place, nothing of what was sent in the answer or
 * in the log, nothing changed.
 */
const CANARY = 'Zsófia-Kanári';
/** What would tell of the machinery behind an answer. */
const INNARDS =
  /\bselect\b.*\bfrom\b|insert into|constraint|relation "|syntax error|node_modules|\/src\/|\.ts:\d|\bat \w+ \(|postgres|\bpg_|ECONN|ENOENT|TypeError|undefined|\[object/i;

const log: string[] = [];
const write = (fields: Record<string, unknown>, message: string): void =>
  void log.push(JSON.stringify([message, fields]));
const logger: Logger = { debug: write, info: write, warn: write, error: write };

let house: TestHouse;
let home: Partner;
let reader: Partner;
let patient: string;
let before: Record<string, number>;
beforeAll(async () => {
  house = await startHouse({ logger });
  home = await house.register('home', 'placer');
  reader = await house.register('reader', 'placer', 'system/Patient.rs');
  await house.register('programme', 'programme');
  patient = (
    await home.fetch('POST', '/Patient', { resourceType: 'Patient', identifier: [{ system: 'http://h', value: '1' }] })
  ).body.id;
  await home.fetch('POST', '/Patient', {
    resourceType: 'Patient',
    identifier: [{ system: 'http://h', value: 'twin' }],
  });
  await home.fetch('POST', '/Patient', {
    resourceType: 'Patient',
    identifier: [{ system: 'http://h', value: 'twin' }],
  });
  before = await countRows(house.database);
  expect(Math.min(before['record']!, before['search_text']!)).toBeGreaterThan(0);
});
afterAll(() => house.stop());

const named = { resourceType: 'Patient', name: [{ family: CANARY }] };
const request = {
  resourceType: 'ServiceRequest',
  status: 'active',
  intent: 'order',
  code: {
    coding: [
      { system: 'https://consilium.example/fhir/CodeSystem/second-opinion-service', code: 'multidisciplinary-opinion' },
    ],
    text: CANARY,
  },
  identifier: [{ system: 'http://h/o', value: CANARY }],
  performer: [{ reference: 'Organization/programme' }],
};
const transaction = (...entry: unknown[]): object => ({ resourceType: 'Bundle', type: 'transaction', entry });
const good = {
  fullUrl: 'urn:uuid:00000000-0000-4000-8000-000000000001',
  resource: named,
  request: { method: 'POST', url: 'Patient' },
};
const form = { 'content-type': 'application/x-www-form-urlencoded' };

interface Bad {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly status: number;
  readonly key: string;
  readonly expression?: string;
}

function post(
  path: string,
  body: unknown,
  status: number,
  key: string,
  expression?: string,
  headers?: Record<string, string>,
): Bad {
  return {
    method: 'POST',
    path,
    body,
    status,
    key,
    ...(expression === undefined ? {} : { expression }),
    ...(headers === undefined ? {} : { headers }),
  };
}

function get(path: string, status: number, key: string): Bad {
  return { method: 'GET', path, status, key };
}

const nested = `${'{"extension":['.repeat(40)}"${CANARY}"`;

const BAD: Record<string, Bad> = {
  'malformed JSON': post(
    '/Patient',
    `{"resourceType":"Patient","name":[{"family":"${CANARY}"]}`,
    400,
    'malformed-json',
  ),
  'a name twice': post(
    '/Patient',
    `{"resourceType":"Patient","id":"${CANARY}","id":"${CANARY}"}`,
    400,
    'duplicate-name',
  ),
  __proto__: post('/Patient', `{"resourceType":"Patient","__proto__":{"a":"${CANARY}"}}`, 400, 'forbidden-name'),
  'U+0000': post('/Patient', `{"resourceType":"Patient","name":[{"family":"${CANARY}\\u0000"}]}`, 400, 'nul-character'),
  'half a surrogate pair': post(
    '/Patient',
    `{"resourceType":"Patient","name":[{"family":"${CANARY}\\ud800"}]}`,
    400,
    'lone-surrogate',
  ),
  'latin-1 bytes': post(
    '/Patient',
    Buffer.from(`{"resourceType":"Patient","name":[{"family":"${CANARY}"}]}`, 'latin1'),
    400,
    'invalid-utf8',
  ),
  'deep nesting': post('/Patient', nested, 400, 'too-deep'),
  'a number without bounds': post(
    '/Observation',
    `{"resourceType":"Observation","code":{"text":"${CANARY}"},"valueQuantity":{"value":1e999}}`,
    400,
    'number-too-large',
  ),
  'a list': post('/Patient', [named], 400, 'not-a-resource'),
  'a string': post('/Patient', JSON.stringify(CANARY), 400, 'not-a-resource'),
  null: post('/Patient', 'null', 400, 'not-a-resource'),
  'another type': post('/Observation', named, 400, 'type-mismatch', 'Observation.resourceType'),
  'an unknown element': post('/Patient', { ...named, nick: CANARY }, 422, 'unknown-element', 'Patient.nick'),
  'an element of another shape': post('/Patient', { ...named, name: CANARY }, 422, 'expected-array', 'Patient.name'),
  'a bad date': post('/Patient', { ...named, birthDate: CANARY }, 422, 'invalid-value', 'Patient.birthDate'),
  'a bad code': post('/Patient', { ...named, gender: CANARY }, 422, 'code-not-allowed', 'Patient.gender'),
  'an integer too large': post(
    '/Patient',
    { ...named, telecom: [{ rank: 2147483648 }] },
    422,
    'invalid-value',
    'Patient.telecom[0].rank',
  ),
  'a script in the narrative': post(
    '/Patient',
    {
      ...named,
      text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml"><script>${CANARY}</script></div>` },
    },
    422,
    'invalid-value',
    'Patient.text.div',
  ),
  'no subject': post('/ServiceRequest', request, 422, 'missing-element', 'ServiceRequest.subject'),
  'a case on an unknown patient': post(
    '/ServiceRequest',
    { ...request, subject: { reference: 'Patient/none', display: CANARY } },
    422,
    'case-reference-unknown',
    'ServiceRequest.subject',
  ),
  'a task on an unknown case': post(
    '/Task',
    {
      resourceType: 'Task',
      status: 'requested',
      intent: 'order',
      description: CANARY,
      focus: { reference: 'ServiceRequest/none' },
    },
    422,
    'case-reference-unknown',
    'Task.focus',
  ),
  'a report on an unknown case': post(
    '/DiagnosticReport',
    {
      resourceType: 'DiagnosticReport',
      status: 'final',
      code: { text: CANARY },
      basedOn: [{ reference: 'ServiceRequest/none' }],
    },
    422,
    'case-reference-unknown',
    'DiagnosticReport.basedOn[0]',
  ),
  'another id in the body': {
    method: 'PUT',
    path: '/Patient/x',
    body: { ...named, id: 'y' },
    status: 400,
    key: 'id-mismatch',
    expression: 'Patient.id',
  },
  'a bad If-Match': {
    method: 'PUT',
    path: '/Patient/ID',
    body: { ...named, id: 'ID' },
    headers: { 'if-match': 'W/"one"' },
    status: 400,
    key: 'bad-etag',
    expression: 'If-Match',
  },
  'an old If-Match': {
    method: 'PUT',
    path: '/Patient/ID',
    body: { ...named, id: 'ID' },
    headers: { 'if-match': 'W/"9"' },
    status: 412,
    key: 'version-conflict',
  },
  'a taken id': {
    method: 'PUT',
    path: '/Organization/programme',
    body: { resourceType: 'Organization', id: 'programme', name: CANARY },
    status: 403,
    key: 'not-the-owner',
  },
  'deleting what is not there': { method: 'DELETE', path: '/Patient/none', status: 404, key: 'not-found' },
  'several matches': post('/Patient', named, 412, 'several-matches', 'If-None-Exist', {
    'if-none-exist': 'identifier=http://h|twin',
  }),
  'an unknown condition': post('/Patient', named, 400, 'unknown-parameter', 'If-None-Exist', {
    'if-none-exist': `nonsense=Kan%C3%A1ri`,
  }),
  'no condition': post('/Patient', named, 400, 'criteria-empty', 'If-None-Exist', { 'if-none-exist': '' }),
  'a scope that is missing': {
    method: 'POST',
    path: '/Patient',
    body: named,
    status: 403,
    key: 'scope-missing',
    headers: { as: 'reader' },
  },
  'a Bundle for another address': post('', named, 400, 'not-a-bundle'),
  'a Bundle of another kind': post(
    '',
    { resourceType: 'Bundle', type: 'document', entry: [good] },
    400,
    'bundle-type',
    'Bundle.type',
  ),
  'an entry without a request': post(
    '',
    transaction(good, { resource: named }),
    400,
    'entry-request',
    'Bundle.entry[1].request',
  ),
  'an entry by another method': post(
    '',
    transaction(good, { request: { method: 'BREW', url: CANARY } }),
    400,
    'entry-method',
    'Bundle.entry[1].request.method',
  ),
  'an entry of another address': post(
    '',
    transaction(good, { request: { method: 'PUT', url: `Patient/${CANARY}/x` } }),
    400,
    'entry-url',
    'Bundle.entry[1].request.url',
  ),
  'an entry of an unknown type': post(
    '',
    transaction(good, { resource: { resourceType: CANARY }, request: { method: 'POST', url: CANARY } }),
    404,
    'unknown-type',
  ),
  'an entry with an unknown element': post(
    '',
    transaction(good, { ...good, fullUrl: 'urn:uuid:2', resource: { ...named, nick: CANARY } }),
    422,
    'unknown-element',
    'Bundle.entry[1].resource.nick',
  ),
  'an entry that does not match': post(
    '',
    transaction(good, {
      ...good,
      fullUrl: 'urn:uuid:2',
      resource: {
        resourceType: 'Observation',
        status: 'final',
        code: { text: CANARY },
        subject: { reference: `Patient?identifier=${encodeURIComponent(CANARY)}` },
      },
      request: { method: 'POST', url: 'Observation' },
    }),
    412,
    'reference-without-match',
    'Bundle.entry[1].resource.subject.reference',
  ),
  'an old version in an entry': post(
    '',
    transaction(good, {
      resource: { ...named, id: 'ID' },
      request: { method: 'PUT', url: 'Patient/ID', ifMatch: 'W/"7"' },
    }),
    412,
    'version-conflict',
  ),
  'a deletion in an entry that fails': post(
    '',
    transaction(good, { request: { method: 'DELETE', url: 'Patient/none' } }),
    404,
    'not-found',
  ),
  'one record twice': post(
    '',
    transaction(
      { resource: { ...named, id: 'a' }, request: { method: 'PUT', url: 'Patient/a' } },
      { resource: { ...named, id: 'a' }, request: { method: 'PUT', url: 'Patient/a' } },
    ),
    400,
    'written-twice',
  ),
  'one fullUrl twice': post('', transaction(good, good), 400, 'full-url-twice', 'Bundle.entry[1].fullUrl'),
  'too many entries': post(
    '',
    transaction(...Array.from({ length: 5001 }, () => ({}))),
    413,
    'too-many-entries',
    'Bundle.entry',
  ),
  'a read of nothing': get('/Patient/none', 404, 'not-found'),
  'a version of nothing': get('/Patient/none/_history/1', 404, 'not-found'),
  'a history of nothing': get('/Patient/none/_history', 404, 'not-found'),
  'a history page that is none': get('/Patient/ID/_history?_count=x', 400, 'bad-parameter'),
  'a search with NUL': get(`/Patient?name=${encodeURIComponent(CANARY)}%00`, 400, 'bad-character'),
  'a name with NUL': { ...get('/Patient?na%00me=x', 400, 'unknown-parameter'), headers: { prefer: 'handling=strict' } },
  'a bad date in a search': get(`/Patient?birthdate=${encodeURIComponent(CANARY)}`, 400, 'bad-date'),
  'a bad page': get(`/Patient?_count=${encodeURIComponent(CANARY)}`, 400, 'bad-count'),
  'a bad cursor': get(`/Patient?_cursor=${encodeURIComponent(CANARY)}`, 400, 'bad-cursor'),
  'SQL in a search': get(`/Patient?birthdate=${encodeURIComponent("1' or '1'='1")}`, 400, 'bad-date'),
  'an unknown parameter, strictly': {
    ...get(`/Patient?nonsense=${encodeURIComponent(CANARY)}`, 400, 'unknown-parameter'),
    headers: { prefer: 'handling=strict' },
  },
  'fifty conditions and one': get(
    `/Patient?${Array.from({ length: 51 }, () => 'gender:not=male').join('&')}`,
    400,
    'too-many-parameters',
  ),
  'a form of three thousand conditions': post(
    '/Patient/_search',
    Array.from({ length: 3000 }, () => 'gender:not=male').join('&'),
    400,
    'too-many-parameters',
    undefined,
    form,
  ),
  'a form of 40,000 values': post(
    '/Patient/_search',
    `gender=${'a,'.repeat(40_000)}`,
    400,
    'too-many-values',
    undefined,
    form,
  ),
  'a Content-Type of blanks': post('/Patient', named, 415, 'media-type', undefined, {
    'content-type': `application/json;${' '.repeat(14_000)}x`,
  }),
  'a bad form': post('/Patient/_search', `birthdate=${encodeURIComponent(CANARY)}`, 400, 'bad-date', undefined, form),
};

test.each(Object.entries(BAD))('%s', async (_what, bad) => {
  const { as, ...headers } = bad.headers ?? {};
  const answer = await (as === 'reader' ? reader : home).fetch(
    bad.method,
    withId(bad.path),
    withIds(bad.body),
    headers,
  );
  expectOutcome(answer, bad.status, bad.key, bad.expression);
  expectDiscreet(answer);
  expect(await countRows(house.database)).toEqual(before);
});

function withId(text: string): string {
  return text.replaceAll('ID', patient);
}

function withIds(body: unknown): unknown {
  return typeof body === 'object' && body !== null && !Buffer.isBuffer(body)
    ? (JSON.parse(withId(JSON.stringify(body))) as unknown)
    : body;
}

/** The sent values, and the server's own machinery, stay out of it. */
function expectDiscreet(answer: Answer): void {
  const shown = answer.text + JSON.stringify([...answer.headers]);
  expect(shown).not.toMatch(/Kan(á|%C3%A1|\\u00e1)ri|Zs(ó|%C3%B3)fia/i);
  expect(answer.text).not.toMatch(INNARDS);
}

test('nothing of all that is in the log', () => {
  expect(log.filter((line) => line.includes('"request"')).length).toBeGreaterThan(Object.keys(BAD).length);
  expect(log.join('\n')).not.toMatch(/Kan(á|%C3%A1|\\u00e1)ri|Zs(ó|%C3%B3)fia|Bearer|eyJ/i);
});

test('none of it was unexpected to the server', () => {
  expect(log.filter((line) => line.includes('unexpectedly'))).toEqual([]);
});

test('and it serves on', async () => {
  expect((await home.fetch('GET', `/Patient/${patient}`)).status).toBe(200);
});

test('the log says what the authorization server answered, too', async () => {
  const refused = await fetch(`${house.url}/auth/token`, { method: 'POST', body: new URLSearchParams({ a: 'b' }) });
  expect(refused.status).toBe(401);
  await refused.text();
  const statuses = (): unknown[] =>
    log
      .map((line) => JSON.parse(line)[1])
      .filter(({ route }) => route === '/auth/{path*}')
      .map(({ method, status }) => `${method} ${status}`);
  // Each is logged once its answer is out, which may be a moment later.
  await waitUntil(() => statuses().includes('post 401'));
  expect(new Set(statuses())).toEqual(new Set(['post 200', 'post 401']));
});
