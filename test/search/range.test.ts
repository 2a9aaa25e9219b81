import { describe, expect, it } from '@jest/globals';
import { dateInterval } from '../../src/search/date-interval.ts';
import { rangeHolds } from '../../src/search/index.ts';
import type { Interval, RangeMatch, RangePrefix } from '../../src/search/index.ts';
import { ranges } from './extract.ts';
import { onlyCondition } from './parse.ts';

function rangeOf(type: string, name: string, value: string): RangeMatch {
  const condition = onlyCondition(type, name, value);
  if (condition.kind !== 'range') throw new Error(condition.kind);
  return condition.any[0]!;
}

describe('dates', () => {
  const day = { effectiveDateTime: '2013-03-14' };
  const time = (effectiveDateTime: string): object => ({ effectiveDateTime });
  const period = (start?: string, end?: string): object => ({ effectivePeriod: { start, end } });

  // The examples of http://hl7.org/fhir/R4/search.html#date.
  it.each<[string, object, boolean]>([
    ['eq2013-01-14', time('2013-01-14T00:00:00'), true],
    ['eq2013-01-14', time('2013-01-14T10:00:00'), true],
    ['eq2013-01-14', time('2013-01-15T00:00:00'), false],
    ['2013-01-14', time('2013-01'), false],
    ['ne2013-01-14', time('2013-01-15T00:00:00'), true],
    ['ne2013-01-14', time('2013-01-14T00:00:00'), false],
    ['ne2013-01-14', time('2013-01-14T10:00:00'), false],
    ['lt2013-01-14T10:00', time('2013-01-14'), true],
    ['lt2013-01-14T10:00', time('2013-01-14T10:00:00'), false],
    ['gt2013-01-14T10:00', time('2013-01-14'), true],
    ['gt2013-01-14T10:00', time('2013-01-14T10:00:30'), false],
    ['ge2013-03-14', period('2013-01-21'), true],
    ['ge2013-03-14', day, true],
    ['ge2013-03-14', time('2013-03-13T23:59:59'), false],
    ['le2013-03-14', period('2013-01-21'), true],
    ['le2013-03-14', time('2013-03-15'), false],
    ['sa2013-03-14', period('2013-03-15'), true],
    ['sa2013-03-14', period('2013-01-21'), false],
    ['sa2013-03-14', period('2013-03-14', '2013-03-15'), false],
    ['eb2013-03-14', period('2013-01-21'), false],
    ['eb2013-03-14', period(undefined, '2013-03-13'), true],
    ['eb2013-03-14', day, false],
    ['ap2013-03-14', day, true],
    ['ap2013-03-14', time('2013-04-10'), true],
    ['ap2013-03-14', time('2015-04-20'), false],
    ['gt2013-03-14', period('2013-03-10', '2013-03-20'), true],
    ['lt2013-03-14', period('2013-03-10', '2013-03-20'), true],
    ['2013-03', period('2013-03-10', '2013-03-20'), true],
  ])('%s on %j: %s', (sought, element, expected) => {
    const [row] = ranges({ resourceType: 'Observation', status: 'final', ...element }, 'date');
    const match = rangeOf('Observation', 'date', sought);
    expect(rangeHolds(match.prefix, { low: row![1], high: row![2] }, match)).toBe(expected);
  });

  it('need no zone, no seconds, and forgive a + that became a blank', () => {
    const start = Date.UTC(2024, 4, 1, 12);
    expect(rangeOf('Observation', 'date', '2024-05-01T12:00')).toEqual({
      unit: '',
      prefix: 'eq',
      low: start,
      high: start + 60_000,
    });
    expect(rangeOf('Observation', 'date', 'ge2024-05-01T14:00:00 02:00')).toEqual({
      unit: '',
      prefix: 'ge',
      low: start,
      high: start + 1000,
    });
  });

  it('knows years before 100', () => {
    expect(dateInterval('0012')).toEqual({ low: Date.parse('0012-01-01'), high: Date.parse('0013-01-01') });
  });

  it.each([
    ['+14:00', '2024-04-30T22:00:00Z'],
    ['-13:59', '2024-05-02T01:59:00Z'],
  ])('know the zone %s', (zone, instant) => {
    expect(dateInterval(`2024-05-01T12:00:00${zone}`)?.low).toBe(Date.parse(instant));
  });

  it.each(['+99:00', '+14:01', '-15:00', '+01:60'])('have no zone %s', (zone) => {
    expect(dateInterval(`2026-01-01T00:00:00${zone}`)).toBeUndefined();
  });

  it.each(['2024-13', '2024-02-30', '24', '2024-01-01T25:00:00Z', '2024-1-1', 'soon', '', '2024-01-01T10'])(
    '%j is none',
    (text) => {
      expect(dateInterval(text)).toBeUndefined();
    },
  );
});

describe('numbers', () => {
  const holds = (sought: string, value: number): boolean => {
    const match = rangeOf('RiskAssessment', 'probability', sought);
    const resource = { resourceType: 'RiskAssessment', status: 'final', prediction: [{ probabilityDecimal: value }] };
    const [row] = ranges(resource, 'probability');
    return rangeHolds(match.prefix, { low: row![1], high: row![2] }, match);
  };

  // The examples of http://hl7.org/fhir/R4/search.html#number.
  it.each<[string, number[], number[]]>([
    ['100', [99.5, 100, 100.49], [99.49, 100.5]],
    ['100.00', [99.995, 100], [99.99, 100.005]],
    ['1e2', [95, 100, 104.9], [94.9, 105]],
    ['lt100', [99.999], [100, 101]],
    ['le100', [99, 100], [100.0001]],
    ['gt100', [100.0001], [100, 99]],
    ['ge100', [100, 101], [99.9999]],
    ['ne100', [99, 101], [100, 100.2]],
    ['sa100', [100.1], [100]],
    ['eb100', [99.9], [100]],
    ['ap100', [90, 110], [89, 111]],
    ['-5.40', [-5.4, -5.404], [-5.41, 5.4]],
    ['0', [0, -0.5, 0.4], [0.5]],
  ])('%s', (sought, matching, others) => {
    expect(matching.filter((value) => !holds(sought, value))).toEqual([]);
    expect(others.filter((value) => holds(sought, value))).toEqual([]);
  });

  it('bound a precision without rounding errors', () => {
    expect(rangeOf('RiskAssessment', 'probability', '5.40')).toEqual({
      unit: '',
      prefix: 'eq',
      low: 5.395,
      high: 5.405,
    });
    expect(rangeOf('RiskAssessment', 'probability', '0.1e-3')).toMatchObject({ low: 0.00005, high: 0.00015 });
  });
});

describe('prefixes', () => {
  const sought: Interval = { low: 10, high: 20 };

  // below · reaching in from below · inside · all around · reaching out above · above
  const targets: Interval[] = [
    { low: 1, high: 10 },
    { low: 5, high: 15 },
    { low: 12, high: 13 },
    { low: 5, high: 25 },
    { low: 15, high: 25 },
    { low: 20, high: 30 },
  ];

  it.each<[RangePrefix, string]>([
    ['eq', '..x...'],
    ['ne', 'xx.xxx'],
    ['gt', '...xxx'],
    ['lt', 'xx.x..'],
    ['ge', '.xxxxx'],
    ['le', 'xxxxx.'],
    ['sa', '.....x'],
    ['eb', 'x.....'],
    ['ap', '.xxxx.'],
  ])('%s', (prefix, expected) => {
    expect(targets.map((target) => (rangeHolds(prefix, target, sought) ? 'x' : '.')).join('')).toBe(expected);
  });
});
