import { describe, expect, it } from '@jest/globals';
import { compileValidator } from '../../src/validation/index.ts';
import { definitions } from '../definitions/r4.ts';
import { cpuTime } from '../support/cpu-time.ts';
import { examineWithCodes, findings, profile, request, terminology, validate } from './check.ts';

describe('rules of R4', () => {
  it.each<[string, object, string[]]>([
    [
      'obs-6',
      {
        resourceType: 'Observation',
        status: 'final',
        code: { text: 'A' },
        valueString: 'a',
        dataAbsentReason: { text: 'b' },
      },
      ['obs-6 Observation'],
    ],
    [
      'obs-3',
      {
        resourceType: 'Observation',
        status: 'final',
        code: { text: 'A' },
        referenceRange: [{ appliesTo: [{ text: 'a' }] }],
      },
      ['obs-3 Observation.referenceRange[0]'],
    ],
    ['per-1', request({ occurrencePeriod: { start: '2026-02', end: '2026-01' } }), ['per-1 ServiceRequest.occurrence']],
    ['per-1, that cannot be told', request({ occurrencePeriod: { start: '2026-02', end: '2026' } }), []],
    ['qty-3', request({ quantityQuantity: { value: 1, code: 'kg' } }), ['qty-3 ServiceRequest.quantity']],
    [
      'sqty-1',
      request({ quantityRange: { low: { value: 1, comparator: '<' } } }),
      ['sqty-1 ServiceRequest.quantity.low'],
    ],
    ['prr-1', request({ orderDetail: [{ text: 'a' }] }), ['prr-1 ServiceRequest']],
    [
      'org-3',
      { resourceType: 'Organization', name: 'A', telecom: [{ use: 'home', value: '1', system: 'phone' }] },
      ['org-3 Organization.telecom[0]'],
    ],
    [
      'ras-1',
      {
        resourceType: 'RiskAssessment',
        status: 'final',
        subject: { reference: 'Patient/1' },
        prediction: [{ probabilityRange: { low: { value: 1, unit: '%' } } }],
      },
      ['ras-1 RiskAssessment.prediction[0].probability'],
    ],
    [
      'ras-2, of numbers whose text is kept',
      {
        resourceType: 'RiskAssessment',
        status: 'final',
        subject: { reference: 'Patient/1' },
        prediction: [{ probabilityDecimal: JSON.rawJSON('100.10') }],
      },
      ['ras-2 RiskAssessment.prediction[0]'],
    ],
    [
      'que-2',
      {
        resourceType: 'Questionnaire',
        status: 'draft',
        item: [{ linkId: '1', type: 'group', item: [{ linkId: '1', type: 'string' }] }],
      },
      ['que-2 Questionnaire'],
    ],
    [
      'drt-1, where a unit has no system',
      {
        resourceType: 'Encounter',
        status: 'finished',
        class: { code: 'AMB', system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode' },
        length: { value: 1, code: 'h' },
      },
      ['qty-3 Encounter.length', 'drt-1 Encounter.length'],
    ],
  ])('%s', (_what, resource, expected) => {
    expect(findings(resource)).toEqual(expected);
  });

  it('are told with their text', () => {
    expect(validate(request({ orderDetail: [{ text: 'a' }] }))[0]?.text).toBe(
      'Rule prr-1 is broken: orderDetail SHALL only be present if code is present. Change what it speaks of.',
    );
  });

  it('are not told where an element is missing that they ask for', () => {
    expect(findings({ resourceType: 'Bundle', entry: [] })).toEqual([
      'empty-array Bundle.entry',
      'missing-element Bundle.type',
    ]);
  });

  it('that only warn, warn', () => {
    const library = { resourceType: 'Library', status: 'draft', type: { text: 'A' }, name: 'not a name' };
    const validateAll = compileValidator(definitions);
    expect(validateAll(library)).toMatchObject([{ severity: 'warning', key: 'lib-0', expression: 'Library' }]);
    expect(validateAll({ ...library, name: undefined! })).toMatchObject([{ key: 'null-value' }]);
  });
});

describe('rules of profiles', () => {
  const withRule = (expression: string) => {
    const structure = profile('Patient', {
      Patient: { constraint: [{ key: 'x-1', severity: 'error', human: 'A', expression }] },
    });
    return (patient: object) =>
      compileValidator(definitions, terminology, [structure])(
        { resourceType: 'Patient', ...patient },
        { profiles: [structure.url] },
      ).map(({ severity, key }) => `${severity} ${key}`);
  };

  it.each<[string, object, object]>([
    ['name.given.aggregate($total + 1, 0) < 3', { name: [{ given: ['a'] }] }, { name: [{ given: ['a', 'b', 'c'] }] }],
    ['birthDate <= today()', { birthDate: '1970-01-01' }, { birthDate: '2970-01-01' }],
    ["gender.memberOf('http://hl7.org/fhir/ValueSet/administrative-gender')", { gender: 'male' }, { gender: 'a' }],
    ['multipleBirth.ofType(integer) < 3', { multipleBirthInteger: 2 }, { multipleBirthInteger: 4 }],
  ])('%s', (expression, kept, broken) => {
    const say = withRule(expression);
    expect(say(kept)).toEqual([]);
    expect(say(broken)).toContain('error x-1');
  });

  it.each(['name.family.unheard()', 'name.family.matchesFull("a")', "name.given.startsWith('a')", '((('])(
    '%s cannot be tried, and is told',
    (expression) => {
      expect(withRule(expression)({ name: [{ family: 'a', given: ['a', 'b'] }] })).toEqual(['warning rule-not-tried']);
    },
  );

  it('do not run away', () => {
    const say = withRule("name.family.matches('^(a+)+$')");
    const started = cpuTime();
    expect(say({ name: [{ family: `${'a'.repeat(20_000)}!` }] })).toEqual(['error x-1']);
    expect(cpuTime() - started).toBeLessThan(3000);
  });
});

type Limit = readonly [value: unknown, code: string | undefined, system?: string];

function range(...limits: readonly [Limit, Limit]): object {
  const [low, high] = limits.map(([value, code, system = 'http://unitsofmeasure.org']) =>
    code === undefined ? { value, unit: 'some' } : { value, unit: code, system, code },
  );
  return request({ quantityRange: { low, high } });
}

describe('quantities are compared', () => {
  const BROKEN = ['rng-2 ServiceRequest.quantity'];
  it.each<[string, object, string[]]>([
    ['in one unit', range([5, 'kg'], [1, 'kg']), BROKEN],
    ['in units of one kind', range([2, 'kg'], [1500, 'g']), BROKEN],
    ['to be equal in units of one kind', range([1, 'mg/dL'], [10, 'mg/L']), []],
    ['in units that begin elsewhere', range([38, 'Cel'], [100, '[degF]']), BROKEN],
    ['in units that begin elsewhere, and kept', range([37, 'Cel'], [100, '[degF]']), []],
    ['by numbers whose text is kept', range([JSON.rawJSON('2.0'), 'h'], [JSON.rawJSON('110'), 'min']), BROKEN],
    ['in vain, of different kinds', range([5, 'kg'], [1, 'cm']), []],
    ['in vain, without a fixed size', range([5, '[iU]'], [1, 'mg']), []],
    ['in vain, by units of others', range([5, 'kg', 'https://example.org/units'], [1, 'g']), []],
    ['in vain, by words', range([5, undefined], [1, 'g']), []],
  ])('%s', (_what, resource, expected) => {
    const errors = examineWithCodes(resource).filter(({ severity }) => severity === 'error');
    expect(errors.map(({ key, expression }) => `${key} ${expression}`)).toEqual(expected);
  });

  it('with terminology alone', () => {
    expect(findings(range([2, 'kg'], [1500, 'g']))).toEqual([]);
    expect(findings(range([2, 'kg'], [1, 'kg']))).toEqual(BROKEN);
  });
});
