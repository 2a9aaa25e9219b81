import { expect, test } from '@jest/globals';
import { collectReferences, localReference, rewriteReferences, splitReference } from '../../src/fhir/index.ts';
import type { Resource } from '../../src/fhir/index.ts';
import { definitions } from '../definitions/r4.ts';
import { cpuTime } from '../support/cpu-time.ts';

test.each([
  ['Patient/1', 'Patient/1'],
  ['Patient/1/_history/2', 'Patient/1'],
  [`Patient/${'a'.repeat(64)}`, `Patient/${'a'.repeat(64)}`],
  [`Patient/${'a'.repeat(65)}`, undefined],
  ['http://h/fhir/Patient/1', undefined],
  ['urn:uuid:1', undefined],
  ['#p', undefined],
  ['Patient?identifier=1', undefined],
  ['patient/1', undefined],
  ['Patient/1#x', undefined],
  ['Patient/', undefined],
  [7, undefined],
  [undefined, undefined],
])('%j is the local reference %j', (reference, local) => expect(localReference(reference)).toBe(local));

test('a reference splits into type and id', () => expect(splitReference('Patient/1')).toEqual(['Patient', '1']));

test('references are collected wherever they stand, each once', () => {
  const resource: Resource = {
    resourceType: 'DocumentReference',
    subject: { reference: 'Patient/1' },
    author: [{ reference: 'Practitioner/2' }, { reference: 'Patient/1/_history/3' }],
    extension: [{ url: 'http://x', valueReference: { reference: 'Device/4' } }],
    content: [{ attachment: { url: 'Binary/5' } }, { attachment: { url: 'http://h/Binary/6' } }],
    contained: [{ resourceType: 'Observation', subject: { reference: 'Group/7' } }],
    identifier: [{ value: 'Patient/8' }],
  };
  expect(collectReferences(resource)).toEqual(['Patient/1', 'Practitioner/2', 'Device/4', 'Binary/5', 'Group/7']);
});

const NAMES = new Map([
  ['urn:uuid:a', 'Patient/1'],
  ['urn:uuid:b', 'Binary/2'],
]);
const rename = (uri: string): string | undefined => NAMES.get(uri);

// https://hl7.org/fhir/R4/http.html#trules
test('references, uris and links are rewritten; other strings are not', () => {
  const resource: Resource = {
    resourceType: 'DocumentReference',
    subject: { reference: 'urn:uuid:a', display: 'urn:uuid:a' },
    description: 'urn:uuid:a',
    identifier: [{ system: 'urn:uuid:b', value: 'urn:uuid:a' }],
    extension: [
      { url: 'http://x', valueReference: { reference: 'urn:uuid:a' } },
      { url: 'http://y', valueString: 'urn:uuid:a' },
    ],
    content: [{ attachment: { url: 'urn:uuid:b', title: 'urn:uuid:b' } }],
    contained: [
      { resourceType: 'Provenance', target: [{ reference: 'urn:uuid:a' }], policy: ['urn:uuid:b', 'http://other'] },
    ],
    text: { status: 'generated', div: '<div><a href="urn:uuid:a">urn:uuid:a</a><img src=\'urn:uuid:b\'/></div>' },
  };
  rewriteReferences(definitions, resource, rename);
  expect(resource).toEqual({
    resourceType: 'DocumentReference',
    subject: { reference: 'Patient/1', display: 'urn:uuid:a' },
    description: 'urn:uuid:a',
    identifier: [{ system: 'Binary/2', value: 'urn:uuid:a' }],
    extension: [
      { url: 'http://x', valueReference: { reference: 'Patient/1' } },
      { url: 'http://y', valueString: 'urn:uuid:a' },
    ],
    content: [{ attachment: { url: 'Binary/2', title: 'urn:uuid:b' } }],
    contained: [
      { resourceType: 'Provenance', target: [{ reference: 'Patient/1' }], policy: ['Binary/2', 'http://other'] },
    ],
    text: { status: 'generated', div: '<div><a href="Patient/1">urn:uuid:a</a><img src=\'Binary/2\'/></div>' },
  });
});

test('what stands beside a primitive is rewritten, too', () => {
  const beside = (reference: string, url: string): object => ({
    extension: [
      { url: 'http://x', valueReference: { reference } },
      { url: 'http://y', valueUrl: url },
    ],
  });
  const of = (reference: string, url: string): Resource => ({
    resourceType: 'Patient',
    _birthDate: beside(reference, url),
    name: [{ given: ['A', 'B'], _given: [null, beside(reference, url)] }],
  });
  const resource = of('urn:uuid:a', 'urn:uuid:b');
  const paths: string[] = [];
  rewriteReferences(definitions, resource, (uri, path) => {
    paths.push(path);
    return NAMES.get(uri);
  });
  expect(resource).toEqual(of('Patient/1', 'Binary/2'));
  expect(paths.filter((path) => path.endsWith('.reference'))).toEqual([
    'Patient.birthDate.extension[0].valueReference.reference',
    'Patient.name[0].given[1].extension[0].valueReference.reference',
  ]);
});

// "Elements of type canonical are not replaced."
test('canonicals are not rewritten', () => {
  const resource: Resource = {
    resourceType: 'QuestionnaireResponse',
    questionnaire: 'urn:uuid:a',
    subject: { reference: 'urn:uuid:a' },
  };
  rewriteReferences(definitions, resource, rename);
  expect(resource).toMatchObject({ questionnaire: 'urn:uuid:a', subject: { reference: 'Patient/1' } });
});

test.each([
  ['<a href = "urn:uuid:a">x</a>', '<a href = "Patient/1">x</a>'],
  ["<img alt='>' src\n=\t'urn:uuid:b'/>", "<img alt='>' src\n=\t'Binary/2'/>"],
  ['<a\nhref="urn:uuid:a"/>', '<a\nhref="Patient/1"/>'],
  ['<p>href="urn:uuid:a"</p>', '<p>href="urn:uuid:a"</p>'],
  ['<p title="urn:uuid:a">x</p>', '<p title="urn:uuid:a">x</p>'],
  ['<abbr href="urn:uuid:a">x</abbr>', '<abbr href="urn:uuid:a">x</abbr>'],
  ['<a data-href="urn:uuid:a">x</a>', '<a data-href="urn:uuid:a">x</a>'],
  ['<a href="urn:uuid:c">x</a>', '<a href="urn:uuid:c">x</a>'],
])('links of a narrative are rewritten where they are links: %j', (div, rewritten) => {
  const resource: Resource = { resourceType: 'Patient', text: { status: 'generated', div } };
  rewriteReferences(definitions, resource, rename);
  expect(resource['text']).toEqual({ status: 'generated', div: rewritten });
});

test.each([
  ['tags that do not end', '<a '],
  ['quotes that do not end', '<a href="'],
  ['quotes in turn', `<a '"`],
  ['attributes without end', ' href  '],
])('a megabyte of %s takes no time', (_what, piece) => {
  const div = `<a ${piece.repeat(1_000_000 / piece.length)}`;
  const resource: Resource = { resourceType: 'Patient', text: { status: 'generated', div } };
  const began = cpuTime();
  rewriteReferences(definitions, resource, rename);
  expect(cpuTime() - began).toBeLessThan(500);
});

test('a renaming is told the place', () => {
  const seen: [string, string, boolean][] = [];
  const resource: Resource = {
    resourceType: 'ServiceRequest',
    subject: { reference: 'urn:uuid:a' },
    instantiatesUri: ['urn:uuid:b'],
    supportingInfo: [{ reference: 'x' }, { reference: 'y' }],
  };
  rewriteReferences(
    definitions,
    resource,
    (uri, path, isReference) => void seen.push([uri, path, isReference]),
    'Bundle.entry[3].resource',
  );
  expect(seen).toEqual([
    ['urn:uuid:a', 'Bundle.entry[3].resource.subject.reference', true],
    ['urn:uuid:b', 'Bundle.entry[3].resource.instantiatesUri[0]', false],
    ['x', 'Bundle.entry[3].resource.supportingInfo[0].reference', true],
    ['y', 'Bundle.entry[3].resource.supportingInfo[1].reference', true],
  ]);
});
