import { describe, expect, test } from '@jest/globals';
import type { Resource } from '../../src/fhir/index.ts';
import { isOthersRecord } from '../../src/interactions/case-others.ts';
import { to } from '../journeys/programme/words.ts';

/** Whose a record is, and a document above all: a copy of many. */

const OWN = 'Patient/own';
const subject = { subject: to(OWN) };
const composition = (more: object = {}): Resource => ({ resourceType: 'Composition', id: 'c', ...subject, ...more });
const own = (more: object = {}): Resource => ({ resourceType: 'Patient', id: 'own', ...more });
const link = [
  { type: 'replaces', other: to('Patient/duplicate') },
  { type: 'seealso', other: to('RelatedPerson/same') },
];

function document(...records: readonly Resource[]): Resource {
  const entry = records.map((resource) => ({
    fullUrl: `https://gateway.example/fhir/${resource.resourceType}/${resource.id ?? ''}`,
    resource,
  }));
  return { resourceType: 'Bundle', type: 'document', id: 'd', entry };
}

const isOthers = (resource: Resource, isMade = false): boolean => isOthersRecord(resource, OWN, isMade);

describe('is the patient’s', () => {
  test.each<[what: string, record: Resource]>([
    ['the patient', own({ link })],
    ['what speaks of the patient', { resourceType: 'Observation', id: 'o', ...subject }],
    ['what speaks of nobody', { resourceType: 'Binary', id: 'b' }],
    ['a document', document(composition(), own())],
    ['a document with a patient in whom others were merged', document(composition(), own({ link }))],
    [
      'a document with a patient whose record names a mother',
      document(composition(), own({ extension: [{ url: 'mother', valueReference: to('Patient/mother') }] })),
    ],
    [
      'a document of another server, which calls the patient otherwise',
      document(composition({ subject: to('urn:uuid:p') }), { resourceType: 'Patient', id: 'theirs', link }),
    ],
    [
      'a document with the patient inside of a record',
      document(composition(), {
        resourceType: 'RelatedPerson',
        id: 'r',
        patient: to(OWN),
        contained: [{ resourceType: 'Patient', id: 'p', link }],
      }),
    ],
    [
      'a document that replaces another',
      document(composition({ relatesTo: [{ targetReference: to('Composition/d') }] })),
    ],
  ])('%s', (_what, record) => expect(isOthers(record)).toBe(false));

  test('a document that was made here of the case’s own records, whoever is named in them', () => {
    const donor = [{ type: { text: 'donor' }, valueReference: to('Patient/donor') }];
    const made = document(composition(), { resourceType: 'Task', id: 't', for: to(OWN), input: donor }, own({ link }));
    expect(isOthers(made, true)).toBe(false);
    // Whoever else sends the like: whether those records are of the case, nobody knows.
    expect(isOthers(made)).toBe(true);
  });

  test('as long as the case has no patient, anything', () => {
    expect(isOthersRecord({ resourceType: 'Patient', id: 'other' }, undefined, false)).toBe(false);
  });
});

describe('is another’s, too', () => {
  test.each<[what: string, record: Resource]>([
    ['another patient', { resourceType: 'Patient', id: 'other', link: [{ type: 'seealso', other: to(OWN) }] }],
    ['a record of another', { resourceType: 'Observation', id: 'o', subject: to('Patient/other') }],
    ['a record that names another', { resourceType: 'Observation', id: 'o', ...subject, performer: [to('Patient/x')] }],
    ['a document of another', document(composition({ subject: to('Patient/other') }), own())],
    [
      'a document with a record of another',
      document(composition(), { resourceType: 'Condition', subject: to('Patient/x') }),
    ],
    [
      'a document with a relative of another',
      document(composition(), { resourceType: 'RelatedPerson', patient: to('Patient/x') }),
    ],
    ['a document by another', document(composition({ author: [to('Patient/other')] }), own())],
    ['a document with a part about another', document(composition({ section: [{ focus: to('Patient/x') }] }), own())],
    [
      'a document with another patient, whose record names a third',
      document(composition(), {
        resourceType: 'Patient',
        id: 'other',
        extension: [{ valueReference: to('Patient/x') }],
      }),
    ],
    ['a document signed by another', { ...document(composition(), own()), signature: { who: to('Patient/other') } }],
    ['a collection with the patient’s links', { ...document(composition(), own({ link })), type: 'collection' }],
  ])('%s', (_what, record) => expect(isOthers(record)).toBe(true));

  test('of documents that were made here, one of another', () => {
    expect(isOthers(document(composition({ subject: to('Patient/other') }), own()), true)).toBe(true);
    expect(isOthers(document(composition({ subject: undefined }), own()), true)).toBe(true);
    expect(isOthers(document(own(), composition({ subject: to('Patient/other') })), true)).toBe(true);
  });
});
