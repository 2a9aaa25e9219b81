import { describe, expect, it } from '@jest/globals';
import { findings, request, validate } from './check.ts';

const organization = { resourceType: 'Organization', id: 'org', name: 'Example Hospital' };

describe('references', () => {
  it.each<[unknown, string[]]>([
    ['Patient/p1', []],
    ['Group/g1', []],
    ['Patient/p1/_history/2', []],
    ['Patient?identifier=https://example.org|1', []],
    ['https://example.org/fhir/Patient/p1', []],
    ['urn:uuid:c757873d-ec9a-4326-a141-556f43239520', []],
    ['Organization/o1', ['wrong-reference-type ServiceRequest.subject.reference']],
    ['Organization?name=x', ['wrong-reference-type ServiceRequest.subject.reference']],
    ['Patiant/p1', ['unknown-reference-type ServiceRequest.subject.reference']],
    ['p1', ['invalid-reference ServiceRequest.subject.reference']],
    ['/Patient/p1', ['invalid-reference ServiceRequest.subject.reference']],
    ['Patient/', ['invalid-reference ServiceRequest.subject.reference']],
    ['Patient/a_b', ['invalid-reference ServiceRequest.subject.reference']],
    ['#org', ['unresolved-contained ServiceRequest.subject.reference']],
    ['', ['invalid-value ServiceRequest.subject.reference']],
    [1, ['wrong-json-type ServiceRequest.subject.reference']],
  ])('%j', (reference, expected) => {
    expect(findings(request({ subject: { reference } }))).toEqual(expected);
  });

  it('may name any type where the definition says so', () => {
    expect(findings(request({ supportingInfo: [{ reference: 'Location/l1' }] }))).toEqual([]);
    expect(findings(request({ supportingInfo: [{ reference: 'Nowhere/l1' }] }))).toEqual([
      'unknown-reference-type ServiceRequest.supportingInfo[0].reference',
    ]);
  });

  it('may do without a literal', () => {
    expect(findings(request({ subject: { identifier: { value: '1' } } }))).toEqual([]);
    expect(findings(request({ subject: {} }))).toEqual(['empty-element ServiceRequest.subject']);
  });

  it('say which types are allowed', () => {
    expect(validate(request({ subject: { reference: 'Organization/o1' } }))[0]?.text).toBe(
      'A reference to Organization is not allowed here. Refer to one of: Device, Group, Location, Patient.',
    );
  });
});

describe('contained resources', () => {
  it.each<[string, Record<string, unknown>, string[]]>([
    ['referred to', { contained: [organization], requester: { reference: '#org' } }, []],
    [
      'of the wrong type',
      { contained: [organization], subject: { reference: '#org' } },
      ['wrong-reference-type ServiceRequest.subject.reference'],
    ],
    [
      'unknown',
      { contained: [organization], requester: { reference: '#other' } },
      ['unresolved-contained ServiceRequest.requester.reference', 'dom-3 ServiceRequest.contained[0]'],
    ],
    [
      'without an id',
      { contained: [{ ...organization, id: undefined }] },
      ['contained-without-id ServiceRequest.contained[0].id', 'null-value ServiceRequest.contained[0].id'],
    ],
    [
      'twice with one id',
      { contained: [organization, organization], requester: { reference: '#org' } },
      ['duplicate-contained-id ServiceRequest.contained[1].id'],
    ],
    [
      'nested',
      { contained: [{ ...organization, contained: [{ ...organization, id: 'b' }] }], requester: { reference: '#org' } },
      ['nested-contained ServiceRequest.contained[0].contained'],
    ],
    [
      'with a version',
      { contained: [{ ...organization, meta: { versionId: '1' } }], requester: { reference: '#org' } },
      ['contained-meta ServiceRequest.contained[0].meta.versionId'],
    ],
    [
      'of no type',
      { contained: [{ id: 'a' }], requester: { display: 'A', type: 'Organization', identifier: { system: '#a' } } },
      ['missing-resource-type ServiceRequest.contained[0]'],
    ],
    [
      'with faults',
      { contained: [{ ...organization, nam: 'x' }], requester: { reference: '#org' } },
      ['unknown-element ServiceRequest.contained[0].nam'],
    ],
    [
      'that refer to each other',
      {
        contained: [organization, { ...organization, id: 'b', partOf: { reference: '#org' } }],
        requester: { reference: '#b' },
      },
      [],
    ],
    [
      'that refer to their container',
      {
        contained: [
          {
            resourceType: 'Provenance',
            id: 'p',
            target: [{ reference: '#' }],
            recorded: '2026-01-01T00:00:00Z',
            agent: [{ who: { display: 'A' } }],
          },
        ],
      },
      [],
    ],
  ])('%s', (_what, change, expected) => {
    expect(findings(request(change))).toEqual(expected);
  });

  it('are out of reach from other entries of a Bundle', () => {
    const entry = [
      { resource: request({ contained: [organization], requester: { reference: '#org' } }) },
      { resource: request({ requester: { reference: '#org' } }) },
    ];
    expect(findings({ resourceType: 'Bundle', type: 'collection', entry })).toEqual([
      'unresolved-contained Bundle.entry[1].resource.requester.reference',
    ]);
  });
});

describe('bundles', () => {
  it('do not lend what an entry contains', () => {
    const entry = [{ resource: request({ contained: [organization], requester: { reference: '#org' } }) }];
    const signature = { type: [{ code: 'a' }], when: '2026-01-01T00:00:00Z', who: { reference: '#org' } };
    expect(findings({ resourceType: 'Bundle', type: 'collection', entry, signature })).toEqual([
      'unresolved-contained Bundle.signature.who.reference',
    ]);
  });

  it('check each entry as its own type', () => {
    const entry = [
      { resource: request() },
      { resource: { resourceType: 'Patient', gender: 'x' } },
      { resource: { resourceType: 'Nonsense' } },
      { resource: {} },
      { fullUrl: 'a b', resource: request({ status: undefined }) },
    ];
    expect(findings({ resourceType: 'Bundle', type: 'collection', entry })).toEqual([
      'code-not-allowed Bundle.entry[1].resource.gender',
      'unknown-resource-type Bundle.entry[2].resource',
      'missing-resource-type Bundle.entry[3].resource',
      'invalid-value Bundle.entry[4].fullUrl',
      'missing-element Bundle.entry[4].resource.status',
    ]);
  });

  it('may be within bundles and parameters', () => {
    const inner = {
      resourceType: 'Bundle',
      type: 'collection',
      entry: [{ resource: { resourceType: 'Patient', a: 1 } }],
    };
    expect(findings({ resourceType: 'Parameters', parameter: [{ name: 'x', resource: inner }] })).toEqual([
      'unknown-element Parameters.parameter[0].resource.entry[0].resource.a',
    ]);
  });
});

describe('extensions', () => {
  const url = 'https://example.org/e';

  it.each<[string, object, string[]]>([
    ['a value', { url, valueString: 'a' }, []],
    ['extensions', { url, extension: [{ url: 'part', valueCode: 'a' }] }, []],
    ['a value that is absent for a reason', { url, _valueString: { extension: [{ url, valueCode: 'masked' }] } }, []],
    ['neither', { url }, ['extension-without-value ServiceRequest.extension[0]']],
    [
      'both',
      { url, valueString: 'a', extension: [{ url, valueCode: 'a' }] },
      ['extension-value-and-extensions ServiceRequest.extension[0]'],
    ],
    ['two values', { url, valueString: 'a', valueCode: 'a' }, ['several-choices ServiceRequest.extension[0].value']],
    ['no url', { valueString: 'a' }, ['missing-element ServiceRequest.extension[0].url']],
    ['a value of no type', { url, valueWish: 'a' }, ['unknown-element ServiceRequest.extension[0].valueWish']],
  ])('with %s', (_what, extension, expected) => {
    expect(findings(request({ extension: [extension] }))).toEqual(expected);
  });

  it('that modify are refused, wherever they are', () => {
    const modifierExtension = [{ url, valueBoolean: true }];
    expect(validate(request({ modifierExtension }))).toMatchObject([
      { code: 'extension', key: 'unknown-modifier-extension', expression: 'ServiceRequest.modifierExtension[0]' },
    ]);
    const contact = [{ name: { text: 'A' }, modifierExtension }];
    expect(findings({ resourceType: 'Patient', contact })).toEqual([
      'unknown-modifier-extension Patient.contact[0].modifierExtension[0]',
    ]);
  });

  it('are refused as implicit rules as well', () => {
    expect(findings(request({ implicitRules: 'https://example.org/rules' }))).toEqual([
      'unknown-implicit-rules ServiceRequest.implicitRules',
    ]);
  });
});

describe('what a reference says that it leads to', () => {
  it.each<[object, string[]]>([
    [{ reference: 'Patient/1', type: 'Patient' }, []],
    [{ reference: 'Patient/1', type: 'http://hl7.org/fhir/StructureDefinition/Patient' }, []],
    [{ reference: 'urn:uuid:6a7f8e9d-0000-4000-8000-000000000000', type: 'Group' }, []],
    [{ reference: 'https://other.example/files/Slot.pdf' }, []],
    [{ reference: 'Patient/1', type: 'Group' }, ['reference-type-mismatch ServiceRequest.subject.type']],
    [{ reference: 'https://other.example/fhir/Slot/1' }, ['wrong-reference-type ServiceRequest.subject.reference']],
    [{ type: 'Slot', display: 'a slot' }, ['wrong-reference-type ServiceRequest.subject.type']],
  ])('%j', (subject, expected) => {
    expect(findings(request({ subject }))).toEqual(expected);
  });
});
