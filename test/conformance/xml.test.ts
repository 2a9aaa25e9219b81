import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { createXmlCodec } from '../../src/fhir/index.ts';
import { definitions } from '../definitions/r4.ts';
import { startHouse } from '../support/house.ts';
import type { Answer, Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';
import { exchange } from '../support/raw-http.ts';

/** http://hl7.org/fhir/R4/xml.html over HTTP: every interaction, and every refusal */

const codec = createXmlCodec(definitions);
const SEND = { 'content-type': 'application/fhir+xml' };
const ASK = { accept: 'application/fhir+xml' };
const BOTH = { ...SEND, ...ASK };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const NS = 'xmlns="http://hl7.org/fhir"';

let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
});
afterAll(() => house.stop());

/** The resource in an answer, which has to be XML. */
function read(answer: Pick<Answer, 'headers' | 'text'>): Json {
  expect(answer.headers.get('content-type')).toBe('application/fhir+xml; charset=utf-8');
  expect(answer.headers.get('vary')).toMatch(/\baccept\b/);
  return codec.parse(Buffer.from(answer.text));
}

/** The same of an OperationOutcome in XML as of one in JSON. */
function expectXmlOutcome(answer: Pick<Answer, 'status' | 'headers' | 'text'>, status: number, key: string): void {
  const body = read(answer);
  const headers = new Headers({ 'content-type': 'application/fhir+json; charset=utf-8' });
  expectOutcome({ status: answer.status, headers, body }, status, key);
}

function patientXml(id: string, family: string): string {
  return `<Patient ${NS}><id value="${id}"/><name><family value="${family}"/></name></Patient>`;
}

describe('a record', () => {
  test('is created, read, changed and deleted in XML', async () => {
    const text = `<?xml version="1.0" encoding="UTF-8"?>
<Patient ${NS}>
  <!-- an invented person -->
  <text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml"><p>Ana &amp; <b>co</b></p></div></text>
  <active value="true"/>
  <name><family value="Nguyễn &quot;A&quot; &lt;b&gt;"/></name>
</Patient>`;
    const made = await home.fetch('POST', '/Patient', text, BOTH);
    expect([made.status, made.headers.get('etag')]).toEqual([201, 'W/"1"']);
    const created = read(made);
    expect(created).toMatchObject({
      resourceType: 'Patient',
      meta: { versionId: '1' },
      text: { div: '<div xmlns="http://www.w3.org/1999/xhtml"><p>Ana &amp; <b>co</b></p></div>' },
      active: true,
      name: [{ family: 'Nguyễn "A" <b>' }],
    });
    expect(made.headers.get('location')).toBe(`${house.url}/fhir/Patient/${created.id}/_history/1`);
    const path = `/Patient/${created.id}`;

    const got = await home.fetch('GET', path, undefined, ASK);
    expect([got.status, got.headers.get('etag'), read(got)]).toEqual([200, 'W/"1"', created]);
    expect((await home.fetch('GET', path)).body).toEqual(created);
    expect((await home.fetch('HEAD', path, undefined, ASK)).headers.get('content-type')).toMatch(/xml/);
    const had = await home.fetch('GET', path, undefined, { ...ASK, 'if-none-match': 'W/"1"' });
    expect([had.status, had.text, had.headers.get('vary')]).toEqual([304, '', expect.stringContaining('accept')]);

    const put = await home.fetch('PUT', path, patientXml(created.id, 'Other'), { ...BOTH, 'if-match': 'W/"1"' });
    expect([put.status, read(put).name]).toEqual([200, [{ family: 'Other' }]]);
    expect(read(await home.fetch('GET', `${path}/_history/1?_format=xml`))).toEqual(created);

    const gone = await home.fetch('DELETE', path, undefined, ASK);
    expect([gone.status, gone.text]).toEqual([204, '']);
    expectXmlOutcome(await home.fetch('GET', path, undefined, ASK), 410, 'deleted');

    const history = read(await home.fetch('GET', `${path}/_history`, undefined, ASK));
    expect(history).toMatchObject({ resourceType: 'Bundle', type: 'history' });
    expect(history.entry.map(({ request }: Json) => request.method)).toEqual(['DELETE', 'PUT', 'POST']);
    expect(history.entry[2].resource).toEqual(created);
  });

  test('is the same from JSON by XML to JSON', async () => {
    const sent = `{"resourceType":"Observation","id":"digits","meta":{"tag":[{"code":"a"}]},
      "contained":[{"resourceType":"Patient","id":"p","active":false}],
      "extension":[{"url":"http://x.example/n","valueDecimal":0.10}],"status":"final",
      "code":{"text":"tab\\tline\\nend & <>\\"'"},"subject":{"reference":"#p"},
      "effectiveDateTime":"2020-01","issued":"2020-01-01T00:00:00.000Z",
      "_issued":{"extension":[{"url":"http://x.example/s","valueString":"y"}]},
      "component":[{"code":{"text":"a"},"valueQuantity":{"value":1.10}},
        {"code":{"text":"b"},"valueQuantity":{"value":1E-22}},
        {"code":{"text":"c"},"valueQuantity":{"value":123456789012345678.90}},
        {"code":{"text":"d"},"valueInteger":-5}]}`;
    const made = await home.fetch('PUT', '/Observation/digits', sent);
    expect([made.status, made.body.issue ?? []]).toEqual([201, []]);
    const first = await home.fetch('GET', '/Observation/digits');
    const xml = await home.fetch('GET', '/Observation/digits', undefined, ASK);
    for (const digits of ['0.10', '1.10', '1E-22', '123456789012345678.90', '-5']) {
      expect(xml.text).toMatch(new RegExp(`value="${digits.replaceAll('.', '\\.')}"`));
    }
    expect((await home.fetch('PUT', '/Observation/digits', xml.text, SEND)).status).toBe(200);
    const second = await home.fetch('GET', '/Observation/digits');
    expect(withoutVersion(second.text)).toBe(withoutVersion(first.text));
  });

  test('comes back without a body where none is preferred', async () => {
    const answer = await home.fetch('POST', '/Basic', `<Basic ${NS}><code><text value="x"/></code></Basic>`, {
      ...BOTH,
      prefer: 'return=minimal',
    });
    expect([answer.status, answer.text]).toEqual([201, '']);
    expect(answer.headers.get('location')).toMatch(/\/fhir\/Basic\/[^/]+\/_history\/1$/);
  });

  test('is created once by its condition', async () => {
    const body = `<Patient ${NS}><identifier><system value="http://x.example"/><value value="once"/></identifier></Patient>`;
    const headers = { ...BOTH, 'if-none-exist': 'identifier=http://x.example|once' };
    const made = await home.fetch('POST', '/Patient', body, headers);
    const again = await home.fetch('POST', '/Patient', body, headers);
    expect([made.status, again.status, read(again).id]).toEqual([201, 200, read(made).id]);
  });

  test('that XML cannot carry is refused in JSON, too', async () => {
    const patient = { resourceType: 'Patient', id: 'unfit', name: [{ text: 'a\ufffeb' }] };
    const answer = await home.fetch('PUT', '/Patient/unfit', patient);
    expectOutcome(answer, 422, 'invalid-value', 'Patient.name[0].text');
    const div = '<div xmlns="http://www.w3.org/1999/xhtml">a&nbsp;b</div>';
    const narrated = await home.fetch('POST', '/Patient', { resourceType: 'Patient', text: { status: 'empty', div } });
    expectOutcome(narrated, 422, 'invalid-value', 'Patient.text.div');
    expect(narrated.body.issue[0].details.text).toContain('line 1, column 44');
  });

  test('that XML cannot carry, because it came before that was refused, is answered without it', async () => {
    const identifier = [{ system: 'http://x.example', value: 'unfit' }];
    await home.fetch('PUT', '/Patient/unfit', {
      resourceType: 'Patient',
      id: 'unfit',
      identifier,
      name: [{ text: '-' }],
    });
    await overwrite('Patient/unfit', '"text":"-"', '"text":"\ufffe"');
    expectXmlOutcome(await home.fetch('GET', '/Patient/unfit', undefined, ASK), 406, 'not-expressible-in-xml');
    expect((await home.fetch('GET', '/Patient/unfit')).body.name).toEqual([{ text: '\ufffe' }]);

    const headers = { ...ASK, 'if-none-exist': 'identifier=http://x.example|unfit' };
    const found = await home.fetch('POST', '/Patient', { resourceType: 'Patient', identifier }, headers);
    expect([found.status, found.text, found.headers.get('etag')]).toEqual([200, '', 'W/"1"']);
    expect(found.headers.get('location')).toBe(`${house.url}/fhir/Patient/unfit/_history/1`);

    const bundle = {
      resourceType: 'Bundle',
      type: 'batch',
      entry: [
        { request: { method: 'GET', url: 'Patient/unfit' } },
        { resource: { resourceType: 'Patient', id: 'fit' }, request: { method: 'PUT', url: 'Patient/fit' } },
      ],
    };
    const answer = read(await home.fetch('POST', '', bundle, { ...ASK, prefer: 'return=representation' }));
    const [unfit, fit] = answer.entry;
    expect([unfit.resource, unfit.response.status, fit.response.status]).toEqual([
      undefined,
      expect.stringMatching(/^200/),
      expect.stringMatching(/^201/),
    ]);
    expect(unfit.response.outcome.issue[0].details.coding[0].code).toBe('not-expressible-in-xml');
    expect(fit.resource).toMatchObject({ resourceType: 'Patient', id: 'fit' });
    await home.fetch('DELETE', '/Patient/unfit');
  });
});

/** Changes the stored text of a record past all rules. */
async function overwrite(ref: string, from: string, to: string): Promise<void> {
  const client = new Client({ connectionString: house.database });
  await client.connect();
  try {
    const { rowCount } = await client.query(
      'update record set body = replace(body, $2, $3) where ref = $1 and body like $4',
      [ref, from, to, `%${from}%`],
    );
    expect(rowCount).toBe(1);
  } finally {
    await client.end();
  }
}

describe('a search', () => {
  beforeAll(async () => {
    for (const id of ['s1', 's2', 's3']) {
      await home.fetch('PUT', `/Organization/${id}`, { resourceType: 'Organization', id, name: `Found ${id}` });
    }
  });
  const idsIn = (bundle: Json): string[] => bundle.entry.map(({ resource }: Json) => resource.id);
  const nextOf = (bundle: Json): string | undefined =>
    bundle.link.find(({ relation }: Json) => relation === 'next')?.url;

  test('is answered in XML', async () => {
    const bundle = read(await home.fetch('GET', '/Organization?name=found&_total=accurate', undefined, ASK));
    expect(bundle).toMatchObject({ resourceType: 'Bundle', type: 'searchset', total: 3 });
    expect(idsIn(bundle).sort()).toEqual(['s1', 's2', 's3']);
    expect(bundle.link[0].url).not.toContain('_format');
  });
  test('stays in XML from page to page', async () => {
    const ids: string[] = [];
    let next: string | undefined = '/Organization?name=found&_count=1&_format=xml';
    for (let page = 0; page < 4 && next !== undefined; page++) {
      const bundle: Json = read(await home.fetch('GET', next, undefined, { accept: 'application/fhir+json' }));
      ids.push(...idsIn(bundle));
      next = nextOf(bundle);
    }
    expect([ids.sort(), next]).toEqual([['s1', 's2', 's3'], undefined]);
  });
  test.each(['application/fhir%2Bxml', 'application/fhir+xml'])('keeps _format=%s in its links', async (format) => {
    const bundle = read(await home.fetch('GET', `/Organization?name=found&_count=1&_format=${format}`));
    const next = read(await home.fetch('GET', nextOf(bundle)!));
    expect(idsIn(next)).toHaveLength(1);
  });
  test('by POST takes _format from its form, too', async () => {
    const bundle = read(await home.fetch('POST', '/Organization/_search', 'name=found&_format=xml', FORM));
    expect(bundle.entry).toHaveLength(3);
    expect(
      read(await home.fetch('POST', '/Organization/_search', 'name=found', { ...FORM, ...ASK })).entry,
    ).toHaveLength(3);
    const refused = await home.fetch('POST', '/Organization/_search', 'name=found&_format=ttl', FORM);
    expectOutcome(refused, 406, 'not-acceptable');
    const bad = await home.fetch('POST', '/Organization/_search', '_count=x&_format=xml', FORM);
    expectXmlOutcome(bad, 400, 'bad-count');
  });
  test('says in XML what it did not understand', async () => {
    const bundle = read(await home.fetch('GET', '/Organization?name=found&colour=red', undefined, ASK));
    expect(bundle.entry.at(-1)).toMatchObject({
      resource: { resourceType: 'OperationOutcome' },
      search: { mode: 'outcome' },
    });
  });
});

describe('a Bundle', () => {
  const bundleXml = (type: string, entries: string): string =>
    `<Bundle ${NS}><type value="${type}"/>${entries}</Bundle>`;
  const entryXml = (fullUrl: string, resource: string, url: string): string =>
    `<entry><fullUrl value="${fullUrl}"/><resource>${resource}</resource>` +
    `<request><method value="POST"/><url value="${url}"/></request></entry>`;

  test('is a transaction in XML', async () => {
    const body = bundleXml(
      'transaction',
      entryXml(
        'urn:uuid:00000000-0000-4000-8000-000000000001',
        '<Patient><active value="true"/></Patient>',
        'Patient',
      ) +
        entryXml(
          'urn:uuid:00000000-0000-4000-8000-000000000002',
          '<Observation><status value="final"/><code><text value="x"/></code>' +
            '<subject><reference value="urn:uuid:00000000-0000-4000-8000-000000000001"/></subject>' +
            '<valueQuantity><value value="1.10"/></valueQuantity></Observation>',
          'Observation',
        ),
    );
    const answer = read(await home.fetch('POST', '', body, { ...BOTH, prefer: 'return=representation' }));
    expect(answer).toMatchObject({ resourceType: 'Bundle', type: 'transaction-response' });
    const [patient, observation] = answer.entry;
    expect(observation.resource.subject.reference).toBe(`Patient/${patient.resource.id}`);
    expect((await home.fetch('GET', `/Observation/${observation.resource.id}`)).text).toContain('"value":1.10');
  });
  test('is a batch in XML', async () => {
    const body = bundleXml(
      'batch',
      '<entry><request><method value="GET"/><url value="Patient/nobody"/></request></entry>' +
        '<entry><request><method value="GET"/><url value="Organization?_id=home"/></request></entry>',
    );
    const answer = read(await home.fetch('POST', '', body, BOTH));
    expect(answer.type).toBe('batch-response');
    expect(answer.entry[0].response).toMatchObject({ status: '404', outcome: { resourceType: 'OperationOutcome' } });
    expect(answer.entry[1].resource.entry[0].resource.id).toBe('home');
  });
  test('that is refused is refused in XML', async () => {
    const body = bundleXml(
      'transaction',
      entryXml('urn:uuid:1', '<Patient><active value="perhaps"/></Patient>', 'Patient'),
    );
    expectXmlOutcome(await home.fetch('POST', '', body, SEND), 400, 'invalid-value');
  });
});

describe('a Binary', () => {
  const CDA = '<ClinicalDocument xmlns="urn:hl7-org:v3"/>';
  test('is a resource as application/fhir+xml only; other XML is bytes', async () => {
    const made = await home.fetch(
      'POST',
      '/Binary',
      `<Binary ${NS}><contentType value="text/plain"/><data value="aGFsbG8="/></Binary>`,
      SEND,
    );
    const { id } = read(made);
    expect((await home.fetch('GET', `/Binary/${id}`)).text).toBe('hallo');
    for (const type of ['application/xml', 'text/xml']) {
      const raw = await home.fetch('POST', '/Binary', CDA, { 'content-type': type });
      expect([raw.status, raw.body]).toMatchObject([201, { resourceType: 'Binary', contentType: type }]);
      for (const accept of [type, '*/*', 'text/html, application/xml;q=0.9']) {
        const bytes = await home.fetch('GET', `/Binary/${raw.body.id}`, undefined, { accept });
        expect([bytes.text, bytes.headers.get('content-type')]).toEqual([CDA, type]);
        expect(bytes.headers.get('vary')).toMatch(/\baccept\b/);
      }
      for (const [query, headers] of [
        ['', ASK],
        ['', { accept: 'application/fhir+json;q=0.5, application/fhir+xml' }],
        ['?_format=xml', {}],
        ['?_format=text/xml', {}],
      ] as const) {
        const resource = read(await home.fetch('GET', `/Binary/${raw.body.id}${query}`, undefined, headers));
        expect(resource).toMatchObject({ contentType: type, data: Buffer.from(CDA).toString('base64') });
      }
      const json = await home.fetch('GET', `/Binary/${raw.body.id}/_history/1`, undefined, {
        accept: 'application/fhir+xml;q=0.5, application/fhir+json',
      });
      expect(json.body).toMatchObject({ resourceType: 'Binary', contentType: type });
    }
  });
  test('is changed by a resource in XML, not by XML that may be its bytes', async () => {
    const body = `<Binary ${NS}><id value="b"/><contentType value="text/xml"/><data value="YQ=="/></Binary>`;
    expect((await home.fetch('PUT', '/Binary/b', body, BOTH)).status).toBe(201);
    expectOutcome(await home.fetch('PUT', '/Binary/b', body, { 'content-type': 'text/xml' }), 415, 'media-type');
  });
});

describe('the CapabilityStatement', () => {
  test('is the same in XML, for everyone', async () => {
    const answer = await fetch(`${house.url}/fhir/metadata`, { headers: ASK });
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    const statement = read({ headers: answer.headers, text: await answer.text() });
    expect(statement).toEqual((await home.fetch('GET', '/metadata')).body);
    expect(statement.format).toEqual(expect.arrayContaining(['application/fhir+json', 'application/fhir+xml']));
  });
});

describe('a refusal in XML', () => {
  const post = (body: string, headers = {}) => home.fetch('POST', '/Patient', body, { ...SEND, ...headers });
  test.each<[number, string, () => Promise<Answer>]>([
    [400, 'malformed-xml', () => post('<Patient')],
    [400, 'wrong-namespace', () => post('<Patient/>')],
    [400, 'unknown-element', () => post(`<Patient ${NS}><nme value="x"/></Patient>`)],
    [400, 'doctype', () => post(`<!DOCTYPE p [<!ENTITY e "x">]><Patient ${NS}/>`)],
    [400, 'type-mismatch', () => post(`<Basic ${NS}><code><text value="x"/></code></Basic>`)],
    [400, 'id-mismatch', () => home.fetch('PUT', '/Patient/a', patientXml('b', 'x'), SEND)],
    [400, 'bad-encoding', () => home.fetch('GET', '/Patient?name=%ff', undefined, ASK)],
    [400, 'bad-encoding', () => home.fetch('GET', '/Patient/%ff', undefined, ASK)],
    [400, 'bad-encoding', () => home.fetch('PUT', '/Patient/%ff', patientXml('a', 'x'), SEND)],
    [404, 'not-found', () => home.fetch('GET', '/Patient/nobody', undefined, ASK)],
    [404, 'not-found', () => home.fetch('GET', '/Binary/nobody', undefined, ASK)],
    [404, 'not-found', () => home.fetch('GET', '/Patient/nobody?_format=xml')],
    [404, 'unknown-type', () => home.fetch('GET', '/Nonsense', undefined, ASK)],
    [404, 'unknown-address', () => home.fetch('GET', '/a/b/c/d/e', undefined, ASK)],
    [405, 'method-not-allowed', () => home.fetch('DELETE', '/Patient/1/_history', undefined, ASK)],
    [406, 'not-acceptable', () => home.fetch('GET', '/Patient?_format=ttl', undefined, ASK)],
    [
      412,
      'version-conflict',
      () => home.fetch('PUT', '/Patient/z', patientXml('z', 'x'), { ...SEND, 'if-match': 'W/"7"' }),
    ],
    [415, 'media-type', () => home.fetch('POST', '/Patient', 'x', { ...ASK, 'content-type': 'text/plain' })],
    [415, 'content-encoding', () => post('x', { 'content-encoding': 'gzip' })],
    [422, 'code-not-allowed', () => post(`<Patient ${NS}><gender value="nonsense"/></Patient>`)],
  ])('is %i %s', async (status, key, ask) => {
    expectXmlOutcome(await ask(), status, key);
  });
  test('is 401 for strangers, as Accept, _format or the body has it', async () => {
    const cases: [string, RequestInit][] = [
      ['/Patient/1', { headers: ASK }],
      ['/Patient/1?_format=xml', {}],
      ['/Patient', { method: 'POST', headers: SEND, body: `<Patient ${NS}/>` }],
    ];
    for (const [path, init] of cases) {
      const { status, headers, ...answer } = await fetch(`${house.url}/fhir${path}`, init).then(async (response) => ({
        status: response.status,
        headers: response.headers,
        text: await response.text(),
      }));
      expectXmlOutcome({ status, headers, text: answer.text }, 401, 'token-missing');
      expect(headers.get('www-authenticate')).toBe('Bearer');
    }
  });
  test('is 413 from 8 MB on, where JSON has 32', async () => {
    const answer = await exchange(house.url, (socket) => {
      const lines = ['Host: x', `Authorization: Bearer ${home.token}`, 'Content-Type: application/fhir+xml'];
      socket.write(['POST /fhir/Patient HTTP/1.1', ...lines, 'Content-Length: 8388609', '', ''].join('\r\n'));
    });
    expectXmlOutcome(answer, 413, 'body-too-large');
    expect(answer.text).toContain('8388608 bytes');
  });
  test('names all that is wrong, with its place', async () => {
    const outcome = read(await post(`<Patient ${NS}>\n<nme value="x"/>\n<actve value="true"/></Patient>`));
    expect(outcome.issue.map(({ expression }: Json) => expression)).toEqual([['Patient.nme'], ['Patient.actve']]);
    expect(outcome.issue[1].details.text).toContain('line 3');
  });
});

test('a form, tokens and health stay as they are', async () => {
  const configuration = await fetch(`${house.url}/fhir/.well-known/smart-configuration`, { headers: ASK });
  expect(configuration.headers.get('content-type')).toMatch(/^application\/json/);
  const token = await fetch(`${house.url}/auth/token`, { method: 'POST', headers: { ...ASK, ...FORM }, body: 'a=b' });
  expect(token.headers.get('content-type')).toMatch(/^application\/json/);
  expect((await fetch(`${house.url}/health/live`, { headers: ASK })).headers.get('content-type')).toMatch(/json/);
});

/** The text of a record without what changes from version to version. */
function withoutVersion(text: string): string {
  return text.replace(/"versionId":"\d+"/, '').replace(/"lastUpdated":"[^"]*"/, '');
}
