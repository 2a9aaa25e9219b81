import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Resource } from '../../src/fhir/index.ts';
import { parseJson } from '../../src/fhir/index.ts';
import { ECHO, readSubscription } from '../../src/subscriptions/index.ts';
import { extension, faults, filter, knowledge, plan, toCriteria, toTopic, topicUrl } from './samples.ts';

const GUIDE = new URL('../../profiles/', import.meta.url);
const readGuide = (path: string): Resource => parseJson(readFileSync(new URL(path, GUIDE))) as Resource;

const content = (valueCode: unknown) => ({ extension: [extension('payload-content', { valueCode })] });

describe('what is asked for', () => {
  it('is a topic, as the example of the guide has it', () => {
    expect(plan(readGuide('examples/valid/subscription-progress.json'))).toEqual({
      asks: {
        kind: 'topic',
        topic: 'case-progress',
        filters: [{ name: 'organization', any: ['hospital-north'] }],
      },
      endpoint: 'https://ehr.hospital-north.example/hooks/consilium',
      headers: [['Authorization', 'Bearer an-invented-token']],
      content: 'id-only',
      heartbeatSeconds: 3600,
      timeoutSeconds: 10,
      maxCount: 20,
      echo: false,
      end: '2028-12-31T00:00:00Z',
    });
    expect(readGuide('compiled/StructureDefinition-subscription-echo.json').url).toBe(ECHO);
  });

  it('is a search, each record of which is put below the endpoint', () => {
    expect(plan(readGuide('examples/valid/subscription-completed-tasks.json'))).toEqual({
      asks: { kind: 'criteria', type: 'Task', query: 'status=completed' },
      endpoint: 'https://ehr.hospital-north.example/fhir',
      headers: [],
      content: 'full-resource',
      timeoutSeconds: 15,
      maxCount: 1,
      echo: true,
    });
  });

  it('is a search that is told of without its records', () => {
    const { content: shown, maxCount } = plan(toCriteria('Task', { endpoint: 'https://ehr.example/hook?token=x' }));
    expect([shown, maxCount]).toEqual([null, 20]);
  });

  it('can be stored as JSON', () => {
    const stored = plan(readGuide('examples/valid/subscription-progress.json'));
    expect(JSON.parse(JSON.stringify(stored))).toEqual(stored);
  });

  it.each(['empty', 'id-only', 'full-resource'])('is told with %s', (code) => {
    expect(plan(toTopic({}, { _payload: content(code) })).content).toBe(code);
  });

  it.each(['empty', 'id-only'])('needs no media type for %s', (code) => {
    expect(plan(toTopic({}, { payload: undefined, _payload: content(code) })).content).toBe(code);
  });

  it.each([
    'Task?',
    'Task?status=completed,failed&code=fulfill',
    'Task?code=http://hl7.org/fhir/CodeSystem/task-code|fulfill',
    'DiagnosticReport?status=final&issued=ge2026-01-01',
    'Task?patient=Patient/p1',
    'Task?status:not=draft',
    'Task?owner:missing=false',
    'Communication?_id=c1',
  ])('can be %s', (criteria) => {
    expect(plan(toCriteria(criteria)).asks.kind).toBe('criteria');
  });

  it('has bounds that are kept', () => {
    const bounds = [
      extension('heartbeat-period', { valueUnsignedInt: 60 }),
      extension('timeout', { valueUnsignedInt: 1 }),
      extension('max-count', { valuePositiveInt: 100 }),
    ];
    expect(plan(toTopic({}, { extension: bounds }))).toMatchObject({
      heartbeatSeconds: 60,
      timeoutSeconds: 1,
      maxCount: 100,
    });
    // As written by somebody who likes them exact.
    const exact = parseJson(Buffer.from(JSON.stringify(bounds).replace(':60', ':60.0'))) as unknown[];
    expect(plan(toTopic({}, { extension: exact })).heartbeatSeconds).toBe(60);
  });

  it('has headers in their order, without the space around them', () => {
    const header = ['Authorization:Bearer abc=', 'X-Api-Key:  k 1  '];
    expect(plan(toTopic({}, { header })).headers).toEqual([
      ['Authorization', 'Bearer abc='],
      ['X-Api-Key', 'k 1'],
    ]);
  });
});

const CRITERIA = 'Subscription.criteria';
const FILTER = 'subscription-filter Subscription.criteria.extension';
const PAYLOAD = 'subscription-payload Subscription.channel.payload';
const ENDPOINT = 'subscription-endpoint Subscription.channel.endpoint';
const TYPE = 'subscription-channel Subscription.channel.type';
const BOUNDS = 'subscription-bounds Subscription.channel.extension';
const headerAt = (index: number) => `subscription-header Subscription.channel.header[${index}]`;

describe('what is refused', () => {
  it.each([
    [{ criteria: undefined }, `subscription-topic ${CRITERIA}`],
    [{ criteria: 'https://consilium.example/fhir/SubscriptionTopic/case-progres' }, `subscription-topic ${CRITERIA}`],
    [{ criteria: `${topicUrl('case-progress')}|1.0` }, `subscription-topic ${CRITERIA}`],
    [{ criteria: 'case-progress' }, `subscription-topic ${CRITERIA}`],
    [{ criteria: 'http://[' }, `subscription-topic ${CRITERIA}`],
    [{ extension: [{ url: ECHO }] }, 'subscription-echo Subscription.extension'],
    [{ extension: [{ url: ECHO, valueString: 'no' }] }, 'subscription-echo Subscription.extension'],
    [
      {
        extension: [
          { url: ECHO, valueBoolean: false },
          { url: ECHO, valueBoolean: true },
        ],
      },
      'subscription-echo Subscription.extension',
    ],
    ...[
      'Task?state=active',
      'Task?case:missing=true',
      'Task?case=',
      'Task?case=SO 26',
      'Task?patient=Organization/x',
      'Task?patient=https://other.example/fhir/Patient/p1',
      'Task?specialty=|',
      'Task?specialty=a|b|c',
      `Task?organization=${Array.from({ length: 51 }, (_, n) => `o${n}`).join()}`,
      'Task?case=%E0%A4%A',
      'Task?',
      'DiagnosticReport?case=r1',
      `Task?case=${'x'.repeat(3000)}`,
      '',
    ].map((written) => [{ _criteria: { extension: [filter(written)] } }, FILTER] as const),
    [{ _criteria: { extension: [extension('filter-criteria', { valueUri: 'Task?case=r1' })] } }, FILTER],
    [{ _criteria: { extension: Array.from({ length: 11 }, () => filter('Task?case=r1')) } }, FILTER],
  ])('of a Subscription to a topic: %j', (change, fault) => {
    expect(faults(toTopic(change))).toEqual([fault]);
  });

  it.each([
    [{ _payload: undefined }, PAYLOAD],
    [{ _payload: content('everything') }, PAYLOAD],
    [{ _payload: { extension: [...content('empty').extension, ...content('empty').extension] } }, PAYLOAD],
    [{ payload: undefined, _payload: content('full-resource') }, PAYLOAD],
    [{ payload: 'application/fhir+xml' }, PAYLOAD],
    [{ payload: 'text/plain' }, PAYLOAD],
    [{ payload: 'application/fhir+json; fhirVersion=5.0' }, PAYLOAD],
    ...['websocket', 'email', 'sms', 'message', undefined].map((type) => [{ type }, TYPE] as const),
    [{ _type: { extension: [extension('channel-type', { valueCoding: { code: 'zulip' } })] } }, TYPE],
    ...[
      undefined,
      '',
      '/hook',
      'ehr.example/hook',
      'ftp://ehr.example/hook',
      'http:ehr.example',
      'https:///hook',
      'https://?x=1',
      'mailto:it@ehr.example',
      'https://user:secret@ehr.example/hook',
      'https://@ehr.example/hook',
      'https://ehr.example/hook#top',
      'https://ehr.example/a b',
      ' https://ehr.example/hook',
      'https://ehr.example/hook\r\nX: 1',
      'https://ehr.example\\@other.example',
      'https://ehr.example:99999/',
      `https://ehr.example/${'x'.repeat(2100)}`,
    ].map((endpoint) => [{ endpoint }, ENDPOINT] as const),
    ...[
      { heartbeat: 59 },
      { heartbeat: 86_401 },
      { heartbeat: 60.5 },
      { timeout: 0 },
      { timeout: 16 },
      { 'max-count': 0 },
      { 'max-count': 101 },
      { 'max-count': '20' },
    ].map((bound) => {
      const [[name, value]] = Object.entries(bound) as [[string, unknown]];
      const given =
        name === 'max-count'
          ? extension(name, { valuePositiveInt: value })
          : extension(name === 'heartbeat' ? 'heartbeat-period' : name, { valueUnsignedInt: value });
      return [{ extension: [given] }, BOUNDS] as const;
    }),
    [{ extension: [extension('timeout', { valuePositiveInt: 5 })] }, BOUNDS],
    [
      { extension: [extension('timeout', { valueUnsignedInt: 5 }), extension('timeout', { valueUnsignedInt: 5 })] },
      BOUNDS,
    ],
    ...[
      'Host: other.example',
      'CONTENT-LENGTH: 5',
      'Content-Type: text/plain',
      'Content-Digest: sha-256=:x:',
      'Transfer-Encoding: chunked',
      'Connection: close',
      'Keep-Alive: timeout=5',
      'Upgrade: h2c',
      'Expect: 100-continue',
      'Webhook-Signature: v1,x',
      'webhook-id: 1',
      'Cookie: a=b',
      'Set-Cookie: a=b',
      'Proxy-Authorization: Basic x',
      'X-Forwarded-For: 10.0.0.1',
      'Forwarded: for=10.0.0.1',
      'Bearer abc',
      ': abc',
      'X-Empty:',
      'X Y: z',
      'X-Injected: a\r\nHost: other.example',
      'X-Split: a\nb',
      'X-Nul: a\u0000b',
      'X-Wide: \u00e9',
      7,
      null,
    ].map((header) => [{ header: [header] }, headerAt(0)] as const),
    [{ header: ['X-A: 1', 'x-a: 2'] }, headerAt(1)],
    [{ header: Array.from({ length: 11 }, (_, n) => `X-${n}: 1`) }, 'subscription-header Subscription.channel.header'],
    [{ header: [`X-A: ${'x'.repeat(4100)}`] }, 'subscription-header Subscription.channel.header'],
  ])('of a channel: %j', (channel, fault) => {
    expect(faults(toTopic({}, channel))).toEqual([fault]);
  });

  it.each([
    ['Tusk?status=completed', 'subscription-criteria'],
    ['*?_tag=x', 'subscription-criteria'],
    ['*', 'subscription-criteria'],
    ['Resource?', 'subscription-criteria'],
    ['AuditEvent?', 'subscription-criteria'],
    ['Subscription?status=error', 'subscription-criteria'],
    ['Task?patient.name=x', 'subscription-criteria'],
    ['Task?_has:Provenance:target:agent=Practitioner/x', 'subscription-criteria'],
    ['Task?status=completed&_sort=status', 'subscription-criteria'],
    ['Task?status=completed&_count=5', 'subscription-criteria'],
    ['Task?_include=Task:owner', 'subscription-criteria'],
    ['Task?_lastUpdated=gt2026-01-01', 'subscription-criteria'],
    ['Task?modified=ap2026-01-01', 'subscription-criteria'],
    ['Task?status=%E0%A4%A', 'subscription-criteria'],
    ['Task?stat=completed', 'unknown-parameter'],
    ['Task?modified=yesterday', 'bad-date'],
  ])('of plain criteria: %s', (criteria, key) => {
    expect(faults(toCriteria(criteria))).toEqual([`${key} ${CRITERIA}`]);
  });

  it('of plain criteria: what goes with a topic', () => {
    const filters = { _criteria: { extension: [filter('Task?case=r1')] } };
    expect(faults({ ...toCriteria('Task?'), ...filters })).toEqual([`subscription-criteria ${CRITERIA}`]);
    expect(faults(toCriteria('Task?', { _payload: content('id-only') }))).toEqual([PAYLOAD]);
    const heartbeat = [extension('heartbeat-period', { valueUnsignedInt: 60 })];
    expect(faults(toCriteria('Task?', { extension: heartbeat }))).toEqual([BOUNDS]);
    const asBase = { payload: 'application/fhir+json', endpoint: 'https://ehr.example/fhir?x=1' };
    expect(faults(toCriteria('Task?', asBase))).toEqual([ENDPOINT]);
  });

  it('is told all at once, in codes of the guide and with a way out', () => {
    const wrong = toTopic(
      {
        criteria: topicUrl('report-issued'),
        _criteria: { extension: [filter('Task?state=x&patient=P/Q')] },
        extension: [{ url: ECHO }],
      },
      {
        type: 'email',
        endpoint: 'it@ehr.example',
        payload: 'application/fhir+xml',
        _payload: undefined,
        header: ['Host: a', 'Authorization'],
        extension: [extension('timeout', { valueUnsignedInt: 99 }), extension('max-count', { valuePositiveInt: 999 })],
      },
    );
    const issues = readSubscription(wrong, knowledge);
    if (!Array.isArray(issues)) throw new Error('It was accepted.');
    expect(issues.map(({ key, expression }) => `${key} ${expression}`)).toEqual([
      FILTER,
      FILTER,
      FILTER,
      TYPE,
      PAYLOAD,
      PAYLOAD,
      BOUNDS,
      ENDPOINT,
      headerAt(0),
      headerAt(1),
      BOUNDS,
      'subscription-echo Subscription.extension',
    ]);
    const known = readGuide('compiled/CodeSystem-issue-key.json').concept as { code: string }[];
    const codes = known.map(({ code }) => code);
    for (const { key, severity, text } of issues) {
      expect(codes).toContain(key);
      expect([severity, text.length > 40]).toEqual(['error', true]);
    }
  });

  it('is told with what may have been meant', () => {
    const told = (resource: Resource): string => JSON.stringify(readSubscription(resource, knowledge));
    expect(told(toTopic({ criteria: 'https://consilium.example/SubscriptionTopic/report-isued' }))).toContain(
      'Did you mean report-issued?',
    );
    expect(told(toTopic({ _criteria: { extension: [filter('Task?pateint=p1')] } }))).toContain('Did you mean patient?');
    expect(told(toCriteria('Tsak?status=completed'))).toContain('Did you mean Task?');
    expect(told(toTopic({}, { type: 'websocket' }))).toContain('server-sent events, without a Subscription');
    expect(told(toTopic({}, { payload: 'application/fhir+xml' }))).toContain('application/fhir+json alone');
  });

  it('is told without secrets and without whom it is about', () => {
    const wrong = toTopic(
      { _criteria: { extension: [filter('Task?patient=Patient/Jane_Doe&name=Doe')] } },
      { endpoint: 'https://doe:s3cret@ehr.example/x', header: ['Authorization Bearer s3cret', 's3cret: x\u0000'] },
    );
    const told = JSON.stringify(readSubscription(wrong, knowledge));
    expect(told).not.toMatch(/s3cret|doe/i);
    expect(faults(wrong)).toHaveLength(5);
  });
});

describe('whatever is handed in', () => {
  const key = fc.constantFrom(
    'criteria',
    '_criteria',
    'channel',
    'extension',
    'end',
    'url',
    'type',
    '_type',
    'payload',
    '_payload',
    'header',
    'endpoint',
    'valueString',
    'valueUnsignedInt',
    'valueCode',
  );
  const urls = [ECHO, ...['filter-criteria', 'payload-content', 'timeout'].map((name) => extension(name, {}).url)];
  const leaf = fc.oneof(
    fc.string(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.constantFrom('Task?', 'Task?case=r1', '*', topicUrl('appointment'), 'rest-hook', 'https://a.example', ...urls),
    fc.webUrl({ withFragments: true, withQueryParameters: true }),
  );
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      leaf,
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 6 }),
    ),
  }));
  const RUNS = { numRuns: 2000, seed: 20_261_122 };

  it('it is a plan or a list of faults, and never an error', () => {
    let accepted = 0;
    fc.assert(
      fc.property(
        fc.dictionary(key, tree, { maxKeys: 6 }),
        fc.boolean(),
        fc.constantFrom('criteria', '_criteria', 'end', 'extension', 'channel', 'none'),
        (members, isSound, broken) => {
          const sound = toTopic();
          const change = { [broken]: members[broken] };
          const given = isSound ? { ...sound, ...change } : { resourceType: 'Subscription', ...members };
          const read = readSubscription(given, knowledge);
          if (Array.isArray(read)) expect(read).not.toHaveLength(0);
          else {
            accepted += 1;
            expect(JSON.parse(JSON.stringify(read))).toEqual(read);
            expect(URL.parse(read.endpoint)?.protocol).toMatch(/^https?:$/);
          }
        },
      ),
      RUNS,
    );
    expect(accepted).toBeGreaterThan(10);
  });

  it('filters are read, or refused', () => {
    const word = fc.constantFrom(
      'Task?',
      'case=',
      'patient=',
      'specialty=',
      '&',
      ',',
      '|',
      '%',
      '+',
      'p1',
      'Patient/',
      ':',
    );
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (words) => {
        const written = words.join('');
        const read = readSubscription(toTopic({ _criteria: { extension: [filter(written)] } }), knowledge);
        if (Array.isArray(read)) expect(read.map(({ key: told }) => told)).toContain('subscription-filter');
        else if (read.asks.kind === 'topic') {
          accepted += 1;
          expect(read.asks.filters).not.toHaveLength(0);
        }
      }),
      RUNS,
    );
    expect(accepted).toBeGreaterThan(10);
  });

  it('a header that is accepted is one line of ASCII', () => {
    const character = fc.constantFrom(...'aZ9 -:_\t\r\n\u0000\u007f\u00e9'.split(''));
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(character, { maxLength: 12 }), (characters) => {
        const read = readSubscription(toTopic({}, { header: [characters.join('')] }), knowledge);
        if (Array.isArray(read)) return;
        accepted += 1;
        const [[sent, text]] = read.headers as [[string, string]];
        expect(() => new Headers([[sent, text]])).not.toThrow();
        expect(text).toMatch(/^[\x20-\x7e\t]+$/);
      }),
      RUNS,
    );
    expect(accepted).toBeGreaterThan(10);
  });
});
