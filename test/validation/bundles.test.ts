import { describe, expect, it } from '@jest/globals';
import { findings } from './check.ts';

const patient = { resourceType: 'Patient', id: 'p1', active: true };
const base = 'https://example.org/fhir';

function bundle(type: string, entry: object[], change: object = {}): object {
  return { resourceType: 'Bundle', type, entry, ...change };
}

function document(change: object = {}, others: object[] = [{ fullUrl: `${base}/Patient/p1`, resource: patient }]) {
  const composition = {
    resourceType: 'Composition',
    id: 'c1',
    status: 'final',
    type: { text: 'A' },
    date: '2026-01-01',
    title: 'A',
    subject: { reference: 'Patient/p1' },
    author: [{ display: 'A' }],
    ...change,
  };
  return bundle('document', [{ fullUrl: `${base}/Composition/c1`, resource: composition }, ...others], {
    identifier: { system: 'urn:ietf:rfc:3986', value: 'urn:uuid:c757873d-ec9a-4326-a141-556f43239520' },
    timestamp: '2026-01-01T00:00:00Z',
  });
}

const header = {
  resourceType: 'MessageHeader',
  id: 'm1',
  eventUri: 'https://example.org/event',
  source: { endpoint: 'https://example.org' },
};

describe('bundles', () => {
  it.each<[string, object, string[]]>([
    ['that only collect', bundle('collection', [{ resource: patient }]), []],
    [
      'with requests where none belong',
      bundle('collection', [{ resource: patient, request: { method: 'PUT', url: 'Patient/p1' } }]),
      ['bdl-3 Bundle'],
    ],
    ['without requests where they belong', bundle('transaction', [{ resource: patient }]), ['bdl-3 Bundle']],
    [
      'with answers where none belong',
      bundle('transaction', [
        { resource: patient, request: { method: 'PUT', url: 'Patient/p1' }, response: { status: '200' } },
      ]),
      ['bdl-4 Bundle'],
    ],
    [
      'with search where none belongs',
      bundle('collection', [{ resource: patient, search: { mode: 'match' } }]),
      ['bdl-2 Bundle'],
    ],
    ['with a total where none belongs', bundle('collection', [{ resource: patient }], { total: 1 }), ['bdl-1 Bundle']],
    ['with an entry of nothing', bundle('collection', [{ fullUrl: 'urn:oid:1.2.3' }]), ['bdl-5 Bundle.entry[0]']],
    [
      'with a fullUrl of a version',
      bundle('collection', [{ fullUrl: `${base}/Patient/p1/_history/p1`, resource: patient }]),
      ['bdl-8 Bundle.entry[0]'],
    ],
    [
      'with a relative fullUrl',
      bundle('collection', [{ fullUrl: 'Patient/p1', resource: patient }]),
      ['invalid-full-url Bundle.entry[0].fullUrl'],
    ],
    [
      'with the fullUrl of another',
      bundle('collection', [{ fullUrl: `${base}/Patient/p2`, resource: patient }]),
      ['invalid-full-url Bundle.entry[0].fullUrl'],
    ],
    [
      'with a urn as fullUrl',
      bundle('collection', [{ fullUrl: 'urn:uuid:c757873d-ec9a-4326-a141-556f43239520', resource: patient }]),
      [],
    ],
    [
      'with the same twice',
      bundle('collection', [
        { fullUrl: `${base}/Patient/p1`, resource: patient },
        { fullUrl: `${base}/Patient/p1`, resource: patient },
      ]),
      ['bdl-7 Bundle'],
    ],
    [
      'with two versions of the same',
      bundle('collection', [
        { fullUrl: `${base}/Patient/p1`, resource: { ...patient, meta: { versionId: '1' } } },
        { fullUrl: `${base}/Patient/p1`, resource: { ...patient, meta: { versionId: '2' } } },
      ]),
      [],
    ],
    ['that are messages', bundle('message', [{ resource: header }, { resource: patient }]), []],
    ['that are messages without a header', bundle('message', [{ resource: patient }]), ['bdl-12 Bundle']],
    ['that are documents', document(), []],
    [
      'that are documents in the wrong order',
      bundle('document', [{ resource: patient }], { identifier: { system: 'urn:a:b', value: '1' } }),
      ['bdl-10 Bundle', 'bdl-11 Bundle'],
    ],
    [
      'that are documents without what they speak of',
      document({}, []),
      ['unresolved-in-document Bundle.entry[0].resource.subject.reference'],
    ],
    [
      'that are documents with gaps further down',
      document({
        attester: [{ mode: 'legal', party: { reference: 'Organization/o1' } }],
        section: [{ title: 'A', section: [{ title: 'B', entry: [{ reference: 'Condition/x' }] }] }],
      }),
      [
        'unresolved-in-document Bundle.entry[0].resource.attester[0].party.reference',
        'unresolved-in-document Bundle.entry[0].resource.section[0].section[0].entry[0].reference',
      ],
    ],
    [
      'that are documents whose parts are named by their whole address, or contained',
      document({
        subject: { reference: `${base}/Patient/p1` },
        contained: [{ resourceType: 'Practitioner', id: 'a', active: true }],
        author: [{ reference: '#a' }],
      }),
      [],
    ],
  ])('%s', (_what, resource, expected) => {
    expect(findings(resource)).toEqual(expected);
  });
});
