import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Resource } from '../../src/fhir/index.ts';
import { MAX_TIME, MIN_TIME } from '../../src/search/index.ts';
import { BASE, extract, ranges, texts } from './extract.ts';

const utc = (text: string): number => Date.parse(text);

function observation(change: Readonly<Record<string, unknown>>): Resource {
  return { resourceType: 'Observation', status: 'final', code: { text: 'x' }, ...change };
}

/** The resources in a folder; none where there is no such folder. */
function readFolder(folder: URL): Resource[] {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  return names.map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Resource);
}

describe('tokens', () => {
  const coded = { coding: [{ system: 'http://loinc.org', code: '718-7', display: 'Hämoglobin' }, { code: 'HB' }] };

  it.each<[string, Resource, string, string[]]>([
    ['CodeableConcept', observation({ code: coded }), 'code', ['718-7 ← http://loinc.org', 'HB']],
    [
      'its display and text',
      observation({ code: { ...coded, text: 'HB' } }),
      'code:text',
      ['hamoglobin ← Hämoglobin', 'hb ← HB'],
    ],
    ['a concept with nothing but text', observation({ code: { text: 'Blood' } }), 'code', ['']],
    ['Coding', { resourceType: 'Basic', meta: { tag: [{ system: 'urn:t', code: 'a' }] } }, '_tag', ['a ← urn:t']],
    [
      'Identifier',
      { resourceType: 'Patient', identifier: [{ system: 'urn:mrn', value: '007' }] },
      'identifier',
      ['007 ← urn:mrn'],
    ],
    [
      'the type of an Identifier',
      { resourceType: 'Patient', identifier: [{ type: { text: 'Passport' }, value: 'N1' }] },
      'identifier:text',
      ['passport ← Passport'],
    ],
    ['code', { resourceType: 'Patient', gender: 'female' }, 'gender', ['female']],
    ['boolean', { resourceType: 'Patient', active: true }, 'active', ['true']],
    ['a boolean that is not there', { resourceType: 'Patient' }, 'active', []],
    [
      'ContactPoint',
      {
        resourceType: 'Patient',
        telecom: [
          { system: 'phone', value: '+1 555' },
          { system: 'email', value: 'a@b.example' },
        ],
      },
      'telecom',
      ['+1 555', 'a@b.example'],
    ],
    [
      'only one kind of ContactPoint',
      {
        resourceType: 'Patient',
        telecom: [
          { system: 'phone', value: '+1 555' },
          { system: 'email', value: 'a@b.example' },
        ],
      },
      'email',
      ['a@b.example'],
    ],
    ['string', { resourceType: 'StructureMap', url: 'urn:x', version: '1.0' }, 'version', ['1.0']],
    ['no death', { resourceType: 'Patient' }, 'deceased', ['false']],
    ['deceasedBoolean', { resourceType: 'Patient', deceasedBoolean: false }, 'deceased', ['false']],
    ['deceasedDateTime', { resourceType: 'Patient', deceasedDateTime: '2020' }, 'deceased', ['true']],
  ])('%s', (_, resource, code, rows) => {
    expect(texts(resource, code)).toEqual(rows);
  });
});

describe('rows of references', () => {
  const at = Date.UTC(2026, 0, 2);
  const bounds = `${at}/${at + 86_400_000}`;

  it('carry along when their record is about', () => {
    const dated = observation({ subject: { reference: 'Patient/1' }, effectiveDateTime: '2026-01-02' });
    expect(texts(dated, 'subject')).toEqual([`Patient/1 ← ${bounds}`]);
    // The date may stand behind the reference in the text, and may be a time without end.
    const since = observation({ effectivePeriod: { start: '2026-01-02' }, subject: { reference: 'Patient/1' } });
    expect(texts(since, 'subject')).toEqual([`Patient/1 ← ${at}/8640000000000000`]);
    expect(texts(observation({ subject: { reference: 'Patient/1' } }), 'subject')).toEqual(['Patient/1']);
  });

  it('do so only where they are literal', () => {
    const identifier = { system: 'urn:mrn', value: '7' };
    const named = observation({ subject: { identifier }, effectiveDateTime: '2026-01-02' });
    expect(texts(named, 'subject')).toEqual(['']);
    expect(texts(named, 'subject:identifier')).toEqual(['7 ← urn:mrn']);
    const questionnaire = { resourceType: 'QuestionnaireResponse', questionnaire: 'urn:q|2', authored: '2026-01-02' };
    expect(texts({ ...questionnaire, source: { reference: 'Patient/1' } }, 'source')).toEqual([
      `Patient/1 ← ${bounds}`,
    ]);
    expect(texts(questionnaire, 'questionnaire')).toEqual(['urn:q ← 2']);
  });
});

describe('references', () => {
  const subject = (reference: unknown): Resource => observation({ subject: reference });

  it.each<[string, Resource, string, string[]]>([
    ['relative', subject({ reference: 'Patient/1' }), 'subject', ['Patient/1']],
    [
      'that shows no type, but says it',
      subject({ reference: 'urn:uuid:1', type: 'Patient' }),
      'patient',
      ['urn:uuid:1'],
    ],
    ['that says another type', subject({ reference: 'urn:uuid:1', type: 'Group' }), 'patient', []],
    ['not again under patient, which looks under subject', subject({ reference: 'Patient/1' }), 'patient', []],
    ['with a version', subject({ reference: 'Patient/1/_history/3' }), 'subject', ['Patient/1']],
    [
      'absolute',
      subject({ reference: 'https://other.example/Patient/1' }),
      'subject',
      ['https://other.example/Patient/1'],
    ],
    ['absolute on this server', subject({ reference: `${BASE}/Patient/1` }), 'subject', ['Patient/1']],
    ['to a contained resource', subject({ reference: '#p' }), 'subject', ['']],
    ['of a stated type', subject({ reference: 'urn:uuid:1', type: 'Patient' }), 'subject', ['urn:uuid:1']],
    [
      'by identifier',
      subject({ identifier: { system: 'urn:mrn', value: '7' } }),
      'subject:identifier',
      ['7 ← urn:mrn'],
    ],
    [
      'by identifier, also under patient',
      subject({ identifier: { system: 'urn:mrn', value: '7' } }),
      'patient:identifier',
      ['7 ← urn:mrn'],
    ],
    [
      'by identifier of another type, not under patient',
      subject({ type: 'Group', identifier: { system: 'urn:mrn', value: '7' } }),
      'patient:identifier',
      [],
    ],
    [
      'by identifier of its type: not missing under patient either',
      subject({ type: 'Patient', identifier: { system: 'urn:mrn', value: '7' } }),
      'patient',
      [''],
    ],
    ['of another type, under patient', subject({ type: 'Group', display: 'All' }), 'patient', []],
    [
      'to a contained resource of its type, under patient',
      subject({ type: 'Patient', reference: '#p' }),
      'patient',
      [],
    ],
    ['by identifier: not missing', subject({ identifier: { system: 'urn:mrn', value: '7' } }), 'subject', ['']],
    [
      'canonical',
      { resourceType: 'QuestionnaireResponse', status: 'completed', questionnaire: 'urn:q|2' },
      'questionnaire',
      ['urn:q ← 2'],
    ],
    ['_profile', { resourceType: 'Basic', meta: { profile: ['urn:p'] } }, '_profile', ['urn:p']],
    [
      'canonical that is asked for as a uri',
      { resourceType: 'ConceptMap', status: 'draft', sourceCanonical: 'http://a.example/v|2' },
      'source-uri',
      ['http://a.example/v ← 2'],
    ],
    [
      'first entry of a Bundle',
      {
        resourceType: 'Bundle',
        type: 'document',
        entry: [
          { resource: { resourceType: 'Composition', id: 'c' } },
          { resource: { resourceType: 'Patient', id: 'p' } },
        ],
      },
      'composition',
      ['Composition/c'],
    ],
  ])('%s', (_, resource, code, rows) => {
    expect(texts(resource, code)).toEqual(rows);
  });
});

describe('strings and uris', () => {
  it.each<[string, Resource, string, string[]]>([
    [
      'every part of a HumanName',
      { resourceType: 'Patient', name: [{ text: 'Dr. Đặng Ý', family: 'Đặng', given: ['Ý', 'An'], prefix: ['Dr.'] }] },
      'name',
      ['dang ← Đặng', 'dr. dang y ← Dr. Đặng Ý', 'y ← Ý', 'an ← An', 'dr. ← Dr.'],
    ],
    ['one part', { resourceType: 'Patient', name: [{ family: 'Đặng', given: ['An'] }] }, 'given', ['an ← An']],
    [
      'Address',
      { resourceType: 'Patient', address: [{ line: ['1 High St'], city: 'Ōsaka', country: 'JP' }] },
      'address',
      ['1 high st ← 1 High St', 'osaka ← Ōsaka', 'jp ← JP'],
    ],
    [
      'parts of a family name',
      { resourceType: 'Patient', name: [{ family: 'García  Márquez-Ruiz', given: ['Ana María'] }] },
      'name:parts',
      ['marquez-ruiz', 'ruiz'],
    ],
    [
      'parts of a family name, by itself',
      { resourceType: 'Patient', name: [{ family: 'van der Berg -' }] },
      'family:parts',
      ['der berg -', 'berg -'],
    ],
    [
      'whole family names beside their parts',
      { resourceType: 'Practitioner', name: [{ family: 'Carreno Quinones' }] },
      'family',
      ['carreno quinones ← Carreno Quinones'],
    ],
    ['null among given names', { resourceType: 'Patient', name: [{ given: [null, 'An'] }] }, 'given', ['an ← An']],
    [
      'the text of a concept',
      observation({ valueCodeableConcept: { text: 'Grade  II' } }),
      'value-string',
      ['grade ii ← Grade  II'],
    ],
    ['uri', { resourceType: 'ValueSet', url: 'http://A.example/V' }, 'url', ['http://A.example/V']],
    ['_source', { resourceType: 'Basic', meta: { source: 'urn:ehr#1' } }, '_source', ['urn:ehr#1']],
  ])('%s', (_, resource, code, rows) => {
    expect(texts(resource, code)).toEqual(rows);
  });
});

describe('dates', () => {
  const at = (change: Readonly<Record<string, unknown>>): Resource => observation(change);

  it.each<[string, Resource, [number, number][]]>([
    ['year', at({ effectiveDateTime: '2024' }), [[utc('2024-01-01'), utc('2025-01-01')]]],
    ['leap day', at({ effectiveDateTime: '2024-02-29' }), [[utc('2024-02-29'), utc('2024-03-01')]]],
    [
      'second with zone',
      at({ effectiveDateTime: '2024-02-29T01:00:00+07:00' }),
      [[utc('2024-02-28T18:00:00Z'), utc('2024-02-28T18:00:01Z')]],
    ],
    [
      'instant',
      at({ effectiveInstant: '2024-02-29T01:00:00.250Z' }),
      [[utc('2024-02-29T01:00:00.250Z'), utc('2024-02-29T01:00:00.251Z')]],
    ],
    ['Period', at({ effectivePeriod: { start: '2024', end: '2024-03' } }), [[utc('2024-01-01'), utc('2024-04-01')]]],
    ['Period without end', at({ effectivePeriod: { start: '2024' } }), [[utc('2024-01-01'), MAX_TIME]]],
    ['Period without start', at({ effectivePeriod: { end: '2024' } }), [[MIN_TIME, utc('2025-01-01')]]],
    ['empty Period', at({ effectivePeriod: {} }), []],
    [
      'Timing by events',
      at({ effectiveTiming: { event: ['2024-05-02', '2024-05-01T12:00:00Z'] } }),
      [[utc('2024-05-01T12:00:00Z'), utc('2024-05-03')]],
    ],
    [
      'Timing by bounds',
      at({ effectiveTiming: { repeat: { boundsPeriod: { start: '2024-05-02' } } } }),
      [[utc('2024-05-02'), MAX_TIME]],
    ],
    ['no date', at({ effectiveDateTime: '2024-02-30' }), []],
  ])('%s', (_, resource, expected) => {
    expect(ranges(resource, 'date')).toEqual(expected.map(([low, high]) => ['', low, high]));
  });
});

describe('numbers and quantities', () => {
  const value = (valueQuantity: unknown): Resource => observation({ valueQuantity });
  const UP = 5.400000000000001;

  it('hold a number exactly, whether plain or raw', () => {
    const risk = (probabilityDecimal: unknown): Resource => ({
      resourceType: 'RiskAssessment',
      status: 'final',
      prediction: [{ probabilityDecimal }],
    });
    expect(ranges(risk(5.4), 'probability')).toEqual([['', 5.4, UP]]);
    expect(ranges(risk(JSON.rawJSON('5.40')), 'probability')).toEqual([['', 5.4, UP]]);
    expect(ranges(risk(JSON.rawJSON('1e999')), 'probability')).toEqual([]);
  });

  it('give one row for each way to ask for the unit', () => {
    expect(
      ranges(
        value({ value: 5.4, unit: 'milligram', system: 'http://unitsofmeasure.org', code: 'mg' }),
        'value-quantity',
      ),
    ).toEqual([
      ['', 5.4, UP],
      // In base units, where UCUM knows them.
      ['=g', 0.0054, 0.005400000000000001],
      ['|mg', 5.4, UP],
      ['|milligram', 5.4, UP],
    ]);
    expect(ranges(value({ value: 5.4, system: 'urn:units', code: 'mg' }), 'value-quantity')).toEqual([
      ['', 5.4, UP],
      ['urn:units|mg', 5.4, UP],
      ['|mg', 5.4, UP],
    ]);
  });

  it.each([
    ['<', -Number.MAX_VALUE, 5.4],
    ['<=', -Number.MAX_VALUE, UP],
    ['>', UP, Number.MAX_VALUE],
    ['>=', 5.4, Number.MAX_VALUE],
  ])('open the side that %s leaves open', (comparator, low, high) => {
    expect(ranges(value({ value: 5.4, comparator }), 'value-quantity')).toEqual([['', low, high]]);
  });

  it('know Range, Money and SampledData', () => {
    const onset = {
      resourceType: 'Condition',
      onsetRange: { low: { value: 40, code: 'a' }, high: { value: 50, code: 'a' } },
    };
    expect(ranges(onset, 'onset-age').map(([unit, low]) => [unit, low])).toEqual([
      ['', 40],
      ['|a', 40],
    ]);
    const invoice = {
      resourceType: 'Invoice',
      status: 'issued',
      totalNet: { value: JSON.rawJSON('400.00'), currency: 'USD' },
    };
    expect(ranges(invoice, 'totalnet').map(([unit]) => unit)).toEqual(['', 'urn:iso:std:iso:4217|USD', '|USD']);
    const sampled = observation({
      valueSampledData: { origin: { value: 10 }, factor: 2, period: 1, dimensions: 1, data: '1 E -3 U 4' },
    });
    expect(ranges(sampled, 'value-quantity')).toEqual([['', 4, 18.000000000000004]]);
  });
});

describe('composites', () => {
  it('pair the parts of one element, in every way to ask', () => {
    const component = (code: string, answer: string): unknown => ({
      code: { coding: [{ system: 'urn:c', code }] },
      valueCodeableConcept: { coding: [{ code: answer }] },
    });
    const resource = observation({ component: [component('a', '1'), component('b', '2')] });
    const rows = texts(resource, 'component-code-value-concept');
    expect(rows).toEqual(['a$1', 'a$|1', 'urn:c|a$1', 'urn:c|a$|1', 'b$2', 'b$|2', 'urn:c|b$2', 'urn:c|b$|2']);
  });

  it('pair a token and a reference', () => {
    const relatesTo = [{ code: 'transforms', target: { reference: 'DocumentReference/1' } }];
    const resource = { resourceType: 'DocumentReference', status: 'current', relatesTo };
    expect(texts(resource, 'relationship')).toContain('transforms$DocumentReference/1');
  });
});

describe('the extractor', () => {
  it('gives each row once, also when there are many', () => {
    const codings = Array.from({ length: 200 }, (_, at) => ({ system: 'urn:c', code: `c${at % 100}` }));
    expect(texts(observation({ code: { coding: codings } }), 'code')).toHaveLength(100);
    const component = Array.from({ length: 200 }, (_, at) => ({ valueQuantity: { value: at % 100 } }));
    expect(ranges(observation({ component }), 'component-value-quantity')).toHaveLength(100);
  });

  it('leaves elements of the wrong shape to validation', () => {
    const broken = {
      resourceType: 'Patient',
      name: 'x',
      identifier: [null, 7, 'y', {}],
      birthDate: 5,
      telecom: { system: 'email' },
    };
    expect(() => extract(broken)).not.toThrow();
  });

  it('gives nothing for a type that is none', () => {
    expect(extract({ resourceType: '__proto__' })).toEqual({ text: [], range: [] });
  });

  it("reads the guide's examples, and synthetic records of whole patients where they lie beside the project", () => {
    const examples = readFolder(new URL('../../profiles/examples/valid/', import.meta.url));
    const records = readFolder(new URL('../../../shared/inputs/', import.meta.url));
    const entries = records.flatMap((bundle) => bundle['entry'] as { readonly resource: Resource }[]);
    expect(examples.length).toBeGreaterThan(50);
    for (const resource of [...examples, ...entries.map(({ resource }) => resource)]) {
      expect(extract(resource).text.length).toBeGreaterThan(0);
    }
  });
});
