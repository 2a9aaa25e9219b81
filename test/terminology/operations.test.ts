import { describe, expect, it } from '@jest/globals';
import type { Answer, ExpandRequest, ValidateInValueSetRequest } from '../../src/terminology/index.ts';
import { cpuTime } from '../support/cpu-time.ts';
import { BASE, COLOURS, FRAGMENT, LETTERS, filtered, valueSet } from './invented.ts';
import { readExpansion, readIssues, readParameters, terminology, terminologyWith } from './r4.ts';

const WHOLE = valueSet('whole', { include: [{ system: COLOURS.url }, { system: LETTERS.url }] });
const RED = valueSet('reds', filtered('concept', 'is-a', 'red'));
const held = terminologyWith(COLOURS, LETTERS, FRAGMENT, WHOLE, RED);
const TIMESTAMP = '2026-01-02T03:04:05Z';
const GENDER = 'http://hl7.org/fhir/ValueSet/administrative-gender';

describe('expanding', () => {
  const expand = (request: Partial<ExpandRequest>): Answer =>
    held.expandValueSet({ url: WHOLE.url, timestamp: TIMESTAMP, ...request });
  const codes = (request: Partial<ExpandRequest>): string[] => readExpansion(expand(request)).codes;

  it('gives all codes, with what they are called', () => {
    expect(held.expandValueSet({ url: RED.url, timestamp: TIMESTAMP })).toEqual({
      resourceType: 'ValueSet',
      url: RED.url,
      name: 'reds',
      status: 'active',
      expansion: {
        timestamp: TIMESTAMP,
        total: 3,
        parameter: [
          { name: 'includeDesignations', valueBoolean: false },
          { name: 'version', valueUri: `${COLOURS.url}|3` },
        ],
        contains: [
          { system: COLOURS.url, code: 'red', display: 'Red' },
          { system: COLOURS.url, code: 'scarlet', display: 'Scarlet' },
          { system: COLOURS.url, code: 'violet', display: 'Violet' },
        ],
      },
    });
  });

  it('marks codes that are not for use, or only group others', () => {
    const { contains } = readExpansion(expand({}));
    expect(contains.filter(({ abstract }) => abstract).map(({ code }) => code)).toEqual(['colour']);
    expect(contains.filter(({ inactive }) => inactive).map(({ code }) => code)).toEqual(['navy']);
    expect(codes({ activeOnly: true })).not.toContain('navy');
    expect(codes({ excludeNotForUI: true })).not.toContain('colour');
  });

  it('finds by words in the code or the display', () => {
    expect(codes({ filter: 'BLU' })).toEqual(['blue', 'navy']);
    expect(codes({ filter: 'blue  nav' })).toEqual(['navy']);
    expect(codes({ filter: 'nothing of the kind' })).toEqual([]);
    expect(codes({ filter: 'blue '.repeat(51) })).toEqual(['blue', 'navy']);
  });

  it('goes in pages', () => {
    const pages = [0, 3, 6, 9].map((offset) => readExpansion(expand({ offset, count: 3 })));
    expect(pages.map(({ total }) => total)).toEqual([8, 8, 8, 8]);
    expect(pages.flatMap((page) => page.codes)).toEqual(codes({}));
    expect(pages.map((page) => page.codes.length)).toEqual([3, 3, 2, 0]);
    expect(expand({ offset: 3, count: 3 })).toMatchObject({ expansion: { offset: 3 } });
    expect(readExpansion(expand({ count: 0 }))).toEqual({ codes: [], total: 8, contains: [] });
    expect(readIssues(expand({ offset: -1 }))).toEqual(['value paging-unusable']);
    expect(readIssues(expand({ count: 1.5 }))).toEqual(['value paging-unusable']);
  });

  it('gives other names where they are asked for', () => {
    const { contains } = readExpansion(expand({ includeDesignations: true, filter: 'red' }));
    expect(contains[0]).toEqual({
      system: COLOURS.url,
      code: 'red',
      display: 'Red',
      designation: [{ language: 'de', value: 'Rot' }],
    });
  });

  it('takes a value set that is sent', () => {
    const sent = { resourceType: 'ValueSet', compose: { include: [{ valueSet: [RED.url] }] } };
    const answer = held.expandValueSet({ valueSet: sent, timestamp: TIMESTAMP });
    expect(readExpansion(answer).codes).toEqual(['red', 'scarlet', 'violet']);
    expect(answer).not.toHaveProperty('url');
  });

  it.each([
    { resourceType: 'Patient' },
    { resourceType: 'ValueSet' },
    { resourceType: 'ValueSet', compose: { include: {} } },
    { resourceType: 'ValueSet', compose: { include: [null] } },
    { resourceType: 'ValueSet', compose: { include: [{ system: 1 }] } },
    { resourceType: 'ValueSet', compose: { include: [{ concept: [{}] }] } },
    { resourceType: 'ValueSet', compose: { include: [{ filter: [{ property: 'x', op: '=' }] }] } },
    { resourceType: 'ValueSet', compose: { include: [], exclude: [{ valueSet: [1] }] } },
  ])('refuses %j', (sent) => {
    expect(readIssues(held.expandValueSet({ valueSet: sent, timestamp: TIMESTAMP }))).toEqual([
      'invalid value-set-unusable',
    ]);
  });

  it('refuses a filter that is long', () => {
    const started = cpuTime();
    expect(readIssues(expand({ filter: 'a b '.repeat(100_000) }))).toEqual(['too-costly filter-too-long']);
    expect(cpuTime() - started).toBeLessThan(1000);
  });

  it.each<[string, string, string]>([
    ['code', 'regex', '(a+)+'],
    ['no-such-property', '=', 'a'],
  ])('says of a filter that cannot be worked out what is wrong with it: %s %s %s', (...filter) => {
    const sent = { resourceType: 'ValueSet', compose: filtered(...filter) };
    expect(readIssues(held.expandValueSet({ valueSet: sent, timestamp: TIMESTAMP }))).toEqual([
      'not-supported filter-not-supported',
    ]);
  });

  it('refuses what would take for ever', () => {
    const include = Array.from({ length: 101 }, () => ({ system: COLOURS.url }));
    const sent = { resourceType: 'ValueSet', compose: { include } };
    expect(readIssues(held.expandValueSet({ valueSet: sent, timestamp: TIMESTAMP }))).toEqual([
      'too-costly value-set-too-large',
    ]);
  });

  it('refuses more than 10,000 codes at once', () => {
    const concept = Array.from({ length: 10_001 }, (_, index) => ({ code: `c${index}` }));
    const sent = { resourceType: 'ValueSet', compose: { include: [{ system: BASE, concept }] } };
    const ask = (paging: object): Answer => held.expandValueSet({ valueSet: sent, timestamp: TIMESTAMP, ...paging });
    expect(readIssues(ask({}))).toEqual(['too-costly expansion-too-large']);
    expect(readExpansion(ask({ offset: 9_999, count: 20_000 })).codes).toEqual(['c9999', 'c10000']);
  });

  it.each([
    ['http://hl7.org/fhir/ValueSet/all-languages', 'too-costly expansion-without-end'],
    ['http://hl7.org/fhir/ValueSet/mimetypes', 'too-costly expansion-without-end'],
    ['http://hl7.org/fhir/ValueSet/ucum-units', 'too-costly expansion-without-end'],
    ['http://hl7.org/fhir/ValueSet/condition-code', 'not-supported code-system-not-held'],
    ['http://hl7.org/fhir/ValueSet/use-context', 'not-supported value-set-incomplete'],
    ['http://example.org/none', 'not-found value-set-unknown'],
  ])('says why %s cannot be listed', (url, issue) => {
    expect(readIssues(held.expandValueSet({ url, timestamp: TIMESTAMP }))).toEqual([issue]);
  });

  it('says which value set it lacks, though only to leave codes out', () => {
    const compose = { ...WHOLE.compose, exclude: [{ valueSet: ['http://example.org/none'] }] };
    const answer = held.expandValueSet({ valueSet: valueSet('sent', compose), timestamp: TIMESTAMP });
    expect(readIssues(answer)).toEqual(['not-supported value-set-incomplete']);
    expect(JSON.stringify(answer)).toContain('http://example.org/none');
  });

  it('says that a fragment is not all', () => {
    expect(held.expandValueSet({ url: FRAGMENT.valueSet, timestamp: TIMESTAMP })).toMatchObject({
      expansion: {
        extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/valueset-unclosed', valueBoolean: true }],
        contains: [{ code: 'known' }],
      },
    });
  });

  it('needs to know of what', () => {
    expect(readIssues(held.expandValueSet({ timestamp: TIMESTAMP }))).toEqual(['required value-set-needed']);
  });
});

describe('validating a code in a value set', () => {
  const validate = (request: ValidateInValueSetRequest): Record<string, unknown> =>
    readParameters(held.validateValueSetCode({ url: WHOLE.url, ...request }));
  const red = { system: COLOURS.url, code: 'red' };

  it('says yes, and what it is called', () => {
    expect(validate(red)).toEqual({ result: true, display: 'Red' });
    expect(validate({ coding: red })).toEqual({ result: true, display: 'Red' });
    expect(validate({ ...red, display: ' RED ' })).toMatchObject({ result: true });
    expect(validate({ ...red, display: 'Rot' })).toMatchObject({ result: true });
  });

  it('says no, and why', () => {
    expect(validate({ system: COLOURS.url, code: 'mauve' })).toEqual({
      result: false,
      message: `The code is not in the value set ${WHOLE.url}. It is no code of the system that is named with it.`,
    });
    const outside = held.validateValueSetCode({ url: RED.url, system: COLOURS.url, code: 'navy' });
    expect(readParameters(outside)).toEqual({
      result: false,
      message: `The code is not in the value set ${RED.url}.`,
      display: 'Navy blue',
    });
  });

  it('takes no wrong name', () => {
    expect(validate({ ...red, display: 'Green' })).toEqual({
      result: false,
      message: 'The display is not one that the code has: see display.',
      display: 'Red',
    });
  });

  it('takes names as they come where it has none but its own', () => {
    const asked = { url: 'http://hl7.org/fhir/ValueSet/currencies', system: 'urn:iso:std:iso:4217', code: 'CHF' };
    expect(readParameters(held.validateValueSetCode({ ...asked, display: 'Franken' }))).toMatchObject({ result: true });
  });

  it('takes what only groups others where that is said to do', () => {
    const colour = { system: COLOURS.url, code: 'colour' };
    expect(validate(colour)).toMatchObject({ result: false, message: expect.stringContaining('groups') });
    expect(validate({ ...colour, abstract: true })).toMatchObject({ result: true });
  });

  it('warns of what is not for use any more', () => {
    expect(validate({ system: COLOURS.url, code: 'navy' })).toMatchObject({
      result: true,
      message: 'The code is not for use any more.',
    });
  });

  it('is content with one coding of several', () => {
    const other = { system: 'http://example.org/elsewhere', code: 'x' };
    expect(validate({ codeableConcept: { coding: [other, red] } })).toEqual({ result: true, display: 'Red' });
    expect(validate({ codeableConcept: { coding: [other, { ...red, code: 'mauve' }] } })).toMatchObject({
      result: false,
    });
  });

  it('says where it cannot tell', () => {
    const asked = {
      url: 'http://hl7.org/fhir/ValueSet/condition-code',
      system: 'http://snomed.info/sct',
      code: '363346000',
    };
    expect(readParameters(held.validateValueSetCode(asked))).toEqual({
      result: false,
      message: expect.stringContaining('cannot be decided'),
    });
  });

  it.each<[ValidateInValueSetRequest, string]>([
    [{ code: 'red' }, 'required system-needed'],
    [{ coding: { code: 'red' } }, 'required system-needed'],
    [{ coding: { system: COLOURS.url } }, 'required system-needed'],
    [{ codeableConcept: {} }, 'required coding-needed'],
    [{ codeableConcept: { coding: [null] } as never }, 'required system-needed'],
    [{ codeableConcept: { coding: 'red' } as never }, 'required coding-needed'],
    [{ coding: null as never }, 'required system-needed'],
    [{}, 'invalid one-code-needed'],
    [{ ...red, coding: red }, 'invalid one-code-needed'],
    [{ ...red, url: 'http://example.org/none' }, 'not-found value-set-unknown'],
  ])('refuses %j', (request, issue) => {
    expect(readIssues(held.validateValueSetCode({ url: WHOLE.url, ...request }))).toEqual([issue]);
  });

  it('never repeats what was sent', () => {
    const secret = 'patient-secret';
    const answers = [
      held.validateValueSetCode({ url: WHOLE.url, system: secret, code: secret, display: secret }),
      held.validateValueSetCode({ url: WHOLE.url, ...red, display: secret }),
      held.validateCodeSystemCode({ url: COLOURS.url, code: secret, display: secret }),
      held.validateCodeSystemCode({ url: secret, code: secret }),
      held.lookUpCode({ system: secret, code: secret }),
      held.lookUpCode({ system: COLOURS.url, code: secret }),
      held.translateCode({ system: secret, code: secret, url: secret }),
    ];
    expect(JSON.stringify(answers)).not.toContain(secret);
  });
});

describe('validating a code in its system', () => {
  const validate = (request: object): Record<string, unknown> =>
    readParameters(held.validateCodeSystemCode({ url: `${COLOURS.url}|3`, ...request }));

  it.each<[object, object]>([
    [{ code: 'red' }, { result: true, display: 'Red' }],
    [{ coding: { system: COLOURS.url, code: 'red' } }, { result: true, display: 'Red' }],
    [{ code: 'mauve' }, { result: false, message: `The code is no code of ${COLOURS.url}.` }],
    [
      { code: 'red', display: 'Green' },
      { result: false, message: expect.any(String), display: 'Red' },
    ],
    [
      { coding: { system: LETTERS.url, code: 'Alpha' } },
      { result: false, message: `The coding is not of the system ${COLOURS.url}.` },
    ],
  ])('%j', (request, answer) => {
    expect(validate(request)).toEqual(answer);
  });

  it('cannot tell what is not held', () => {
    const answer = held.validateCodeSystemCode({ url: 'http://loinc.org', code: '718-7' });
    expect(readParameters(answer)).toEqual({ result: false, message: expect.stringContaining('cannot be decided') });
    expect(readIssues(held.validateCodeSystemCode({ url: 'http://example.org/none', code: 'x' }))).toEqual([
      'not-found code-system-unknown',
    ]);
    expect(readIssues(held.validateCodeSystemCode({ code: 'x' }))).toEqual(['required code-system-needed']);
  });
});

describe('validating a code in a code system that is sent', () => {
  const sent = {
    resourceType: 'CodeSystem',
    url: `${BASE}/shapes`,
    status: 'active',
    content: 'complete',
    caseSensitive: false,
    concept: [{ code: 'Round', display: 'Round', concept: [{ code: 'oval', display: 'Oval' }] }],
  };
  const ask = (codeSystem: object, request: object = { code: 'oval' }): Answer =>
    held.validateCodeSystemCode({ codeSystem: codeSystem as typeof sent, ...request });

  it.each<[object, object]>([
    [
      { code: 'OVAL', display: 'oval' },
      { result: true, display: 'Oval' },
    ],
    [{ coding: { system: sent.url, code: 'Round' } }, { result: true, display: 'Round' }],
    [{ code: 'square' }, { result: false, message: `The code is no code of ${sent.url}.` }],
    [{ coding: { system: COLOURS.url, code: 'red' } }, { result: false, message: expect.any(String) }],
  ])('%j', (request, answer) => {
    expect(readParameters(ask(sent, request))).toEqual(answer);
  });

  it('goes by what is sent, also where another of the same address is held', () => {
    const mauve = { ...COLOURS, property: [], concept: [{ code: 'mauve' }] };
    expect(readParameters(ask(mauve, { code: 'mauve' }))).toEqual({ result: true });
    expect(readParameters(ask(mauve, { code: 'red' }))).toMatchObject({ result: false });
    expect(readParameters(held.validateCodeSystemCode({ url: COLOURS.url, code: 'red' }))).toMatchObject({
      result: true,
    });
  });

  it('needs no address, and cannot tell where not all codes are sent', () => {
    const { url: _url, ...nameless } = sent;
    expect(readParameters(ask(nameless))).toEqual({ result: true, display: 'Oval' });
    const fragment = { ...sent, content: 'fragment' };
    expect(readParameters(ask(fragment, { code: 'square' }))).toEqual({
      result: false,
      message: expect.stringContaining('cannot be decided'),
    });
  });

  it.each<[string, object, string]>([
    ['another type', { ...sent, resourceType: 'ValueSet' }, 'invalid code-system-unusable'],
    ['a concept without code', { ...sent, concept: [{ display: 'x' }] }, 'invalid code-system-unusable'],
    ['no list', { ...sent, concept: { code: 'x' } }, 'invalid code-system-unusable'],
    ['a wrong name', { ...sent, concept: [{ code: 'x', designation: [{}] }] }, 'invalid code-system-unusable'],
    ['a null below', { ...sent, concept: [{ code: 'x', concept: [null] }] }, 'invalid code-system-unusable'],
    ['a wrong property', { ...sent, property: [{ code: 'x' }] }, 'invalid code-system-unusable'],
    ['a supplement', { ...sent, content: 'supplement' }, 'not-supported code-system-supplement'],
    [
      'more than can be gone through',
      { ...sent, concept: Array.from({ length: 5_001 }, () => ({ code: 'x', concept: [{ code: 'y' }] })) },
      'too-costly code-system-too-large',
    ],
  ])('refuses %s', (_, codeSystem, issue) => {
    expect(readIssues(ask(codeSystem))).toEqual([issue]);
  });
});

describe('looking a code up', () => {
  it('tells all that is known', () => {
    const { property, ...rest } = readParameters(held.lookUpCode({ system: COLOURS.url, code: 'red' }));
    expect(rest).toEqual({
      name: 'Colours',
      version: '3',
      display: 'Red',
      designation: { language: 'de', value: 'Rot' },
    });
    expect(property).toEqual([
      { code: 'definition', value: 'Like a ripe tomato.' },
      { code: 'inactive', value: false },
      { code: 'parent', value: 'colour' },
      { code: 'child', value: 'scarlet' },
      { code: 'child', value: 'violet' },
      { code: 'warm', value: true },
      { code: 'rank', value: JSON.rawJSON('1') },
      { code: 'pigment', value: { system: `${BASE}/pigments`, code: 'PR254' } },
    ]);
  });

  it('gives values the type that the system declares', () => {
    const text = JSON.stringify(held.lookUpCode({ coding: { system: COLOURS.url, code: 'red' } }));
    for (const value of ['"valueBoolean":true', '"valueInteger":1', '"valueCoding":{', '"valueCode":"violet"']) {
      expect(text).toContain(value);
    }
  });

  it('tells only what is asked for', () => {
    const look = (properties: string[]): Record<string, unknown> =>
      readParameters(held.lookUpCode({ system: COLOURS.url, code: 'violet', properties }));
    expect(look(['parent'])['property']).toEqual([
      { code: 'parent', value: 'red' },
      { code: 'parent', value: 'blue' },
    ]);
    expect(look(['warm'])).toEqual({ name: 'Colours', version: '3', display: 'Violet' });
    expect(
      readParameters(held.lookUpCode({ system: COLOURS.url, code: 'red', properties: ['designation'] })),
    ).toMatchObject({
      designation: { value: 'Rot' },
    });
  });

  it('names codes that are decided by rule', () => {
    const look = (system: string, code: string): unknown =>
      readParameters(held.lookUpCode({ system, code }))['display'];
    expect(look('http://unitsofmeasure.org', 'mm[Hg]')).toBe('millimeter of mercury');
    expect(look('urn:ietf:bcp:47', 'de')).toBe('German');
    expect(look('urn:ietf:bcp:13', 'text/plain')).toBe('text/plain');
  });

  it.each([
    [COLOURS.url, 'mauve', 'not-found code-unknown'],
    ['http://example.org/none', 'x', 'not-found code-system-unknown'],
    ['http://snomed.info/sct', '363346000', 'not-supported code-system-not-held'],
    ['http://snomed.info/sct', '363346001', 'not-found code-unknown'],
    ['http://unitsofmeasure.org', 'foo', 'not-found code-unknown'],
  ])('%s %s: %s', (system, code, issue) => {
    expect(readIssues(held.lookUpCode({ system, code }))).toEqual([issue]);
  });

  it('needs code and system', () => {
    expect(readIssues(held.lookUpCode({ code: 'red' }))).toEqual(['required system-needed']);
    expect(readIssues(held.lookUpCode({}))).toEqual(['invalid one-code-needed']);
  });
});

describe('translating', () => {
  const from = `${BASE}/from`;
  const to = `${BASE}/to`;
  const map = (name: string, unmapped?: object): { resourceType: string; url: string } & Record<string, unknown> => ({
    resourceType: 'ConceptMap',
    url: `${BASE}/${name}`,
    sourceCanonical: `${from}-set`,
    targetUri: `${to}-set`,
    group: [
      {
        source: from,
        target: to,
        element: [
          { code: 'a', target: [{ code: '1', display: 'One', equivalence: 'wider' }] },
          { code: 'b', target: [{ equivalence: 'unmatched' }] },
          { code: 'c', target: [{ code: '3', equivalence: 'equal', dependsOn: [{ property: 'x', value: 'y' }] }] },
          {
            code: 'd',
            target: [{ code: '4', equivalence: 'equal', product: [{ property: 'p', system: to, value: 'q' }] }],
          },
        ],
        ...(unmapped ? { unmapped } : {}),
      },
    ],
  });
  const maps = terminologyWith(
    map('plain'),
    map('provided', { mode: 'provided' }),
    map('fixed', { mode: 'fixed', code: '0', display: 'Other' }),
    map('other', { mode: 'other-map', url: `${BASE}/fixed|1` }),
    map('circle', { mode: 'other-map', url: `${BASE}/circle` }),
  );
  const translate = (name: string, code: string): Record<string, unknown> =>
    readParameters(maps.translateCode({ url: `${BASE}/${name}|1`, system: from, code }));

  it('gives the match and where it is from', () => {
    expect(translate('plain', 'a')).toEqual({
      result: true,
      match: { equivalence: 'wider', concept: { system: to, code: '1', display: 'One' }, source: `${BASE}/plain` },
    });
    expect(translate('plain', 'd')).toMatchObject({
      match: { product: { element: 'p', concept: { system: to, code: 'q' } } },
    });
  });

  it('says where there is none', () => {
    expect(translate('plain', 'b')).toMatchObject({ result: false, match: { equivalence: 'unmatched' } });
    expect(translate('plain', 'c')).toEqual({ result: false, message: expect.any(String) });
    expect(translate('plain', 'z')).toEqual({ result: false, message: expect.any(String) });
    expect(translate('circle', 'z')).toMatchObject({ result: false });
    expect(readIssues(maps.translateCode({ url: `${BASE}/none`, system: from, code: 'a' }))).toEqual([
      'not-found concept-map-unknown',
    ]);
    expect(readIssues(maps.translateCode({ url: `${BASE}/plain`, code: 'a' }))).toEqual(['required system-needed']);
  });

  it.each([
    ['provided', { equivalence: 'equal', concept: { system: to, code: 'z' }, source: `${BASE}/provided` }],
    [
      'fixed',
      { equivalence: 'relatedto', concept: { system: to, code: '0', display: 'Other' }, source: `${BASE}/fixed` },
    ],
    [
      'other',
      { equivalence: 'relatedto', concept: { system: to, code: '0', display: 'Other' }, source: `${BASE}/fixed` },
    ],
  ])('of what is not mapped: %s', (name, match) => {
    expect(translate(name, 'z')).toEqual({ result: true, match });
  });

  it('goes by a map that is sent, alone', () => {
    const { url, ...sent } = map('sent', { mode: 'other-map', url: `${BASE}/fixed` });
    const ask = (code: string): Record<string, unknown> =>
      readParameters(maps.translateCode({ conceptMap: sent, system: from, code }));
    expect(url).toBe(`${BASE}/sent`);
    // It has no address to be named by.
    expect(ask('a')).toEqual({
      result: true,
      match: { equivalence: 'wider', concept: { system: to, code: '1', display: 'One' } },
    });
    expect(ask('z')).toMatchObject({ match: { concept: { code: '0' }, source: `${BASE}/fixed` } });
  });

  it.each([
    { resourceType: 'ValueSet' },
    { resourceType: 'ConceptMap', group: {} },
    { resourceType: 'ConceptMap', group: [{}] },
    { resourceType: 'ConceptMap', group: [{ element: [null] }] },
    { resourceType: 'ConceptMap', group: [{ element: [{ code: 'a', target: [{ code: '1' }] }] }] },
    { resourceType: 'ConceptMap', group: [{ element: [{ target: [{ equivalence: 'equal', product: [{}] }] }] }] },
    { resourceType: 'ConceptMap', group: [{ element: [], unmapped: {} }] },
  ])('refuses %j', (conceptMap) => {
    expect(readIssues(maps.translateCode({ conceptMap, system: from, code: 'a' }))).toEqual([
      'invalid concept-map-unusable',
    ]);
  });

  it('goes back, with the equivalence turned round', () => {
    const answer = maps.translateCode({ url: `${BASE}/plain`, system: to, code: '1', reverse: true });
    expect(readParameters(answer)['match']).toEqual({
      equivalence: 'narrower',
      concept: { system: from, code: 'a' },
      source: `${BASE}/plain`,
    });
  });

  it('finds the maps by what they map', () => {
    const count = (request: object): number =>
      [readParameters(maps.translateCode({ system: from, code: 'a', ...request }))['match'] ?? []].flat().length;
    expect(count({})).toBe(5);
    expect(count({ source: `${from}-set`, target: `${to}-set` })).toBe(5);
    expect(count({ source: `${to}-set` })).toBe(0);
    expect(count({ targetSystem: to })).toBe(5);
    expect(count({ targetSystem: from })).toBe(0);
  });

  it('knows the maps of R4', () => {
    const asked = { system: 'http://hl7.org/fhir/administrative-gender', code: 'female' };
    const answer = terminology.translateCode({
      ...asked,
      target: 'http://terminology.hl7.org/ValueSet/v2-0001',
      source: GENDER,
    });
    expect(readParameters(answer)).toMatchObject({
      result: true,
      match: { concept: { system: 'http://terminology.hl7.org/CodeSystem/v2-0001', code: 'F' } },
    });
  });
});
