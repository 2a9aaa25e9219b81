import { describe, expect, test } from '@jest/globals';
import { compileFhirPathPatch, compileJsonPatch } from '../../../src/fhir/index.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { definitions } from '../../definitions/r4.ts';
import { refusal } from './refusal.ts';

/** Of a transaction's names, those are replaced that the patch brings: https://hl7.org/fhir/R4/http.html#trules */

const OLD = 'urn:uuid:old';
const rename = (uri: string): string | undefined => (uri === OLD ? 'Patient/new' : undefined);
const link = (uri: string): string => `<div xmlns="http://www.w3.org/1999/xhtml"><a href="${uri}">${OLD}</a></div>`;

/** Everywhere that a name can stand. */
const STORED: Resource = {
  resourceType: 'ServiceRequest',
  id: 'x',
  text: { status: 'generated', div: link(OLD) },
  contained: [{ resourceType: 'Observation', id: 'c', subject: { reference: OLD } } as Resource],
  extension: [{ url: 'http://x', valueUri: OLD }],
  instantiatesUri: [OLD],
  identifier: [{ system: OLD, value: OLD }],
  status: 'active',
  _status: { extension: [{ url: 'http://x', valueReference: { reference: OLD } }] },
  intent: 'order',
  subject: { reference: OLD },
  supportingInfo: [{ reference: OLD }],
};
const stored = (): Resource => structuredClone(STORED);

const json = (before: Resource, ...operations: object[]): Resource =>
  compileJsonPatch(definitions, operations, 'Patient')(before, rename);

type Part = Readonly<Record<string, unknown>>;
const operation = (type: string, path: string, value?: object, ...parts: Part[]): Part => ({
  name: 'operation',
  part: [
    { name: 'type', valueCode: type },
    { name: 'path', valueString: path },
    ...parts,
    ...(value === undefined ? [] : [{ name: 'value', ...value }]),
  ],
});
const named = (valueString: string): Part => ({ name: 'name', valueString });
const fhirPath = (before: Resource, ...parameter: Part[]): Resource =>
  compileFhirPathPatch(definitions, { resourceType: 'Parameters', parameter })(before, rename);

describe('what the record held stays', () => {
  test.each<[string, () => Resource]>([
    ['a JSON Patch', () => json(stored(), { op: 'replace', path: '/intent', value: 'plan' })],
    [
      'a FHIRPath Patch',
      () => fhirPath(stored(), operation('replace', 'ServiceRequest.intent', { valueCode: 'plan' })),
    ],
  ])('wherever it stands, under %s', (_what, patch) => expect(patch()).toEqual({ ...STORED, intent: 'plan' }));

  test('copied and moved, too', () => {
    const made = json(
      stored(),
      { op: 'copy', from: '/subject', path: '/requester' },
      { op: 'copy', from: '/subject/reference', path: '/supportingInfo/0/reference' },
      { op: 'move', from: '/supportingInfo', path: '/reasonReference' },
      { op: 'add', path: '/performer', value: [{ display: 'x' }] },
      { op: 'copy', from: '/subject/reference', path: '/performer/0/reference' },
      { op: 'copy', from: '', path: '/contained/-' },
    );
    expect(JSON.stringify(made)).not.toContain('Patient/new');
    const two = { ...stored(), supportingInfo: [{ reference: OLD }, { reference: 'Patient/x' }] };
    const at = [
      { name: 'source', valueInteger: 0 },
      { name: 'destination', valueInteger: 1 },
    ];
    const moved = fhirPath(two, operation('move', 'ServiceRequest.supportingInfo', undefined, ...at));
    expect(moved).toEqual({ ...STORED, supportingInfo: [{ reference: 'Patient/x' }, { reference: OLD }] });
  });

  test('beside what is brought into the same element', () => {
    const display = json(stored(), { op: 'add', path: '/subject/display', value: OLD });
    expect(display['subject']).toEqual({ reference: OLD, display: OLD });
    const list = json(stored(), { op: 'add', path: '/instantiatesUri/0', value: OLD });
    expect(list['instantiatesUri']).toEqual(['Patient/new', OLD]);
    const added = fhirPath(stored(), operation('add', 'ServiceRequest', { valueUri: OLD }, named('instantiatesUri')));
    expect(added['instantiatesUri']).toEqual([OLD, 'Patient/new']);
  });
});

describe('what a JSON Patch brings is renamed by where it is to stand', () => {
  test.each<[string, unknown, object]>([
    ['/subject', { reference: OLD, display: OLD }, { subject: { reference: 'Patient/new', display: OLD } }],
    ['/subject/reference', OLD, { subject: { reference: 'Patient/new' } }],
    ['/supportingInfo', [{ reference: OLD }], { supportingInfo: [{ reference: 'Patient/new' }] }],
    ['/supportingInfo/-', { reference: OLD }, { supportingInfo: [{ reference: OLD }, { reference: 'Patient/new' }] }],
    ['/instantiatesUri', [OLD], { instantiatesUri: ['Patient/new'] }],
    ['/instantiatesCanonical', [OLD], { instantiatesCanonical: [OLD] }],
    ['/identifier/0/system', OLD, { identifier: [{ system: 'Patient/new', value: OLD }] }],
    ['/identifier/0/value', OLD, { identifier: STORED['identifier'] }],
    ['/patientInstruction', OLD, { patientInstruction: OLD }],
    ['/text/div', link(OLD), { text: { status: 'generated', div: link('Patient/new') } }],
    ['/text', { status: 'empty', div: link(OLD) }, { text: { status: 'empty', div: link('Patient/new') } }],
    ['/extension/0/valueUri', OLD, { extension: [{ url: 'http://x', valueUri: 'Patient/new' }] }],
    [
      '/extension/-',
      { url: 'http://y', valueReference: { reference: OLD } },
      {
        extension: [...(STORED['extension'] as []), { url: 'http://y', valueReference: { reference: 'Patient/new' } }],
      },
    ],
    [
      '/contained/0/subject/reference',
      OLD,
      { contained: [{ resourceType: 'Observation', id: 'c', subject: { reference: 'Patient/new' } }] },
    ],
    [
      '/contained/0',
      { resourceType: 'Provenance', policy: [OLD] },
      { contained: [{ resourceType: 'Provenance', policy: ['Patient/new'] }, ...(STORED['contained'] as [])] },
    ],
    [
      '/_status/extension/0/valueReference/reference',
      OLD,
      { _status: { extension: [{ url: 'http://x', valueReference: { reference: 'Patient/new' } }] } },
    ],
    [
      '/_intent',
      { extension: [{ url: 'http://x', valueUri: OLD }] },
      { _intent: { extension: [{ url: 'http://x', valueUri: 'Patient/new' }] } },
    ],
    ['/nothingOfR4', { reference: OLD }, { nothingOfR4: { reference: OLD } }],
  ])('%s', (path, value, made) => expect(json(stored(), { op: 'add', path, value })).toEqual({ ...STORED, ...made }));

  test('the whole record, too', () => {
    const value = { resourceType: 'ServiceRequest', id: 'x', subject: { reference: OLD } };
    expect(json(stored(), { op: 'replace', path: '', value })['subject']).toEqual({ reference: 'Patient/new' });
  });
  test('and goes on by its new name, whatever is tested', () => {
    const made = json(
      stored(),
      { op: 'add', path: '/requester', value: { reference: OLD } },
      { op: 'test', path: '/requester/reference', value: OLD },
      { op: 'test', path: '/subject/reference', value: OLD },
      { op: 'copy', from: '/requester', path: '/subject' },
    );
    expect([made['requester'], made['subject']]).toEqual([{ reference: 'Patient/new' }, { reference: 'Patient/new' }]);
    const other = { op: 'test', path: '/subject/reference', value: 'urn:uuid:other' };
    expect(refusal(() => json(stored(), other))).toMatchObject({ key: 'patch-test-failed' });
  });
  test('and the patch itself stays, so that it can be applied again', () => {
    const value = { reference: OLD };
    const patch = compileJsonPatch(definitions, [{ op: 'replace', path: '/subject', value }], 'x');
    expect([patch(stored(), rename)['subject'], patch(stored())['subject']]).toEqual([
      { reference: 'Patient/new' },
      value,
    ]);
  });
});

describe('what a FHIRPath Patch brings is renamed by where it is to stand', () => {
  test.each<[string, Part, object]>([
    [
      'a Reference',
      operation('replace', 'ServiceRequest.subject', { valueReference: { reference: OLD, display: OLD } }),
      { subject: { reference: 'Patient/new', display: OLD } },
    ],
    [
      'the text of a Reference',
      operation('replace', 'ServiceRequest.subject.reference', { valueString: OLD }),
      { subject: { reference: 'Patient/new' } },
    ],
    [
      'an item of a list',
      operation(
        'insert',
        'ServiceRequest.supportingInfo',
        { valueReference: { reference: OLD } },
        {
          name: 'index',
          valueInteger: 0,
        },
      ),
      { supportingInfo: [{ reference: 'Patient/new' }, { reference: OLD }] },
    ],
    [
      'a string',
      operation('add', 'ServiceRequest', { valueString: OLD }, named('patientInstruction')),
      { patientInstruction: OLD },
    ],
    [
      'a narrative',
      operation('replace', 'ServiceRequest.text.div', { valueString: link(OLD) }),
      { text: { status: 'generated', div: link('Patient/new') } },
    ],
    [
      'a resource',
      operation(
        'insert',
        'ServiceRequest.contained',
        { resource: { resourceType: 'Provenance', policy: [OLD] } },
        {
          name: 'index',
          valueInteger: 0,
        },
      ),
      { contained: [{ resourceType: 'Provenance', policy: ['Patient/new'] }, ...(STORED['contained'] as [])] },
    ],
    [
      'within a resource',
      operation('replace', 'ServiceRequest.contained[0].subject', { valueReference: { reference: OLD } }),
      { contained: [{ resourceType: 'Observation', id: 'c', subject: { reference: 'Patient/new' } }] },
    ],
    [
      'beside a primitive',
      operation('replace', 'ServiceRequest.intent', {
        valueCode: 'plan',
        _valueCode: { extension: [{ url: 'http://x', valueUri: OLD }] },
      }),
      { intent: 'plan', _intent: { extension: [{ url: 'http://x', valueUri: 'Patient/new' }] } },
    ],
  ])('%s', (_what, part, made) => expect(fhirPath(stored(), part)).toEqual({ ...STORED, ...made }));

  test('and in parts', () => {
    const before: Resource = { resourceType: 'Patient', id: 'p', link: [{ other: { reference: OLD }, type: 'refer' }] };
    const parts = [
      { name: 'other', valueReference: { reference: OLD } },
      { name: 'type', valueCode: 'seealso' },
    ];
    const made = fhirPath(before, operation('add', 'Patient', { part: parts }, named('link')));
    expect(made['link']).toEqual([
      { other: { reference: OLD }, type: 'refer' },
      { other: { reference: 'Patient/new' }, type: 'seealso' },
    ]);
  });
});
