import { describe, expect, it } from '@jest/globals';
import type { Membership } from '../../src/terminology/index.ts';
import { BASE, COLOURS, FRAGMENT, LETTERS, filtered, valueSet } from './invented.ts';
import { terminology, terminologyWith } from './r4.ts';

/** Codes of the set that `compose` makes, beside those named. */
function codesOf(compose: object, ...others: ReturnType<typeof valueSet>[]): string[] | undefined {
  const set = valueSet('set', compose);
  return terminologyWith(COLOURS, LETTERS, FRAGMENT, set, ...others)
    .list(set.url, 1000)
    ?.map(({ code }) => code);
}

function verdictOf(compose: object, system: string | undefined, code: string): Membership {
  const set = valueSet('set', compose);
  return terminologyWith(COLOURS, LETTERS, FRAGMENT, set).membership(set.url, system, code);
}

const WHOLE = { include: [{ system: COLOURS.url }] };

describe('filters', () => {
  it.each([
    ['concept', 'is-a', 'red', ['red', 'scarlet', 'violet']],
    ['concept', 'is-a', 'blue', ['violet', 'blue', 'navy']],
    ['concept', 'descendent-of', 'red', ['scarlet', 'violet']],
    ['concept', 'is-not-a', 'red', ['colour', 'blue', 'navy']],
    ['concept', 'generalizes', 'violet', ['colour', 'red', 'violet', 'blue']],
    ['concept', 'is-a', 'mauve', []],
    ['concept', 'in', 'red, navy', ['red', 'navy']],
    ['concept', 'not-in', 'red,navy', ['colour', 'scarlet', 'violet', 'blue']],
    ['code', '=', 'red', ['red']],
    ['code', 'regex', '[a-c].*', ['colour', 'blue']],
    ['display', 'regex', '.*blue', ['navy']],
    ['parent', '=', 'blue', ['violet', 'navy']],
    ['child', '=', 'violet', ['red', 'blue']],
    ['child', 'exists', 'true', ['colour', 'red', 'blue']],
    ['warm', '=', 'true', ['red']],
    ['warm', 'exists', 'true', ['red', 'blue']],
    ['warm', 'exists', 'false', ['colour', 'scarlet', 'violet', 'navy']],
    ['rank', '=', '1', ['red']],
    ['pigment', '=', 'PR254', ['red']],
    ['inactive', '=', 'true', ['navy']],
    ['notSelectable', '=', 'false', ['red', 'scarlet', 'violet', 'blue', 'navy']],
  ])('%s %s %s', (property, op, value, codes) => {
    expect(codesOf(filtered(property, op, value))).toEqual(codes);
  });

  it('hold together', () => {
    const filter = [
      { property: 'concept', op: 'is-a', value: 'red' },
      { property: 'concept', op: 'is-a', value: 'blue' },
    ];
    expect(codesOf({ include: [{ system: COLOURS.url, filter }] })).toEqual(['violet']);
  });

  it.each([
    ['concept', 'resembles', 'red'],
    ['flavour', '=', 'red'],
    ['code', 'regex', '(r+)+d'],
    ['code', 'regex', '['],
  ])('that cannot be understood decide nothing: %s %s %s', (property, op, value) => {
    expect(codesOf(filtered(property, op, value))).toBeUndefined();
    expect(verdictOf(filtered(property, op, value), COLOURS.url, 'red')).toBe('unknown');
    expect(verdictOf(filtered(property, op, value), LETTERS.url, 'Beta')).toBe('out');
  });
});

describe('value sets', () => {
  it('include and exclude', () => {
    const compose = {
      include: [
        { system: COLOURS.url, filter: [{ property: 'concept', op: 'is-a', value: 'red' }] },
        { system: LETTERS.url },
      ],
      exclude: [
        { system: COLOURS.url, concept: [{ code: 'red' }, { code: 'navy' }] },
        { system: LETTERS.url, concept: [{ code: 'beta' }] },
      ],
    };
    expect(codesOf(compose)).toEqual(['scarlet', 'violet', 'Alpha']);
  });

  it('nest', () => {
    const inner = valueSet('inner', filtered('concept', 'is-a', 'blue'));
    expect(codesOf({ include: [{ valueSet: [`${inner.url}|1`] }, { system: LETTERS.url }] }, inner)).toEqual([
      'violet', 'blue', 'navy', 'Alpha', 'Beta',
    ]); // prettier-ignore
    expect(codesOf({ ...WHOLE, exclude: [{ valueSet: [inner.url] }] }, inner)).toEqual(['colour', 'red', 'scarlet']);
  });

  it('hold what is in all the value sets of an include, and of its system', () => {
    const blue = valueSet('blue', filtered('concept', 'is-a', 'blue'));
    const red = valueSet('red', filtered('concept', 'is-a', 'red'));
    expect(codesOf({ include: [{ valueSet: [blue.url, red.url] }] }, blue, red)).toEqual(['violet']);
    const concept = [{ code: 'navy' }, { code: 'red' }];
    expect(codesOf({ include: [{ system: COLOURS.url, concept, valueSet: [blue.url] }] }, blue)).toEqual(['navy']);
  });

  it('that include each other come to what can be decided', () => {
    const inner = valueSet('inner', { include: [{ valueSet: [`${BASE}/set`] }, { system: LETTERS.url }] });
    const outer = valueSet('set', { include: [{ valueSet: [inner.url] }] });
    const circle = terminologyWith(LETTERS, inner, outer);
    expect(circle.membership(outer.url, LETTERS.url, 'Alpha')).toBe('in');
    expect(circle.membership(outer.url, COLOURS.url, 'red')).toBe('unknown');
  });

  it('leave inactive codes out where they say so', () => {
    expect(codesOf({ inactive: false, ...filtered('concept', 'is-a', 'blue') })).toEqual(['violet', 'blue']);
  });

  it('name codes of systems that are not held', () => {
    const compose = { include: [{ system: 'http://example.org/elsewhere', concept: [{ code: 'x', display: 'X' }] }] };
    expect(verdictOf(compose, 'http://example.org/elsewhere', 'x')).toBe('in');
    expect(verdictOf(compose, 'http://example.org/elsewhere', 'y')).toBe('out');
    expect(codesOf(compose)).toEqual(['x']);
  });

  it('with a system that is not held decide nothing about its codes', () => {
    const compose = { include: [{ system: 'http://example.org/elsewhere' }, { system: COLOURS.url }] };
    expect(verdictOf(compose, 'http://example.org/elsewhere', 'x')).toBe('unknown');
    expect(verdictOf(compose, undefined, 'x')).toBe('unknown');
    expect(verdictOf(compose, undefined, 'red')).toBe('in');
    expect(verdictOf(compose, LETTERS.url, 'Alpha')).toBe('out');
    expect(codesOf(compose)).toBeUndefined();
  });

  it('with a value set that is not held decide only about what they list', () => {
    const compose = { include: [{ valueSet: ['http://example.org/elsewhere'] }, { system: LETTERS.url }] };
    expect(verdictOf(compose, LETTERS.url, 'Alpha')).toBe('in');
    expect(verdictOf(compose, LETTERS.url, 'Gamma')).toBe('unknown');
    expect(verdictOf(compose, COLOURS.url, 'red')).toBe('unknown');
    const excluding = { ...WHOLE, exclude: [{ valueSet: ['http://example.org/elsewhere'] }] };
    expect(verdictOf(excluding, COLOURS.url, 'red')).toBe('unknown');
    expect(verdictOf(excluding, COLOURS.url, 'mauve')).toBe('out');
    expect(codesOf(excluding)).toBeUndefined();
  });

  it('of a fragment do not know what else it has', () => {
    const compose = { include: [{ system: FRAGMENT.url }] };
    expect(verdictOf(compose, FRAGMENT.url, 'known')).toBe('in');
    expect(verdictOf(compose, FRAGMENT.url, 'other')).toBe('unknown');
  });

  it('heed case where the system does', () => {
    expect(verdictOf({ include: [{ system: LETTERS.url }] }, LETTERS.url, 'ALPHA')).toBe('in');
    expect(verdictOf({ include: [{ system: LETTERS.url, concept: [{ code: 'alpha' }] }] }, LETTERS.url, 'Alpha')).toBe(
      'in',
    );
    expect(verdictOf(WHOLE, COLOURS.url, 'RED')).toBe('out');
  });

  it('of all codes are there by the name that the code system gives them, or as ?fhir_vs', () => {
    const held = terminologyWith(FRAGMENT, COLOURS);
    expect(held.membership(FRAGMENT.valueSet, FRAGMENT.url, 'known')).toBe('in');
    expect(held.list(`${COLOURS.url}?fhir_vs`, 100)).toHaveLength(6);
    expect(held.knowsValueSet('http://example.org/elsewhere?fhir_vs')).toBe(false);
  });

  it('come before those of R4 with the same address', () => {
    const own = {
      ...valueSet('', { include: [{ system: LETTERS.url }] }),
      url: 'http://hl7.org/fhir/ValueSet/days-of-week',
    };
    expect(terminologyWith(LETTERS, own).membership(own.url, undefined, 'Alpha')).toBe('in');
    expect(terminology.membership(own.url, undefined, 'mon')).toBe('in');
  });

  it('that nobody knows decide nothing', () => {
    expect(terminology.knowsValueSet('http://example.org/none')).toBe(false);
    expect(terminology.membership('http://example.org/none', undefined, 'x')).toBe('unknown');
    expect(terminology.membership('constructor', undefined, 'x')).toBe('unknown');
    expect(terminology.list('http://example.org/none', 10)).toBeUndefined();
  });

  it('are listed up to a limit', () => {
    const url = 'http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1';
    expect(terminology.list(url, 4)).toContainEqual({
      system: 'http://hl7.org/fhir/administrative-gender',
      code: 'female',
      display: 'Female',
    });
    expect(terminology.list(url, 3)).toBeUndefined();
  });
});

describe('code systems', () => {
  const held = terminologyWith(COLOURS, LETTERS, FRAGMENT);

  it.each<[string, string, Membership]>([
    [COLOURS.url, 'red', 'in'],
    [COLOURS.url, 'mauve', 'out'],
    [COLOURS.url, 'constructor', 'out'],
    [LETTERS.url, 'BETA', 'in'],
    [FRAGMENT.url, 'other', 'unknown'],
    ['http://example.org/elsewhere', 'x', 'unknown'],
    ['http://hl7.org/fhir/administrative-gender', 'male', 'in'],
    ['http://terminology.hl7.org/CodeSystem/v3-ActCode', 'AMB', 'in'],
    ['http://terminology.hl7.org/CodeSystem/v2-0203', 'PLAC', 'in'],
  ])('%s has %s: %s', (system, code, verdict) => {
    expect(held.codeOf(system, code)).toBe(verdict);
  });

  it('call codes what they call them', () => {
    expect(held.display(COLOURS.url, 'navy')).toBe('Navy blue');
    expect(held.display(COLOURS.url, 'mauve')).toBeUndefined();
    expect(held.display(LETTERS.url, 'Beta')).toBeUndefined();
    expect(held.display('http://example.org/elsewhere', 'x')).toBeUndefined();
    expect(held.display('http://terminology.hl7.org/CodeSystem/v2-0203', 'PLAC')).toBe('Placer Identifier');
  });
});
