import { describe, expect, it } from '@jest/globals';
import { paramKey } from '../../src/search/index.ts';
import { definitions } from '../definitions/r4.ts';
import { parse, query, refused } from './parse.ts';

/** http://hl7.org/fhir/R4/search.html#searchcontexts, http://hl7.org/fhir/R4/compartmentdefinition.html */

const key = paramKey;
const SYSTEM = { types: definitions.resourceTypes, untyped: true };
const patient = { type: 'Patient', id: 'p' };

describe('a search over several types', () => {
  it('asks each of those that _type names', () => {
    const { parts, applied } = query(SYSTEM, '_type=ServiceRequest,Task&status=draft&_sort=-_lastUpdated');
    expect(parts).toMatchObject(
      ['ServiceRequest', 'Task'].map((type) => ({
        type,
        conditions: [{ kind: 'text', params: [key(type, 'status')] }],
        sort: [{ kind: 'lastUpdated', descending: true, params: [key(type, '_lastUpdated')] }],
      })),
    );
    expect(applied.map(([name]) => name)).toEqual(['_type', 'status', '_sort']);
  });

  it('asks all that it is given without', () => {
    expect(query(SYSTEM, '_lastUpdated=gt2024').parts).toHaveLength(146);
    expect(query({ types: ['Patient', 'Task'], untyped: true }, '').parts.map(({ type }) => type)).toEqual([
      'Patient',
      'Task',
    ]);
  });

  it('knows only parameters that all have', () => {
    expect(query(SYSTEM, '_type=Patient,Task&gender=male').ignored.map(({ key: name }) => name)).toEqual([
      'unknown-parameter',
    ]);
    expect(query(SYSTEM, '_type=Patient,Task&gender=male').parts.flatMap(({ conditions }) => conditions)).toEqual([]);
    expect(query(SYSTEM, '_type=Patient,Practitioner&gender=male').ignored).toEqual([]);
    expect(query(SYSTEM, '_type=ServiceRequest,Task&case-number=x').ignored).toEqual([]);
  });

  it.each([
    ['_type=Nonsense', 'unknown-type'],
    ['_type=Patient&_type=Task', 'no-types'],
  ])('refuses %s', (url, problem) => {
    expect(refused(SYSTEM, url)).toEqual([problem]);
  });

  it('takes repeated types for what all of them name', () => {
    expect(query(SYSTEM, '_type=Patient,Task&_type=Task,Group').parts.map(({ type }) => type)).toEqual(['Task']);
  });

  it('is sorted by keys of one kind only', () => {
    expect(query(SYSTEM, '_type=Observation,Flag&_sort=date').ignored).toEqual([]);
    expect(refused(SYSTEM, '_type=Observation,Account&_sort=status', { strict: true })).toEqual([]);
    // In R4 a date of one and a code of the other.
    expect(refused(SYSTEM, '_type=Coverage,Observation&_sort=date', { strict: true })).toEqual(['unknown-parameter']);
  });

  it('includes from any of the types', () => {
    const { includes } = query(SYSTEM, '_type=Patient,Observation&_include=Observation:subject&_include=Task:focus');
    expect(includes).toMatchObject([{ sourceType: 'Observation' }]);
  });

  it('bounds what chains make of it', () => {
    expect(refused(SYSTEM, Array.from({ length: 15 }, (_, n) => `_id=${n}`).join('&'))).toEqual([
      'too-many-parameters',
    ]);
  });
});

describe('wildcards', () => {
  it('go from any type, and arrive from where there are references to the matches', () => {
    const [iterate] = query('Task', '_include:iterate=*').includes;
    expect(iterate).toMatchObject({ sourceType: '*', iterate: true });
    expect(iterate?.params).toEqual(expect.arrayContaining([key('Task', 'focus'), key('Observation', 'subject')]));
    const [back] = query('Patient', '_revinclude=*').revincludes;
    expect(back).toMatchObject({ sourceType: '*', iterate: false });
    expect(back?.params).toEqual(expect.arrayContaining([key('Observation', 'subject'), key('List', 'item')]));
    expect(back?.params).not.toContain(key('Observation', 'encounter'));
    expect(query(SYSTEM, '_type=Task,Patient&_include=*').includes).toMatchObject([{ sourceType: '*' }]);
  });
});

describe('a compartment', () => {
  it('is what refers to the resource by the parameters that R4 names', () => {
    expect(query({ types: ['AllergyIntolerance'], compartment: patient }, 'code=x').conditions).toMatchObject([
      {
        kind: 'text',
        params: ['patient', 'recorder', 'asserter'].map((code) => key('AllergyIntolerance', code)),
        any: [{ op: 'equal', value: 'Patient/p' }],
      },
      { kind: 'text', params: [key('AllergyIntolerance', 'code')] },
    ]);
    // What `patient` finds stands under `subject`.
    expect(query({ types: ['Encounter'], compartment: patient }, '').conditions).toMatchObject([
      { params: [key('Encounter', 'subject')], any: [{ value: 'Patient/p' }], dated: key('Encounter', 'date') },
    ]);
  });

  it('has the resource itself', () => {
    expect(query({ types: ['Patient'], compartment: patient }, '').conditions).toMatchObject([
      {
        kind: 'either',
        conditions: [
          { kind: 'id', any: ['p'] },
          { kind: 'text', params: [key('Patient', 'link')] },
        ],
      },
    ]);
    const compartment = { type: 'Practitioner', id: 'd' };
    expect(query({ types: ['Practitioner'], compartment }, '').conditions).toEqual([{ kind: 'id', any: ['d'] }]);
  });

  it('is searched over all types that may be in it, or those that are named', () => {
    const all = query({ ...SYSTEM, compartment: patient }, '').parts.map(({ type }) => type);
    expect(all).toHaveLength(66);
    expect(all).not.toContain('Organization');
    const some = query({ ...SYSTEM, compartment: patient }, '_type=Observation,Condition').parts;
    expect(some.map(({ type }) => type)).toEqual(['Observation', 'Condition']);
  });

  it.each([
    [{ types: ['Device'], compartment: patient }, '', 'not-in-compartment'],
    [{ ...SYSTEM, compartment: patient }, '_type=Observation,Device', 'not-in-compartment'],
    [{ types: ['Observation'], compartment: { type: 'Group', id: 'g' } }, '', 'no-compartment'],
    [{ types: ['Device'], untyped: true, compartment: patient }, '', 'no-types'],
  ])('refuses what is not in it: %j %s', (target, url, problem) => {
    expect(refused(target, url)).toEqual([problem]);
  });

  it('names the type that is not in it', () => {
    const parsed = parse({ types: ['Device'], compartment: patient }, '');
    expect(parsed.ok ? [] : parsed.issues.map(({ text }) => text)).toEqual([
      'Device is not in the compartment of Patient in FHIR R4.',
    ]);
  });
});
