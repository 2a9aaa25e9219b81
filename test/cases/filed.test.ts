import { describe, expect, it } from '@jest/globals';
import {
  asWritten,
  caseReferences,
  filedIn,
  isSignedDocument,
  REPORT_BUNDLE,
  REPORT_DOCUMENT,
  REPORT_TRANSLATED,
  withFiled,
} from '../../src/cases/index.ts';
import type { Resource } from '../../src/fhir/index.ts';

const document = { url: REPORT_DOCUMENT, valueReference: { reference: 'Bundle/b1' } };
const letter = { title: 'Letter', url: 'Binary/l1', extension: [document] };
const own = { title: 'Tables', url: 'Binary/t1' };
const note = { url: 'urn:own', valueString: 'kept' };

function report(members: object): Resource {
  return { resourceType: 'DiagnosticReport', id: 'd1', ...members, status: 'final' };
}

describe('withFiled', () => {
  const stored = report({ extension: [note, document], presentedForm: [own, letter] });

  it('keeps what the server filed where the author leaves it out', () => {
    expect(withFiled(report({}), filedIn(stored))).toEqual(report({ extension: [document], presentedForm: [letter] }));
    expect(withFiled(report({ presentedForm: [own] }), filedIn(stored)).presentedForm).toEqual([own, letter]);
    expect(withFiled(stored, filedIn(stored))).toEqual(stored);
  });

  it('takes out what the author claims', () => {
    const forged = { ...document, valueReference: { reference: 'Bundle/forged' } };
    const claiming = report({ extension: [forged, note], presentedForm: [{ ...letter, url: 'Binary/forged' }] });
    expect(withFiled(claiming, filedIn(undefined))).toEqual(report({ extension: [note] }));
    expect(withFiled(claiming, filedIn(stored))).toEqual(
      report({ extension: [note, document], presentedForm: [letter] }),
    );
  });

  it('leaves alone what has nothing filed of it, and other records', () => {
    const plain = report({ extension: [note], presentedForm: [] });
    expect(withFiled(plain, filedIn(undefined))).toBe(plain);
    const task: Resource = { resourceType: 'Task', extension: [document] };
    expect(withFiled(task, filedIn(stored))).toBe(task);
  });
});

it('a report as written has neither filed documents nor translations', () => {
  const translated = { url: REPORT_TRANSLATED, valueReference: { reference: 'Composition/c2' } };
  expect(asWritten(report({ extension: [translated, document], presentedForm: [letter] }))).toEqual(report({}));
  expect(asWritten(report({ extension: [translated, note] }))).toEqual(report({ extension: [note] }));
});

it.each([
  ['a signed document of a report', {}, true],
  ['one that is not signed', { signature: undefined }, false],
  ['one of another profile', { meta: { profile: ['urn:other'] } }, false],
  ['a collection', { type: 'collection' }, false],
  ['another record', { resourceType: 'Binary' }, false],
])('is fixed: %s', (_name, members, fixed) => {
  const bundle = { resourceType: 'Bundle', type: 'document', meta: { profile: [REPORT_BUNDLE] }, signature: {} };
  expect(isSignedDocument({ ...bundle, ...members })).toBe(fixed);
});

it('a document pulls nothing into a case, as it holds copies; other Bundles do', () => {
  const entry = [{ resource: { resourceType: 'Observation', subject: { reference: 'Patient/p1' } } }];
  expect(caseReferences({ resourceType: 'Bundle', type: 'document', entry })).toEqual([]);
  expect(caseReferences({ resourceType: 'Bundle', type: 'collection', entry })).toEqual(['Patient/p1']);
});
