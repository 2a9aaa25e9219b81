/*
 * Expressions beyond those of R4's rules, with the answers of the full engine; and what is refused or bounded.
 */
import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import type * as FhirPath from 'fhirpath';
import { ExpressionError, compileExpression } from '../../../src/validation/fhirpath/index.ts';
import { plain } from '../../../src/validation/fhirpath/values.ts';
import { definitions } from '../../definitions/r4.ts';
import { cpuTime } from '../../support/cpu-time.ts';

const require = createRequire(import.meta.url);
const engine = require('fhirpath') as typeof FhirPath;
const model = require('fhirpath/fhir-context/r4') as FhirPath.Model;

const observation = {
  resourceType: 'Observation',
  id: 'o1',
  status: 'final',
  _issued: { extension: [{ url: 'https://example.org/e', valueCode: 'masked' }] },
  category: [{ coding: [{ system: 'https://example.org/c', code: 'a' }], text: 'A' }, { text: 'B' }],
  code: {
    coding: [
      { system: 'https://example.org/c', code: 'x' },
      { system: 'https://example.org/d', code: 'y' },
    ],
  },
  effectivePeriod: { start: '2026-01-01T10:00:00+01:00', end: '2026-02' },
  valueQuantity: { value: 1.5, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
  component: [
    { code: { text: 'one' }, valueInteger: 1 },
    { code: { text: 'two' }, valueString: 'two' },
    { code: { text: 'three' } },
  ],
  contained: [{ resourceType: 'Patient', id: 'p1', birthDate: '1970-01-01', deceasedBoolean: false }],
};

function evaluate(expression: string, budget = 100_000): unknown[] {
  const { run } = compileExpression(definitions, expression, 'Observation');
  const items = run(observation, {
    resource: observation,
    rootResource: observation,
    context: observation,
    index: 0,
    budget,
    resolve: () => undefined,
  });
  return items.map(plain);
}

describe('answers', () => {
  it.each([
    'status',
    'Observation.status',
    'Patient.birthDate',
    'code.coding.code',
    'category.coding.system | code.coding.system',
    'category[1].text',
    'category.text.first() & category.text.last()',
    'value.value',
    'value.unit.upper()',
    'value is Quantity',
    'value is string',
    'value.as(Quantity).code',
    '(value as Quantity).code',
    'value.ofType(string)',
    'component.value.ofType(integer)',
    'component.where(value.exists()).code.text',
    "component.where(code.text = 'two').value",
    'component.select(code.text)',
    "component.all(code.text.matches('^[a-z]+$'))",
    "component.exists(code.text.startsWith('th'))",
    "component.count() > 2 and status in ('final' | 'amended')",
    "('final' | 'amended') contains status",
    'effective.start <= effective.end',
    'effective.start < @2026-01-01T09:30:00Z',
    'effective.start = @2026-01-01T09:00:00Z',
    'effective.end < @2026-02-03',
    'effective.end > @2025',
    'issued.exists()',
    'issued.hasValue()',
    "issued.extension('https://example.org/e').value",
    'contained.birthDate',
    'contained.deceased',
    'contained.ofType(Patient).id',
    'contained.first() is Patient',
    'contained.first() is Observation',
    'descendants().code.count()',
    'children().count() > 5',
    'code.coding.isDistinct()',
    'code.coding.system.distinct().count()',
    "code.coding.exclude(code.coding.where(code = 'x')).code",
    "code.coding.where(code = 'x').union(code.coding).count()",
    "code.coding.code.combine('x').count()",
    "code.coding.code.subsetOf('x' | 'y' | 'z')",
    "code.coding.code.supersetOf('x' | 'z')",
    'code.coding.tail().code',
    'code.coding.skip(1).code',
    'code.coding.take(1).code',
    "iif(status = 'final', 'yes', 'no')",
    "iif(status = 'amended', 'yes')",
    '{}.empty()',
    '({} and true).empty()',
    '{} and false',
    '{} or true',
    '({} or false).empty()',
    '{} implies true',
    '(true xor {}).empty()',
    'status.not()',
    "status != 'final' xor true",
    '1 + 2 * 3 - 4 / 2',
    '7 div 2',
    '7 mod 4',
    '-1 + 2',
    "'a' + 'b'",
    "'a' & {} & 'b'",
    "'12'.toInteger() + 1",
    "'1.5'.toDecimal() > 1.4",
    "'a'.toInteger()",
    "'true'.toBoolean()",
    "'a.b.c'.replaceMatches('\\\\..*', '')",
    "'abcabc'.replace('b', 'x')",
    "'abc'.substring(1)",
    "'abc'.substring(1, 1)",
    "'abc'.substring(9)",
    "'abc'.indexOf('c')",
    "'abc'.length()",
    "'abc'.contains('bc') and 'abc'.endsWith('c')",
    "'Abc' ~ 'abC'",
    "'Abc' !~ 'abD'",
    'value.value.toString()',
    'component.select($index)',
    '%resource.status',
    '%context.id',
    '%ucum',
    '1 < 2 = true',
    '`status`',
    '/* a */ status // b',
    '(1.5).floor() + (1.5).ceiling() + (-1.5).abs()',
    '(true | false).anyTrue()',
    'category.repeat(coding).code',
    "'\\u0041\\n'",
  ])('%s', (expression) => {
    const context = { resource: observation, rootResource: observation, context: observation };
    const theirs = engine.evaluate(structuredClone(observation), expression, context, model) as unknown[];
    expect(evaluate(expression)).toEqual(
      theirs.map((item) => (typeof item === 'object' ? JSON.parse(JSON.stringify(item)) : item)),
    );
  });

  it.each<[string, unknown[]]>([
    // To the engine order counts.
    ["('a' | 'b') ~ ('b' | 'a')", [true]],
    ['component.where(value is integer).code.text', ['one']],
  ])('%s, by the specification', (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected);
  });
});

describe('what is no expression, or not compiled', () => {
  it.each([
    '',
    'a.',
    '(a',
    'a)',
    'a b',
    "'a",
    '$that',
    '%unknown',
    'a.unheard()',
    'now()',
    'a[',
    '1 ++ ',
    '@x',
    '1 year',
    'a is Nonsense',
    `${'('.repeat(300)}a${')'.repeat(300)}`,
  ])('%s', (expression) => {
    expect(() => compileExpression(definitions, expression, 'Observation')).toThrow(ExpressionError);
  });

  it.each([
    "('a' | 'b').startsWith('a')",
    'status < 1',
    'code and true and category',
    'category.coding.select(1) + (1 | 2)',
  ])('%s fails when it is asked', (expression) => {
    expect(() => evaluate(expression)).toThrow(ExpressionError);
  });

  it('ends where it walks over too much', () => {
    expect(() =>
      evaluate('descendants().select(%resource.descendants().select(%resource.descendants()))', 1000),
    ).toThrow(ExpressionError);
  });
});

describe('patterns', () => {
  const matches = (pattern: string, text: string): unknown => {
    const { run } = compileExpression(definitions, `$this.matches('${pattern.replace(/\\/g, '\\\\')}')`, 'string');
    return run(text, { index: 0, budget: 1 } as never)[0];
  };

  it.each([
    ['^(a+)+$', ['a', 'aaa', 'aab', '']],
    ['^(a|ab)*c?$', ['abac', 'abab', 'abb', '']],
    ['([0-9]{1,3}\\.){3}[0-9]{1,3}', ['1.2.3.4', 'x127.0.0.1y', '1.2.3']],
    ['^[^\\s,;]{2,4}(-[\\w.]+)*$', ['ab', 'abcde', 'ab-x.y-z', 'a b']],
    ['^\\d{2}(:?\\d\\d){1,}$', ['10:20', '102030', '10', '10:2']],
    ['^(?:x|y){2}[\\]\\-a-c]?$', ['xy', 'xyb', 'xy]', 'xy-', 'x', 'xyd']],
    ['a.c', ['a\nc', 'ac', 'xabcx']],
    ['^$|^z+$', ['', 'zz', 'az']],
    ['^(a{2}){2}$', ['aaaa', 'aaa', 'aaaaa']],
    ['(^a|b$)', ['ax', 'xb', 'xax']],
  ])('%s says what JavaScript says', (pattern, texts) => {
    for (const text of texts)
      expect([text, matches(pattern, text)]).toEqual([text, new RegExp(pattern, 's').test(text)]);
  });

  it.each(['^(a+)+$', '^(a|a)*$', '^(a*)*b$', '(x+x+)+y', '^(([a-z])+.)+[A-Z]([a-z])+$', 'a*a*a*a*a*b'])(
    '%s does not run away',
    (pattern) => {
      const started = cpuTime();
      expect(matches(pattern, `${'a'.repeat(5000)}!`)).toBe(false);
      expect(cpuTime() - started).toBeLessThan(2000);
    },
  );

  it.each(['(?=a)b', '(a)\\1', '(a', 'a)', '[a', '*', '(a{999}){999}'])('%s is not compiled', (pattern) => {
    expect(() => matches(pattern, 'a')).toThrow(ExpressionError);
  });
});
