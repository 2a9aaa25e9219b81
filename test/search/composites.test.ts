import { describe, expect, it } from '@jest/globals';
import { paramKey, rangeHolds } from '../../src/search/index.ts';
import type { Condition, IndexValues, RangeMatch, RangeValue, TextMatch, TextValue } from '../../src/search/index.ts';
import type { Resource } from '../../src/fhir/index.ts';
import { extract } from './extract.ts';
import { query } from './parse.ts';

/** http://hl7.org/fhir/R4/search.html#composite */

const UCUM = 'http://unitsofmeasure.org';
const LOINC = 'http://loinc.org';

/** Whether the rows of a resource answer the search, as the database would find. */
function finds(resource: Resource, name: string, value: string): boolean {
  const { conditions } = query(resource.resourceType, new URLSearchParams([[name, value]]).toString());
  const rows = extract(resource);
  return conditions.length > 0 && conditions.every((condition) => holds(rows, condition));
}

function holds(rows: IndexValues, condition: Condition): boolean {
  switch (condition.kind) {
    case 'all':
      return condition.conditions.every((one) => holds(rows, one));
    case 'either':
      return condition.conditions.some((one) => holds(rows, one));
    case 'missing': {
      const { params, missing } = condition;
      return missing !== [...rows.text, ...rows.range].some(({ param }) => params.includes(param));
    }
    case 'range':
      return rows.range
        .filter(({ param }) => condition.params.includes(param))
        .some((row) => condition.any.some((match) => rowHolds(row, match)));
    case 'text':
      return rows.text
        .filter(({ param }) => condition.params.includes(param))
        .some((row) => condition.any.some((match) => textHolds(row, match)));
    default:
      throw new Error(condition.kind);
  }
}

function rowHolds(row: RangeValue, match: RangeMatch): boolean {
  const { unit, prefix, and } = match;
  return row.unit === unit && rangeHolds(prefix, row, match) && (and === undefined || rowHolds(row, and));
}

function textHolds(row: TextValue, match: TextMatch): boolean {
  if (match.op === 'prefix') return row.value.startsWith(match.value);
  return match.op === 'equal' && row.value === match.value && [undefined, row.detail].includes(match.detail);
}

const coded = (code: string, system = LOINC): object => ({ coding: [{ system, code }] });
const pressure = (code: string, value: number): object => ({
  code: coded(code),
  valueQuantity: { value, unit: 'mmHg', system: UCUM, code: 'mm[Hg]' },
});

const bloodPressure: Resource = {
  resourceType: 'Observation',
  code: coded('85354-9'),
  component: [pressure('8480-6', 107), pressure('8462-4', 60)],
};

describe('a blood pressure of 107/60', () => {
  it.each([
    ['8480-6$107', true],
    [`${LOINC}|8480-6$gt100`, true],
    ['8480-6$lt110', true],
    // The diastolic pressure is below 107, the systolic is not.
    ['8480-6$lt107', false],
    ['8462-4$gt60', false],
    ['8462-4$lt107', true],
    [`8480-6$gt10|${UCUM}|kPa`, true],
    [`8480-6$gt15|${UCUM}|kPa`, false],
    ['8480-6$107||mm[Hg]', true],
    ['8480-6$107||mmHg', true],
    ['8480-6$107||kPa', false],
    ['urn:other|8480-6$107', false],
    ['|8480-6$107', false],
    ['8480-6$lt100,8462-4$60', true],
  ])('component-code-value-quantity=%s: %s', (value, found) => {
    expect(finds(bloodPressure, 'component-code-value-quantity', value)).toBe(found);
    expect(finds(bloodPressure, 'combo-code-value-quantity', value)).toBe(found);
    expect(finds(bloodPressure, 'code-value-quantity', value)).toBe(false);
  });

  it('has eight rows for each pressure: two for the code, four for the unit', () => {
    const param = paramKey('Observation', 'component-code-value-quantity');
    expect(extract(bloodPressure).range.filter((row) => row.param === param)).toHaveLength(16);
  });
});

describe('other composites', () => {
  it.each<[string, string, string, object, boolean]>([
    ['code-value-date', '1$2020', 'a date', { code: coded('1'), valueDateTime: '2020-05-01' }, true],
    ['code-value-date', '1$gt2020', 'a date', { code: coded('1'), valueDateTime: '2020-05-01' }, false],
    ['code-value-date', '1$ge2020-06', 'a period', { code: coded('1'), valuePeriod: { start: '2020-05-01' } }, true],
    ['code-value-date', '2$2020', 'another code', { code: coded('1'), valueDateTime: '2020-05-01' }, false],
    ['code-value-string', '1$hÄm', 'a beginning', { code: coded('1'), valueString: 'Hämolyse $ | ' }, true],
    ['code-value-string', '1$hamolyse \\$ \\|', 'escapes', { code: coded('1'), valueString: 'Hämolyse $ | ' }, true],
    ['code-value-string', '1$lyse', 'no part', { code: coded('1'), valueString: 'Hämolyse' }, false],
    ['code-value-concept', '1$2', 'codes', { code: coded('1'), valueCodeableConcept: coded('2') }, true],
    [
      'combo-code-value-concept',
      '1$2',
      'codes',
      { component: [{ code: coded('1'), valueCodeableConcept: coded('2') }] },
      true,
    ],
    [
      'combo-code-value-concept',
      '1$4',
      'two components',
      {
        component: [
          { code: coded('1'), valueCodeableConcept: coded('2') },
          { code: coded('3'), valueCodeableConcept: coded('4') },
        ],
      },
      false,
    ],
  ])('%s=%s, %s', (name, value, _what, more, found) => {
    expect(finds({ resourceType: 'Observation', ...more }, name, value)).toBe(found);
  });

  it('know the system that a code has by its element', () => {
    const relatesTo = [{ code: 'transforms', target: { reference: 'DocumentReference/1' } }];
    const document = { resourceType: 'DocumentReference', relatesTo };
    const type = 'http://hl7.org/fhir/document-relationship-type';
    expect(finds(document, 'relationship', 'transforms$DocumentReference/1')).toBe(true);
    expect(finds(document, 'relationship', `${type}|transforms$DocumentReference/1`)).toBe(true);
    expect(finds(document, 'relationship', 'urn:other|transforms$DocumentReference/1')).toBe(false);
  });

  it('have contexts with quantities and ranges', () => {
    const useContext = [
      { code: { system: 'urn:u', code: 'age' }, valueRange: { low: { value: 18, system: UCUM, code: 'a' } } },
    ];
    const questionnaire = { resourceType: 'Questionnaire', useContext };
    expect(finds(questionnaire, 'context-type-quantity', `age$gt20|${UCUM}|a`)).toBe(true);
    expect(finds(questionnaire, 'context-type-quantity', `age$lt10|${UCUM}|a`)).toBe(false);
    expect(finds(questionnaire, 'context-type-quantity', `age$gt240|${UCUM}|mo`)).toBe(true);
  });

  it('of a whole resource have no rows of their own', () => {
    const observation = { resourceType: 'Observation', code: coded('1'), valueQuantity: { value: 1 } };
    const params = [...extract(observation).text, ...extract(observation).range].map(({ param }) => param);
    expect(new Set(params)).toEqual(new Set(['code', 'value-quantity'].map((code) => paramKey('Observation', code))));
    expect(query('Observation', 'code-value-quantity=1$gt2').conditions).toEqual([
      ...query('Observation', 'code=1').conditions,
      ...query('Observation', 'value-quantity=gt2').conditions,
    ]);
  });

  it('bring their conditions into chains', () => {
    expect(query('Patient', '_has:Observation:subject:code-value-quantity=1$gt2').conditions).toMatchObject([
      { kind: 'has', conditions: [{ kind: 'text' }, { kind: 'range' }] },
    ]);
    expect(query('Observation', 'derived-from:Observation.code-value-quantity:missing=true').conditions).toMatchObject([
      { kind: 'chain', there: paramKey('Observation', '_id') },
    ]);
  });

  it.each<[string, boolean]>([
    ['code-value-quantity:missing', true],
    ['component-code-value-quantity:missing', false],
    ['combo-code-value-quantity:missing', false],
    ['code-value-concept:missing', true],
  ])('are missing where a part is: %s', (name, missing) => {
    expect(finds(bloodPressure, name, String(missing))).toBe(true);
    expect(finds(bloodPressure, name, String(!missing))).toBe(false);
  });
});

describe('the coordinates of a sequence', () => {
  const sequence: Resource = {
    resourceType: 'MolecularSequence',
    coordinateSystem: 0,
    referenceSeq: {
      chromosome: coded('7', 'urn:chromosome'),
      referenceSeqId: coded('NC_000007.14', 'urn:refseq'),
      windowStart: 55_019_017,
      windowEnd: 55_211_628,
    },
    variant: [
      { start: 100, end: 120 },
      { start: 300, end: 345 },
      { start: 2001, end: 2000 },
      { start: 500 },
      { end: 700 },
    ],
  };

  it.each([
    // The example of http://hl7.org/fhir/R4/molecularsequence.html: a variant that reaches across.
    ['7$lt345$gt123', true],
    ['7$lt300$gt123', false],
    ['7$300$345', true],
    ['7$300$120', false],
    ['7$100$345', false],
    ['7$ge100$le120', true],
    ['7$gt100$le120', false],
    ['7$gt100$gt120', true],
    ['7$gt2001$gt120', false],
    ['7$le100$lt120', false],
    ['7$le100$lt121', true],
    ['7$lt301$lt121', true],
    ['7$ne300$345', false],
    ['7$ne100$ne120', true],
    ['7$ne300$ne345', true],
    ['7$sa299$eb346', true],
    ['7$sa300$eb346', false],
    ['7$ap310$ap350', true],
    ['7$ap310$ap130', false],
    ['7$3e2$3.45e2', true],
    ['7$2001$2000', true],
    ['7$gt2000$le2000', true],
    ['7$gt2001$le2000', false],
    // A variant without its end, and one without its start.
    ['7$500$gt0', false],
    ['7$lt1000$700', false],
    ['urn:chromosome|7$300$345', true],
    ['urn:other|7$300$345', false],
    ['8$300$345', false],
    ['8$300$345,7$100$120', true],
  ])('chromosome-variant-coordinate=%s: %s', (value, found) => {
    expect(finds(sequence, 'chromosome-variant-coordinate', value)).toBe(found);
    const byReference = value.replaceAll(/(urn:chromosome\|)?7\$/g, 'NC_000007.14$').replaceAll('8$', 'NC_000008.11$');
    expect(finds(sequence, 'referenceseqid-variant-coordinate', byReference)).toBe(found);
  });

  it.each([
    ['7$lt55100000$gt55100000', true],
    ['7$55019017$55211628', true],
    ['7$55019017$55211629', false],
    ['7$gt55019017$le55211628', false],
    ['8$55019017$55211628', false],
  ])('chromosome-window-coordinate=%s: %s', (value, found) => {
    expect(finds(sequence, 'chromosome-window-coordinate', value)).toBe(found);
    const byReference = value.replace(/^7/, 'NC_000007.14').replace(/^8/, 'NC_000008.11');
    expect(finds(sequence, 'referenceseqid-window-coordinate', byReference)).toBe(found);
  });

  it.each<[string, object, boolean]>([
    ['all', sequence, false],
    ['no reference', { ...sequence, referenceSeq: undefined }, true],
    ['no variant with both ends', { ...sequence, variant: [{ start: 500 }, { end: 700 }] }, true],
    ['a variant between two bases', { ...sequence, variant: [{ start: 7, end: 6 }] }, false],
    ['a variant of one base', { ...sequence, variant: [{ start: 7, end: 7 }] }, false],
  ])('are missing where a part is: %s', (_what, resource, missing) => {
    expect(finds(resource as Resource, 'chromosome-variant-coordinate:missing', String(missing))).toBe(true);
    expect(finds(resource as Resource, 'chromosome-variant-coordinate:missing', String(!missing))).toBe(false);
  });

  it('have one row of a variant, and none of the window, which a sequence has once', () => {
    const rows = extract(sequence).range;
    const ofParameter = (code: string): unknown[] => {
      const param = paramKey('MolecularSequence', code);
      return rows.filter((row) => row.param === param).map(({ low }) => low);
    };
    expect(ofParameter('chromosome-variant-coordinate')).toEqual([100, 300, 2001]);
    expect(ofParameter('chromosome-window-coordinate')).toEqual([]);
  });
});
