import { describe, expect, it } from '@jest/globals';
import { rangeHolds } from '../../src/search/index.ts';
import type { RangeMatch } from '../../src/search/index.ts';
import { extract } from './extract.ts';
import { onlyCondition } from './parse.ts';

/** Quantities by what they are worth: http://hl7.org/fhir/R4/search.html#quantity */

const UCUM = 'http://unitsofmeasure.org';

/** Whether a record's quantity answers a search: what the database does with rows and matches. */
function finds(searched: string, valueQuantity: object): boolean {
  const condition = onlyCondition('Observation', 'value-quantity', searched);
  if (condition.kind !== 'range') throw new Error(condition.kind);
  const rows = extract({ resourceType: 'Observation', valueQuantity }).range;
  const answers = (row: (typeof rows)[number], match: RangeMatch): boolean =>
    row.unit === match.unit && condition.params.includes(row.param) && rangeHolds(match.prefix, row, match);
  return rows.some((row) => condition.any.some((match) => answers(row, match)));
}

const ucum = (value: unknown, code: string, more: object = {}): object => ({ value, system: UCUM, code, ...more });

describe('a quantity in UCUM', () => {
  it.each([
    [`5.4|${UCUM}|mg`, ucum(5400, 'ug'), true],
    [`5.4|${UCUM}|mg`, ucum(0.0054, 'g'), true],
    [`5.4|${UCUM}|mg`, ucum(5.35, 'mg'), true],
    [`5.4|${UCUM}|mg`, ucum(5.46, 'mg'), false],
    [`5.40|${UCUM}|mg`, ucum(0.00535, 'g'), false],
    [`gt5.4|${UCUM}|mg`, ucum(0.0054, 'g'), false],
    [`ge5.4|${UCUM}|mg`, ucum(0.0054, 'g'), true],
    [`le5.4|${UCUM}|mg`, ucum(5400, 'ug'), true],
    [`lt5.4|${UCUM}|mg`, ucum(5400, 'ug'), false],
    [`lt5.4|${UCUM}|mg`, ucum(5399, 'ug'), true],
    [`ne5.4|${UCUM}|mg`, ucum(6, 'g'), true],
    [`ap5|${UCUM}|mg`, ucum(5400, 'ug'), true],
    [`ap5|${UCUM}|mg`, ucum(5600, 'ug'), false],
    [`gt10|${UCUM}|mm[Hg]`, ucum(2, 'kPa'), true],
    [`gt20|${UCUM}|mm[Hg]`, ucum(2, 'kPa'), false],
    [`100|${UCUM}|mg/dL`, ucum(1, 'g/L'), true],
    // More digits than a scale keeps, or a float.
    [`138.9782908632879|${UCUM}|mg/dL`, ucum(138.9782908632879, 'mg/dL'), true],
    [`ne138.9782908632879|${UCUM}|mg/dL`, ucum(138.9782908632879, 'mg/dL'), false],
    [`138.97829086|${UCUM}|mg/dL`, ucum(138.9782908632879, 'mg/dL'), true],
    [`138.97829087|${UCUM}|mg/dL`, ucum(138.9782908632879, 'mg/dL'), false],
    ['123456789.123456789', ucum(JSON.rawJSON('123456789.123456789'), 'mg'), true],
    ['ne123456789.123456789', ucum(JSON.rawJSON('123456789.123456789'), 'mg'), false],
    // The same number of another kind of thing.
    [`5.4|${UCUM}|mg`, ucum(5.4, 'mL'), false],
    // Comparators are converted, too.
    [`lt1|${UCUM}|g`, ucum(5, 'mg', { comparator: '<' }), true],
    [`gt1|${UCUM}|g`, ucum(5, 'mg', { comparator: '<' }), false],
    [`gt4|${UCUM}|mg`, ucum(5, 'mg', { comparator: '>=' }), true],
  ])('%s finds %j: %s', (searched, quantity, found) => {
    expect(finds(searched, quantity)).toBe(found);
  });

  it.each([
    // Zero is another for each: nothing is converted.
    [`37|${UCUM}|Cel`, ucum(37, 'Cel'), true],
    [`310.15|${UCUM}|K`, ucum(37, 'Cel'), false],
    // No fixed size.
    [`5|${UCUM}|[iU]`, ucum(5, '[iU]'), true],
    [`5|${UCUM}|k[iU]`, ucum(5000, '[iU]'), false],
    // Nobody's unit.
    [`5|${UCUM}|furlong`, ucum(5, 'furlong'), true],
  ])('that has no scale is what it says: %s, %j: %s', (searched, quantity, found) => {
    expect(finds(searched, quantity)).toBe(found);
  });

  it.each([
    ['5.4||mg', ucum(5.4, 'mg'), true],
    ['5.4||mg', ucum(5400, 'ug'), false],
    ['5.4||mg', { value: 5.4, unit: 'mg' }, true],
    ['5.4||milligrams', ucum(5.4, 'mg', { unit: 'milligrams' }), true],
    ['5.4', ucum(5.4, 'kg'), true],
    ['5.4|urn:units|mg', ucum(5.4, 'mg'), false],
  ])('is taken as it is written without the system: %s, %j: %s', (searched, quantity, found) => {
    expect(finds(searched, quantity)).toBe(found);
  });

  it('keeps numbers that JavaScript would write otherwise', () => {
    expect(finds(`5.40|${UCUM}|mg`, ucum(JSON.rawJSON('5400.0'), 'ug'))).toBe(true);
  });
});
