import { describe, expect, it } from '@jest/globals';
import { namedSets, paramKey } from '../../src/search/index.ts';
import { terminologyWith } from '../terminology/r4.ts';
import { texts } from './extract.ts';
import { onlyCondition, query, refused } from './parse.ts';

/** http://hl7.org/fhir/R4/search.html#modifiers */

const key = paramKey;
const GENDERS = 'http://hl7.org/fhir/administrative-gender';

describe('identifiers', () => {
  const identifier = [
    { type: { coding: [{ system: 'urn:types', code: 'M|R' }] }, system: 'urn:a', value: '4$4' },
    { type: { coding: [{ code: 'MR' }] }, value: '5' },
    { type: { coding: [{ system: 'urn:types', code: 'MR' }] } },
    { type: { text: 'MR' }, value: '6' },
  ];

  it('are kept with their type, if it is whole', () => {
    expect(texts({ resourceType: 'Patient', identifier }, 'identifier:of-type')).toEqual(['urn:types|M\\|R|4\\$4']);
  });

  it('are found by it', () => {
    expect(onlyCondition('Patient', 'identifier:of-type', 'urn:types|M\\|R|4\\$4')).toEqual({
      kind: 'text',
      params: [key('Patient', 'identifier:of-type')],
      any: [{ op: 'equal', value: 'urn:types|M\\|R|4\\$4' }],
    });
  });
});

describe('value sets', () => {
  it('stand for their codes, which elements of type code have without a system', () => {
    const set = 'http://hl7.org/fhir/ValueSet/administrative-gender';
    const condition = onlyCondition('Patient', 'gender:in', `${set}|4.0.1`);
    const codes = ['male', 'female', 'other', 'unknown'];
    expect(condition).toEqual({
      kind: 'text',
      params: [key('Patient', 'gender')],
      any: [
        {
          op: 'among',
          values: codes.flatMap((code) => [code, code]),
          details: codes.flatMap(() => [GENDERS, '']),
        },
      ],
    });
    expect(onlyCondition('Patient', 'gender:not-in', set)).toEqual({ ...condition, negated: true });
  });

  it('that are records are handed in by the names that the request has for them', () => {
    const compose = { include: [{ system: 'urn:codes', concept: [{ code: 'a' }, { code: 'b' }] }] };
    const valueSet = { resourceType: 'ValueSet', status: 'active', compose };
    const answer = terminologyWith().expandValueSet({ valueSet, timestamp: '2026-01-01T00:00:00Z' });
    const sets = new Map([['ValueSet/own', answer]]);
    expect(onlyCondition('Observation', 'code:in', 'ValueSet/own', { sets })).toMatchObject({
      any: [{ op: 'among', values: ['a', 'b'], details: ['urn:codes', 'urn:codes'] }],
    });
    expect(refused('Observation', 'code:in=ValueSet/other', { sets })).toEqual(['value-set-unknown']);
  });

  it('that could not be expanded are refused with the reason', () => {
    const sets = new Map([
      ['urn:own', [{ severity: 'error', code: 'too-costly', key: 'too-large', text: 'Large.' }] as const],
    ]);
    expect(refused('Observation', 'code:in=urn:own', { sets })).toEqual(['too-large']);
  });

  it('are named, through chains as well', () => {
    const params = [
      ['code:in', 'urn:a,urn:b\\,c'],
      ['subject:Patient.gender:not-in', 'ValueSet/x'],
      ['code', 'urn:d'],
      ['_has:Observation:subject:code:in', 'urn:a'],
    ] as const;
    expect(namedSets(params)).toEqual(['urn:a', 'urn:b,c', 'ValueSet/x']);
  });
});

describe('hierarchies of codes', () => {
  const ACT = 'http://terminology.hl7.org/CodeSystem/v3-ActMood';

  it('are gone down and up', () => {
    const below = onlyCondition('Observation', 'code:below', `${ACT}|INT`);
    const above = onlyCondition('Observation', 'code:above', `${ACT}|RQO`);
    const codesOf = (condition: unknown): string[] =>
      (condition as { any: { values: string[] }[] }).any.flatMap(({ values }) => values);
    expect(codesOf(below)).toEqual(expect.arrayContaining(['INT', 'RQO', 'PRMS']));
    expect(codesOf(below)).not.toContain('EVN');
    expect(codesOf(above)).toContain('INT');
    expect(codesOf(above)).toContain('RQO');
    expect(codesOf(above)).not.toContain('PRMS');
  });

  it('of systems that are not held are refused by name', () => {
    const parsed = query.bind(undefined, 'Observation', 'code:below=http://snomed.info/sct|1');
    expect(parsed).toThrow(/code:below cannot be answered.*http:\/\/snomed\.info\/sct/);
  });
});

describe('hierarchies of references', () => {
  it('are those of the type that the reference leads to', () => {
    expect(onlyCondition('Encounter', 'location:below', '42')).toEqual({
      kind: 'tree',
      params: [key('Encounter', 'location')],
      type: 'Location',
      links: [key('Location', 'partof')],
      roots: ['Location/42'],
      direction: 'below',
    });
    expect(onlyCondition('Organization', 'partof:above', 'Organization/1,Organization/2')).toMatchObject({
      kind: 'tree',
      roots: ['Organization/1', 'Organization/2'],
      direction: 'above',
    });
  });

  it('leave types without parts as they are', () => {
    expect(onlyCondition('Task', 'owner:below', 'Organization/1,Practitioner/2')).toMatchObject({
      kind: 'either',
      conditions: [
        { kind: 'tree', type: 'Organization', roots: ['Organization/1'] },
        { kind: 'text', any: [{ op: 'equal', value: 'Practitioner/2' }] },
      ],
    });
  });
});

describe('URLs', () => {
  const textOf = (type: string, name: string, value: string): unknown =>
    (onlyCondition(type, name, value) as { any: unknown }).any;
  const equal = (value: string, detail?: string): object => ({ op: 'equal', value, ...(detail ? { detail } : {}) });

  it('below one begin with its segments', () => {
    const below = [equal('http://acme.org/fhir'), { op: 'prefix', value: 'http://acme.org/fhir/' }];
    expect(textOf('ValueSet', 'url:below', 'http://acme.org/fhir')).toEqual(below);
    expect(textOf('ValueSet', 'url:below', 'http://acme.org/fhir/')).toEqual(below);
  });

  it('above one are its beginnings', () => {
    expect(textOf('ValueSet', 'url:above', 'http://acme.org/fhir/ValueSet')).toEqual(
      ['http://acme.org', 'http://acme.org/fhir', 'http://acme.org/fhir/ValueSet'].flatMap((url) => [
        equal(url),
        equal(`${url}/`),
      ]),
    );
  });

  it.each([
    ['Patient', '_profile', 'http://a.example/p|1.4', [equal('http://a.example/p', '1.4')]],
    ['Patient', '_profile', 'http://a.example/p', [equal('http://a.example/p')]],
    [
      'Patient',
      '_profile:below',
      'http://a.example/p',
      [equal('http://a.example/p'), { op: 'prefix', value: 'http://a.example/p/' }],
    ],
    [
      'Patient',
      '_profile:below',
      'http://a.example/p|1',
      [{ op: 'version', value: 'http://a.example/p', detail: '1' }],
    ],
    [
      'QuestionnaireResponse',
      'questionnaire:below',
      'http://a.example/q|2.1',
      [{ op: 'version', value: 'http://a.example/q', detail: '2.1' }],
    ],
    [
      'QuestionnaireResponse',
      'questionnaire:above',
      'http://a.example/q|2.1',
      [equal('http://a.example/q', '2'), equal('http://a.example/q', '2.1')],
    ],
  ])('%s?%s=%s is a canonical', (type, name, value, any) => {
    expect(textOf(type, name, value)).toEqual(any);
  });

  it('of profiles are kept without their versions', () => {
    const meta = { profile: ['http://a.example/p|1.4', 'http://a.example/q'] };
    expect(texts({ resourceType: 'Patient', meta }, '_profile')).toEqual([
      'http://a.example/p ← 1.4',
      'http://a.example/q',
    ]);
  });
});

describe('URLs of what has versions', () => {
  const url = [key('ValueSet', 'url')];
  const text = (params: readonly number[], ...values: string[]): object => ({
    kind: 'text',
    params,
    any: values.map((value) => ({ op: 'equal', value })),
  });
  const versionOf = (value: string): object => text([key('ValueSet', 'version')], value);

  it.each<[string, object]>([
    ['http://a.example/v', text(url, 'http://a.example/v')],
    ['urn:a,urn:b', text(url, 'urn:a', 'urn:b')],
    ['urn:a|2.1', { kind: 'all', conditions: [text(url, 'urn:a'), versionOf('2.1')] }],
    ['urn:a|2\\,1', { kind: 'all', conditions: [text(url, 'urn:a'), versionOf('2,1')] }],
    [
      'urn:a,urn:b|2,urn:c,urn:d|2\\|B',
      {
        kind: 'either',
        conditions: [
          text(url, 'urn:a', 'urn:c'),
          { kind: 'all', conditions: [text(url, 'urn:b'), versionOf('2')] },
          { kind: 'all', conditions: [text(url, 'urn:d'), versionOf('2|b')] },
        ],
      },
    ],
    ['urn:a\\|2', text(url, 'urn:a|2')],
    ['urn:a|', text(url, 'urn:a|')],
    ['|2', text(url, '|2')],
  ])('url=%s', (value, condition) => {
    const { conditions } = query('ValueSet', new URLSearchParams({ url: value }).toString());
    const wanted = 'conditions' in condition && !value.includes(',urn') ? condition.conditions : [condition];
    expect(conditions).toEqual(wanted);
  });

  it('of others are taken as they are', () => {
    expect(onlyCondition('Subscription', 'url', 'urn:a|2')).toEqual(text([key('Subscription', 'url')], 'urn:a|2'));
    expect(onlyCondition('ValueSet', 'url:below', 'http://a.example/v|2')).toMatchObject({ kind: 'text' });
  });
});

describe('media types', () => {
  const params = [key('DocumentReference', 'contenttype')];
  const prefix = (value: string): object => ({ op: 'prefix', value });
  const xml = [{ op: 'equal', value: 'text/xml' }, prefix('text/xml;'), prefix('text/xml ;')];

  it.each([
    ['text/xml', xml],
    ['urn:ietf:bcp:13|text/xml', xml],
    ['|text/xml', xml],
    ['image', [{ op: 'equal', value: 'image' }, prefix('image/')]],
  ])('contenttype:below=%s', (value, any) => {
    expect(onlyCondition('DocumentReference', 'contenttype:below', value)).toEqual({ kind: 'text', params, any });
  });

  it.each(['urn:other|text/xml', 'urn:ietf:bcp:13|', 'a|b|c', 'x'.repeat(400)])('not %.20s', (value) => {
    expect(refused('DocumentReference', `contenttype:below=${value}`)).toEqual(['bad-token']);
  });
});

describe('tokens on strings', () => {
  it('are not case sensitive, others are', () => {
    const valueSet = { resourceType: 'ValueSet', status: 'draft', version: '2.0-Beta' };
    expect(texts(valueSet, 'version')).toEqual(['2.0-beta']);
    expect(onlyCondition('ValueSet', 'version', '2.0-BETA')).toMatchObject({
      any: [{ op: 'equal', value: '2.0-beta' }],
    });
    expect(onlyCondition('ValueSet', 'status', 'Draft')).toMatchObject({ any: [{ op: 'equal', value: 'Draft' }] });
  });
});

describe('codings without a code', () => {
  it('are of their system, and not missing', () => {
    const coding = [{ system: 'urn:a', display: 'Other' }, { display: 'Else' }];
    expect(texts({ resourceType: 'Basic', code: { coding } }, 'code')).toEqual([' ← urn:a', '']);
    expect(texts({ resourceType: 'Basic', identifier: [{ system: 'urn:a' }] }, 'identifier')).toEqual([' ← urn:a']);
  });
});

describe('places', () => {
  it('are circles, in metres', () => {
    expect(onlyCondition('Location', 'near', '48.1|11.5|2|[mi_i],-33|151')).toEqual({
      kind: 'near',
      params: [key('Location', 'near')],
      any: [
        { latitude: 48.1, longitude: 11.5, radius: 3218.688 },
        { latitude: -33, longitude: 151, radius: 50_000 },
      ],
    });
  });
});

describe('lists', () => {
  it('are what their entries refer to', () => {
    expect(onlyCondition('Condition', '_list', 'a,b')).toEqual({
      kind: 'has',
      sourceType: 'List',
      params: [key('List', 'item')],
      conditions: [{ kind: 'id', any: ['a', 'b'] }],
    });
  });
});
